"""The metamodel: what this peer has words for, and how its owners add to them.

Types and relation kinds are things like any other, so a relation kind is made
with the form of its type.  A type is more: fields, relations and permits.  It is
made with a few rows of a form, and changed field by field or as the TOML it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from peer.model import toml
from peer.model.behavior import Behavior
from peer.model.declaration import DeclarationError, Type, declared, from_toml
from peer.model.kinds import KINDS
from peer.node.outbox import Ask
from peer.node.refusal import Conflict, Refused
from peer.protocol.cid import content_id
from peer.protocol.thing import Thing
from peer.web.pages.explaining import answering
from peer.web.visit import Visit

_ROWS = 4
_WRITTEN = "line"  # what an error calls a text that is no file: "line:3"
#: What members may do with a new type until somebody says otherwise.
_PERMITS = {
    "Create": "member",
    "Update": "owner",
    "Delete": "owner",
    "Add": "owner",
    "Remove": "owner",
    "Like": "anyone",
    "Announce": "anyone",
    "Flag": "anyone",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A type in the table: what it is, and what answers to its verbs."""

    kind: Type
    behaviors: Sequence[Behavior]


async def page(visit: Visit) -> web.StreamResponse:
    lexicon = visit.node.lexicon
    return visit.page(
        "meta.html",
        rows=[Row(t, answering(visit.node, t)) for t in lexicon.types.values()],
        relations=sorted(lexicon.relations.values(), key=lambda each: each.name),
        fields=sorted(KINDS),
    )


# -- a new type ------------------------------------------------------------------------


async def new_type(visit: Visit) -> web.StreamResponse:
    return _new_type(visit, {}, {}, "")


def _new_type(
    visit: Visit, told: Mapping[str, str], problems: Mapping[str, str], reason: str
) -> web.StreamResponse:
    return visit.page(
        "new-type.html",
        status=422 if reason else 200,
        told=told,
        problems=problems,
        reason=reason,
        rows=range(1, _ROWS + 1),
        field_kinds=sorted(KINDS),
        types=sorted(visit.node.lexicon.types),
    )


async def make_type(visit: Visit) -> web.StreamResponse:
    told = visit.told.flat()
    try:
        values = _declared(told)
        id = f"{visit.node.base}/types/{values['name'].lower()}"
        await visit.publish(Ask("Create", id=id, kind="Type", values=values))
    except DeclarationError as wrong:
        return _new_type(visit, told, {wrong.key: wrong.wrong}, f"{wrong}.")
    except Refused as refused:
        return _new_type(visit, told, refused.problems, refused.reason)
    return visit.go(id.removeprefix(visit.node.base), "saved")


def _declared(told: Mapping[str, str]) -> dict[str, Any]:
    """The declaration that a form says; DeclarationError where it is none."""
    simple = ("name", "label", "plural", "about", "is_a")
    values: dict[str, Any] = {
        key: told[key].strip() for key in simple if told.get(key, "").strip()
    }
    if told.get("extends"):
        values["extends"] = [told["extends"]]
    if told.get("drafts"):
        values["drafts"] = True
    fields = dict(_field_rows(told))
    if not fields and "extends" not in values:
        raise DeclarationError("fields", "a type needs a field, at the least a name")
    if fields and "name" not in fields and "extends" not in values:
        values["title"] = next(iter(fields))
    values |= {"fields": fields, "permits": dict(_PERMITS)}
    declared(values)
    return values


def _field_rows(told: Mapping[str, str]) -> list[tuple[str, dict[str, Any]]]:
    rows = (str(number) for number in range(1, _ROWS + 1))
    return [
        (term, _field(told, f".{row}"))
        for row in rows
        if (term := told.get(f"term.{row}", "").strip())
    ]


def _field(told: Mapping[str, str], row: str = "") -> dict[str, Any]:
    """One field, as a form says it; our own terms are in our own namespace."""
    term = told.get(f"term{row}", "").strip()
    found: dict[str, Any] = {"kind": told.get(f"kind{row}", "line")}
    found["iri"] = told.get(f"iri{row}", "").strip() or _iri(term)
    for key in ("label", "help"):
        if text := told.get(f"{key}{row}", "").strip():
            found[key] = text
    if told.get(f"required{row}"):
        found["required"] = True
    for key in ("min", "max"):
        if text := told.get(f"{key}{row}", "").strip():
            found[key] = _whole(term, key, text)
    if choices := told.get(f"choices{row}", "").strip():
        found["choices"] = [
            line.strip() for line in choices.splitlines() if line.strip()
        ]
    return found


def _iri(term: str) -> str:
    shared = ("name", "summary", "content", "image", "location", "startTime", "endTime")
    return f"as:{term}" if term in shared else f"sx:{term}"


def _whole(term: str, key: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise DeclarationError(f"fields.{term}.{key}", "is a whole number") from None


async def new_relation(visit: Visit) -> web.StreamResponse:
    """A relation kind is a thing like any other, and made like one."""
    return visit.go(f"/{visit.node.lexicon.types['Relation'].path}/new")


# -- a type there is -------------------------------------------------------------------


async def _type(visit: Visit) -> Thing:
    """The thing that declares the type which the address names."""
    wanted = visit.part("type").lower()
    id = f"{visit.node.base}/types/{wanted}"
    found = await visit.read(lambda read: read.get(id))
    if found is None or found.deleted or found.kind != "Type":
        raise Refused(f"There is no type called {wanted[:40]!r}.", 404)
    return found


async def new_field(visit: Visit) -> web.StreamResponse:
    return _new_field(visit, await _type(visit))


def _new_field(visit: Visit, thing: Thing, reason: str = "") -> web.StreamResponse:
    return visit.page(
        "new-field.html",
        status=422 if reason else 200,
        kind=visit.node.lexicon.types[thing["name"]],
        told=visit.told.flat(),
        reason=reason,
        field_kinds=sorted(KINDS),
    )


async def make_field(visit: Visit) -> web.StreamResponse:
    thing = await _type(visit)
    told = visit.told.flat()
    term = told.get("term", "").strip()
    fields = thing.get("fields", {})
    try:
        if term in fields:
            raise DeclarationError(f"fields.{term}", "is there already")
        values = {"fields": {**fields, term: _field(told)}}
        declared({**thing.values, **values})
        await visit.publish(Ask("Update", id=thing.id, values=values))
    except DeclarationError as wrong:
        return _new_field(visit, thing, f"{wrong}.")
    except Refused as refused:
        return _new_field(visit, thing, refused.reason)
    return visit.go(thing.id.removeprefix(visit.node.base), "saved")


# -- a type as TOML --------------------------------------------------------------------


async def declaration(visit: Visit) -> web.StreamResponse:
    thing = await _type(visit)
    return _declaration(visit, thing, toml.text_of(thing.values), content_id(thing))


def _declaration(
    visit: Visit,
    thing: Thing,
    text: str,
    was: str,
    reason: str = "",
    theirs: str = "",
) -> web.StreamResponse:
    return visit.page(
        "declaration.html",
        status=(409 if theirs else 422) if reason else 200,
        name=thing["name"],
        href=thing.id.removeprefix(visit.node.base),
        text=text,
        was=was,
        reason=reason,
        theirs=theirs,
    )


async def declare(visit: Visit) -> web.StreamResponse:
    """Take over what was written, all of it: what is no longer there is gone."""
    thing = await _type(visit)
    text, was = visit.told.get("toml"), visit.told.get("was")
    try:
        kind, told = from_toml(text, _WRITTEN)
        if kind.name != thing["name"]:
            raise DeclarationError("name", f"stays {thing['name']!r}", _WRITTEN)
        gone = {term: None for term in thing.values if term not in told}
        values = {**told, **gone}
        await visit.publish(Ask("Update", id=thing.id, values=values, was=was or None))
    except DeclarationError as wrong:
        return _declaration(visit, thing, text, was, f"{wrong}.")
    except Conflict as conflict:
        theirs = conflict.current
        shown = toml.text_of(theirs.values)
        now = content_id(theirs)
        return _declaration(visit, thing, text, now, conflict.reason, shown)
    except Refused as refused:
        return _declaration(visit, thing, text, was, refused.reason)
    return visit.go(thing.id.removeprefix(visit.node.base), "saved")
