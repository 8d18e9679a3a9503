"""A type said again in SHACL, for peers that would rather not read TOML.

Some of what a declaration says SHACL cannot: who may do what, and which state may
follow which.  On the rest, the shape and ``validation`` agree; a test makes sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peer.model.declaration import Field, Relation, Type
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon
from peer.model.naming import HTML_TERMS, TAGGED
from peer.protocol.terms import PREFIXES, SX, expand

Document = dict[str, Any]

_LENGTHS = ("sh:minLength", "sh:maxLength")


def class_of(kind: Type) -> str:
    """The IRI of the class of things of ``kind``."""
    return SX + kind.name


def shape_of(kind: Type, lexicon: Lexicon) -> Document:
    """The shape of things of ``kind``, as JSON-LD.

    On the wire a thing is of ActivityStreams' class and says ours in ``sx:kind``,
    so the second node finds things by that and holds the first against them.
    """
    fields = enumerate(kind.fields.values(), 1)
    properties = [_field(kind, each, order) for order, each in fields]
    properties += [_relation(each, lexicon) for each in kind.relations.values()]
    parents = [expand(kind.is_a), *(SX + name for name in kind.extends)]
    shape = {
        "@id": class_of(kind),
        "@type": ["rdfs:Class", "sh:NodeShape"],
        "rdfs:label": kind.label,
        "rdfs:subClassOf": [{"@id": parent} for parent in parents],
        "sh:property": properties,
    }
    if kind.about:
        shape["rdfs:comment"] = kind.about
    return {"@context": dict(PREFIXES), "@graph": [shape, _finder(kind)]}


def _finder(kind: Type) -> Document:
    of_another = {
        "sh:not": {
            "sh:property": {"sh:path": {"@id": "sx:kind"}, "sh:hasValue": kind.name}
        }
    }
    return {
        "@id": f"{class_of(kind)}Thing",
        "@type": "sh:NodeShape",
        "sh:targetSubjectsOf": {"@id": "sx:kind"},
        "sh:or": {"@list": [of_another, {"sh:node": {"@id": class_of(kind)}}]},
    }


def _field(kind: Type, field: Field, order: int) -> Document:
    told = {
        "sh:path": _path(field),
        "sh:name": field.label,
        "sh:order": order,
        "sh:maxCount": 1,
        **_constraints(field),
    }
    if field.help:
        told["sh:description"] = field.help
    if field.required:
        told["sh:minCount"] = 1
    if later := [{"@id": expand(f.iri)} for f in _later(kind, field)]:
        told["sh:lessThan"] = later
    return told


def _path(field: Field) -> Document:
    """Where the value stands; for prose, where it stands as it was written."""
    iri = {"@id": expand(field.iri)}
    if KINDS[field.kind].markup:
        return {"@list": [{"@id": "as:source"}, iri]}
    return iri


def _constraints(field: Field) -> Mapping[str, Any]:
    kind = KINDS[field.kind]
    said = kind.shape(field)
    if kind.markup or expand(field.iri) not in HTML_TERMS:
        return said
    # Escaped for those who take it for HTML, it is longer than it was written.
    return {name: value for name, value in said.items() if name not in _LENGTHS}


def _later(kind: Type, field: Field) -> Iterator[Field]:
    """The fields that come after ``field``, where their values are plain literals."""
    for other in kind.fields.values():
        comparable = other.kind == field.kind and KINDS[field.kind].said is None
        if other.after == field.term and comparable:
            yield other


def _relation(relation: Relation, lexicon: Lexicon) -> Document:
    iri = {"@id": lexicon.relation_iri(relation.kind)}
    if relation.kind == TAGGED:
        iri = {"@id": "as:tag"}
    told: Document = {
        "sh:path": {"sh:inversePath": iri} if relation.reverse else iri,
        "sh:name": relation.label,
    }
    if relation.help:
        told["sh:description"] = relation.help
    if other := lexicon.types.get(relation.to):
        told["sh:class"] = {"@id": expand(other.is_a)}
    if relation.required:
        told["sh:minCount"] = 1
    if not relation.many:
        told["sh:maxCount"] = 1
    return told
