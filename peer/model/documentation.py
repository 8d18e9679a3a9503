"""A type explained to people: what its page at ``/types/<name>`` is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from peer.model.as2 import Document
from peer.model.declaration import Field, Listing, Relation, Type
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon
from peer.model.shape import class_of
from peer.model.toml import text_of
from peer.protocol.terms import expand


@dataclass(frozen=True, slots=True)
class FieldSaid:
    """A field: the name it has here and on the wire, and all that binds its values."""

    field: Field
    key: str
    iri: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelationSaid:
    relation: Relation
    iri: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Documentation:
    kind: Type
    iri: str
    is_a: str
    descendants: tuple[str, ...]
    fields: tuple[FieldSaid, ...]
    relations: tuple[RelationSaid, ...]
    permits: Mapping[str, str]
    listing: Listing
    toml: str
    example: Document | None


def documentation_of(
    name: str, lexicon: Lexicon, example: Document | None = None
) -> Documentation:
    """All there is to say of the type called ``name``."""
    kind = lexicon.types[name]
    names = lexicon.wire((name,)).names
    return Documentation(
        kind=kind,
        iri=class_of(kind),
        is_a=expand(kind.is_a),
        descendants=tuple(d for d in lexicon.descendants(name) if d != name),
        fields=tuple(
            FieldSaid(f, names.fields[t], expand(f.iri), tuple(_rules(kind, f)))
            for t, f in kind.fields.items()
        ),
        relations=tuple(
            RelationSaid(r, lexicon.relation_iri(r.kind), tuple(_relation_rules(r)))
            for r in kind.relations.values()
        ),
        permits=kind.permits,
        listing=kind.listing,
        toml=text_of(told(lexicon.declared[name])),
        example=example,
    )


def _rules(kind: Type, field: Field) -> Iterator[str]:
    """What binds the values of ``field``, a sentence each."""
    if field.required:
        yield "Required."
    yield from _bounds(field)
    if field.choices:
        yield f"One of: {', '.join(field.choices)}."
    for state, after in field.moves.items():
        yield f"After {state}: {', '.join(after) or 'nothing more'}."
    if field.after:
        yield f"After “{kind.fields[field.after].label}”."
    if field.zone:
        yield f"In the time zone of “{kind.fields[field.zone].label}”."
    if field.default is not None:
        yield f"If nothing is said: {KINDS[field.kind].show(field, field.default)}."
    if field.hidden:
        yield "Not asked for in the form."


def _bounds(field: Field) -> Iterator[str]:
    measured = KINDS[field.kind].bound
    for said, bound in (("At least", field.min), ("At most", field.max)):
        if bound is not None and measured:
            yield f"{said} {measured(field, bound)}."


def _relation_rules(relation: Relation) -> Iterator[str]:
    if relation.required:
        yield "Required."
    yield "Any number." if relation.many else "At most one."
    if relation.reverse:
        yield "The other thing is the subject."


# -- a type, said again in the schema that it was declared in -------------------------


def told(kind: Type) -> dict[str, Any]:
    """What a ``type.toml`` would say to declare ``kind``, and no more than it must."""
    said = _said(kind, skip=("fields", "relations", "listing"))
    said["fields"] = {t: _said(f, skip=("term",)) for t, f in kind.fields.items()}
    said["relations"] = {t: _said(r, skip=("term",)) for t, r in kind.relations.items()}
    said["listing"] = _said(kind.listing)
    return {key: value for key, value in said.items() if value != {}}


def _said(declared: Any, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    found = {}
    for each in fields(declared):
        value = getattr(declared, each.name)
        if each.name not in skip and value not in (_default(each), None, {}):
            found[each.name] = _plain(value)
    return found


def _default(field: Any) -> Any:
    return None if field.default is MISSING else field.default


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
