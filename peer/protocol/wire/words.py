"""Documents that say one thing as JSON and another as JSON-LD, refused.

Here, keys mean what they are called.  A document whose context gives the names of
those that matter to something else, or that holds one of them twice under two
names, would be read differently by who processes JSON-LD; so it is read by nobody.
Contexts are looked at and never fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peer.protocol.terms import AS
from peer.protocol.wire.loose import (
    Document,
    Unreadable,
    id_of,
    ids,
)
from peer.protocol.wire.names import type_names

#: What decides who does what to what, and who hears of it.
_NAMES = (
    "actor",
    "attributedTo",
    "audience",
    "bcc",
    "bto",
    "cc",
    "instrument",
    "object",
    "result",
    "target",
    "to",
)
_ALIASES: Mapping[str, str] = {
    "@id": "id",
    "@type": "type",
    **{prefix + name: name for name in _NAMES for prefix in ("as:", AS)},
}
_GUARDED = frozenset(_ALIASES.values())
#: What moves parts of a document to where they do not stand.
_REARRANGING = frozenset(("@graph", "@included", "@nest", "@reverse"))
_NOTABLE = _REARRANGING | _ALIASES.keys() | {"@context"}
_ENDINGS = (*_NAMES, "@id", "@type", *_REARRANGING)
_MOST_CONTEXTS = 64


def check_words(document: Document) -> None:
    """Unreadable where ``document``, at any depth, could be read in two ways."""
    waiting: list[Any] = [document]
    while waiting:
        each = waiting.pop()
        values = each
        if type(each) is dict:
            values = each.values()
            if not _NOTABLE.isdisjoint(each):
                _check_object(each)
                values = [v for name, v in each.items() if name != "@context"]
        waiting.extend([v for v in values if type(v) is dict or type(v) is list])


def _check_object(document: Document) -> None:
    for name in document.keys() & _NOTABLE:
        if name in _REARRANGING:
            raise Unreadable(f"a document with {name} is not read here")
        if name == "@context":
            _check_context(document[name])
        elif not _agree(document, _ALIASES[name], name):
            raise Unreadable(f"{name} says otherwise than {_ALIASES[name]}")


def _agree(document: Document, name: str, alias: str) -> bool:
    told, plain = document[alias], document.get(name)
    if name == "id":
        return plain is None or told == plain or id_of(plain) == id_of(told)
    if name == "type":
        return plain is None or type_names(told) == type_names(plain)
    return set(ids(told)) == set(ids(plain))


# -- contexts ----------------------------------------------------------------------


def _check_context(context: Any) -> None:
    inline = _inline(context)
    for each in inline:
        for name, definition in each.items():
            iri = _iri(definition)
            if name in _GUARDED or (type(iri) is str and iri.endswith(_ENDINGS)):
                _check_term(name, _meant(iri, inline))


def _check_term(name: str, meant: set[str]) -> None:
    if name in _GUARDED:
        if {_ALIASES.get(iri) for iri in meant} != {name}:
            raise Unreadable(f"the context gives {name} another meaning")
    elif not _NOTABLE.isdisjoint(meant):
        raise Unreadable(f"the context makes {name} another word for what matters")


def _inline(context: Any) -> list[Document]:
    """The contexts that ``context`` spells out, those within definitions too."""
    found: list[Document] = []
    waiting, seen = [context], 0
    while waiting:
        each = waiting.pop()
        seen += 1
        if seen > _MOST_CONTEXTS:
            raise Unreadable("there are more contexts than anybody needs")
        if type(each) is list:
            waiting.extend(each)
        elif type(each) is dict:
            found.append(each)
            waiting.extend(_scoped(each))
    return found


def _scoped(context: Document) -> Iterator[Any]:
    for name, definition in context.items():
        if type(definition) is dict:
            if "@reverse" in definition:
                raise Unreadable(f"the context turns {name} around")
            if "@context" in definition:
                yield definition["@context"]


def _iri(definition: Any) -> Any:
    return definition.get("@id") if type(definition) is dict else definition


def _meant(iri: Any, inline: list[Document]) -> set[str]:
    """All that ``iri`` may be short for: the contexts may explain its prefix twice."""
    if type(iri) is not str:
        return {""}
    prefix, colon, rest = iri.partition(":")
    if not colon or rest.startswith("//"):
        return {iri}
    starts = [_iri(each[prefix]) for each in inline if prefix in each]
    explained = {start + rest for start in starts if type(start) is str}
    return explained | {iri} if prefix == "as" else explained or {iri}
