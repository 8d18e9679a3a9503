"""A type, as declared in ``types/<name>/type.toml`` or made in the browser.

The same schema serves both: :func:`declared` reads a mapping, whoever wrote it,
and :func:`from_toml` adds to its errors the file and the line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from peer.model.kinds import KINDS
from peer.model.kinds.kind import broken
from peer.model.permission import WHO
from peer.model.tables import (
    DeclarationError,
    line_of,
    made,
    matching,
    table,
    tables,
)
from peer.protocol.terms import AS, ENVELOPE, PREFIXES, SX, expand
from peer.protocol.thing import AUDIENCES, PUBLIC

__all__ = [
    "DeclarationError",
    "Field",
    "Listing",
    "Relation",
    "Type",
    "check_mentioned",
    "check_together",
    "declared",
    "from_toml",
    "is_iri",
    "line_of",
]

_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,39}")
_TERM = re.compile(r"[a-z][A-Za-z0-9_]{0,39}")
_PATH = re.compile(r"[a-z][a-z0-9-]{0,39}")
_IRI = re.compile(r"https?://[\w.~:/?#@!$&'()*+,;=%-]{1,300}\w")

# What the peer itself says of every thing.
_TAKEN = {SX + "kind", PREFIXES["rdf"] + "type", *(AS + word for word in ENVELOPE)}


@dataclass(frozen=True, slots=True)
class Field:
    term: str
    kind: str
    label: str
    iri: str
    help: str = ""
    required: bool = False
    hidden: bool = False  # kept, shown and checked, but not asked for in the form
    min: int | None = None
    max: int | None = None
    after: str | None = None
    zone: str | None = None  # the field that names the time zone of a moment
    currency: str | None = None
    default: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """A place in the form for edges of one kind.

    ``to`` names the type at the other end; with ``reverse`` the other end is
    the subject and this thing the object.
    """

    term: str
    kind: str
    to: str
    label: str
    help: str = ""
    many: bool = False
    reverse: bool = False
    required: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    order: str = "-published"
    show: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Type:
    name: str
    is_a: str
    label: str
    plural: str
    path: str
    about: str = ""
    title: str = "name"
    extends: tuple[str, ...] = ()
    drafts: bool = False  # may be kept back from the public
    audience: str = PUBLIC  # who sees a new one, unless its author says otherwise
    elsewhere: bool = False  # things of other servers may be of this type
    fields: Mapping[str, Field] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    permits: Mapping[str, str] = field(default_factory=dict)
    listing: Listing = field(default_factory=Listing)


def from_toml(text: str, where: str) -> tuple[Type, dict[str, Any]]:
    """The type that ``text`` declares, and the same as plain values."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise DeclarationError("", str(wrong), where) from wrong
    try:
        return declared(told), told
    except DeclarationError as wrong:
        line = line_of(text, wrong.key)
        raise DeclarationError(wrong.key, wrong.wrong, f"{where}:{line}") from wrong


def declared(told: Mapping[str, Any]) -> Type:
    """The type that ``told`` declares; DeclarationError names the key that is wrong."""
    name = matching(told, "name", _NAME, "a capital letter, then letters and digits")
    label = told.get("label", _in_words(name))
    plural = told.get("plural", f"{label}s")
    given = {
        "label": label,
        "plural": plural,
        "path": re.sub(r"[^a-z0-9]+", "-", str(plural).lower()).strip("-"),
        "is_a": "as:Object",
        **told,
        "fields": {t: _field(t, f) for t, f in tables(told, "fields")},
        "relations": {t: _relation(t, r) for t, r in tables(told, "relations")},
        "permits": _permits(table(told, "permits")),
        "listing": made(Listing, table(told, "listing"), "listing"),
    }
    kind = made(Type, given, "")
    matching(given, "path", _PATH, "small letters, digits and dashes")
    if kind.audience not in AUDIENCES:
        raise DeclarationError("audience", f"is one of {', '.join(AUDIENCES)}")
    _check_iri(kind.is_a, "is_a")
    _check_own_terms(kind)
    return kind


def _check_own_terms(kind: Type) -> None:
    """What can be checked before it is known what the type takes from others."""
    check_together(kind)
    if not kind.extends:
        check_mentioned(kind)


def check_mentioned(kind: Type) -> None:
    """Every term that the declaration mentions is one that there is."""
    for key, term in _mentioned(kind):
        if term not in kind.fields and term not in ("published", "updated"):
            raise DeclarationError(key, f"there is no field {term!r}")


def check_together(kind: Type) -> None:
    """No two fields of ``kind`` stand for one thing, or cannot be compared."""
    for term in kind.relations:
        if term in kind.fields:
            raise DeclarationError(f"relations.{term}", "is a field already")
    stands_for: dict[str, str] = {}
    for each in kind.fields.values():
        earlier = stands_for.setdefault(expand(each.iri), each.term)
        if earlier != each.term:
            wrong = f"is what {each.term!r} stands for"
            raise DeclarationError(f"fields.{earlier}.iri", wrong)
        _check_beside_others(each, kind.fields)


def _check_beside_others(each: Field, fields: Mapping[str, Field]) -> None:
    key = f"fields.{each.term}"
    earlier = fields.get(each.after or "", each)
    if each.after and (earlier.kind != each.kind or not KINDS[each.kind].ordered):
        raise DeclarationError(f"{key}.after", "is for two moments, counts or amounts")
    zone = fields.get(each.zone or "")
    if zone and zone.kind != "zone":
        raise DeclarationError(f"{key}.zone", "should be a field of the kind zone")


def _mentioned(kind: Type) -> Iterator[tuple[str, str]]:
    """(key, term) for every field that a declaration refers to by name."""
    yield "title", kind.title
    yield "listing.order", kind.listing.order.removeprefix("-")
    for key in ("show", "filter", "sort"):
        for term in getattr(kind.listing, key):
            if term not in kind.relations:
                yield f"listing.{key}", term
    for each in kind.fields.values():
        if each.after:
            yield f"fields.{each.term}.after", each.after
        if each.zone:
            yield f"fields.{each.term}.zone", each.zone


# -- fields and relations ------------------------------------------------------


def _field(term: str, told: Mapping[str, Any]) -> Field:
    key = f"fields.{term}"
    if not _TERM.fullmatch(term):
        raise DeclarationError(key, "a field's name is letters, digits and _")
    moves = _moves(told, key)
    choices = _choices(told.get("choices", list(moves)), key)
    for state in {s for after in moves.values() for s in after} | set(moves):
        if state not in choices:
            raise DeclarationError(f"{key}.moves", f"{state!r} is not a choice")
    given = {
        "term": term,
        "label": _in_words(term),
        "iri": f"as:{term}",
        **told,
        "choices": choices,
        "moves": moves,
    }
    found = made(Field, given, key)
    _check_kind(found, key)
    return found


def _check_kind(field: Field, key: str) -> None:
    """What the field says of its values makes sense for values of its kind."""
    kind = KINDS.get(field.kind)
    if kind is None:
        raise DeclarationError(f"{key}.kind", f"is one of {', '.join(sorted(KINDS))}")
    _check_iri(field.iri, f"{key}.iri")
    if (kind.name == "choice") != bool(field.choices):
        raise DeclarationError(f"{key}.choices", "go with the kind choice")
    for name, bound in (("min", field.min), ("max", field.max)):
        if bound is not None and kind.bound is None:
            raise DeclarationError(f"{key}.{name}", f"means nothing for a {kind.name}")
    if field.min is not None and field.max is not None and field.min > field.max:
        raise DeclarationError(f"{key}.min", "is more than max")
    if field.default is not None and (wrong := kind.wrong(field, field.default)):
        raise DeclarationError(f"{key}.default", wrong)


def _moves(told: Mapping[str, Any], key: str) -> Mapping[str, tuple[str, ...]]:
    moves = table(told, "moves", key)
    for state, after in moves.items():
        if not isinstance(after, list) or not all(isinstance(s, str) for s in after):
            raise DeclarationError(f"{key}.moves.{state}", "should be a list of texts")
    return {state: tuple(after) for state, after in moves.items()}


def _choices(told: Any, key: str) -> Mapping[str, str]:
    choices = told
    if isinstance(told, list):
        choices = {c: c.capitalize() for c in told if isinstance(c, str)}
    if not isinstance(choices, Mapping) or len(choices) != len(told):
        raise DeclarationError(f"{key}.choices", "should be a list or table of texts")
    for choice, label in choices.items():
        if not isinstance(label, str) or broken(choice + label) or not choice.strip():
            raise DeclarationError(f"{key}.choices", f"{choice!r} should be a text")
    return choices


def _relation(term: str, told: Mapping[str, Any]) -> Relation:
    given = {"term": term, "kind": term, "label": _in_words(term), **told}
    return made(Relation, given, f"relations.{term}")


def _permits(told: Mapping[str, Any]) -> Mapping[str, str]:
    for verb, who in told.items():
        if who not in WHO:
            raise DeclarationError(f"permits.{verb}", f"is one of {', '.join(WHO)}")
    return told


def is_iri(name: str) -> bool:
    """Is ``name``, in short or in full, what others could know something by?"""
    return _IRI.fullmatch(expand(name)) is not None


def _check_iri(name: str, key: str) -> None:
    if not is_iri(name):
        known = ", ".join(PREFIXES)
        raise DeclarationError(key, f"should begin with https:// or one of {known}")
    if expand(name) in _TAKEN:
        raise DeclarationError(key, "is what the peer says of every thing")


def _in_words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
