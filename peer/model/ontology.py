"""All that a peer has words for: as a JSON-LD context, and as an RDFS vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from peer.model.declaration import Field, Type
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.naming import names_of
from peer.model.shape import class_of
from peer.protocol.terms import PREFIXES, SX, expand, shortened

Document = dict[str, Any]

_OWL = "http://www.w3.org/2002/07/owl#"
_SX = SX.removesuffix("#")


def context_of(lexicon: Lexicon) -> Document:
    """The meaning of every word that a document of this peer may use.

    A document says what its own words mean; this is for who writes to us, or
    reads many.  Where two types use one word differently, the first keeps it.
    """
    said: Mapping[str, Any] = {}
    for kind in lexicon.types.values():
        said = names_of(kind, lexicon.relation_iris, said).context
    return {"@context": dict(said)}


def vocabulary_of(lexicon: Lexicon) -> Document:
    """Our own classes and properties, as JSON-LD: what stands at ``/ns``.

    Of words that belong to others, they tell.
    """
    types = lexicon.types.values()
    return {
        "@context": {**PREFIXES, "owl": _OWL},
        "@graph": [
            {
                "@id": _SX,
                "@type": "owl:Ontology",
                "rdfs:label": "What we say beside ActivityStreams",
            },
            _property(SX + "kind", "Kind", "The name of the type that a thing is of."),
            *(_class(kind) for kind in types),
            *_field_properties(types),
            *_relation_properties(lexicon.relations.values()),
        ],
    }


def _class(kind: Type) -> Document:
    parents = [expand(kind.is_a), *(SX + name for name in kind.extends)]
    return {
        "@id": class_of(kind),
        "@type": "rdfs:Class",
        "rdfs:subClassOf": [{"@id": parent} for parent in parents],
        "rdfs:isDefinedBy": {"@id": _SX},
        **_words(kind.label, kind.about),
    }


def _field_properties(types: Iterable[Type]) -> Iterator[Document]:
    """A property for each of our own IRIs, used by however many types."""
    used: dict[str, list[tuple[Type, Field]]] = {}
    for kind in types:
        for field in kind.fields.values():
            used.setdefault(expand(field.iri), []).append((kind, field))
    for iri, uses in used.items():
        if iri.startswith(SX):
            yield _field_property(iri, uses)


def _field_property(iri: str, uses: list[tuple[Type, Field]]) -> Document:
    _, first = uses[0]
    told = _property(iri, first.label, first.help)
    # Not rdfs:domain, which would make of whatever has it a thing of each type.
    told["schema:domainIncludes"] = [{"@id": class_of(kind)} for kind, _ in uses]
    ranges = {_range(field) for _, field in uses}
    if len(ranges) == 1:
        told["rdfs:range"] = {"@id": ranges.pop()}
    return told


def _range(field: Field) -> str:
    """The class or datatype of what stands there in RDF."""
    kind = KINDS[field.kind]
    if kind.said:
        return "rdfs:Resource"
    known = {None: "xsd:string", "@id": "rdfs:Resource", "@json": "rdf:JSON"}
    return known.get(kind.coercion) or str(kind.coercion)


def _relation_properties(kinds: Iterable[RelationKind]) -> Iterator[Document]:
    for kind in kinds:
        iri = expand(kind.iri)
        if iri.startswith(SX) or iri == kind.id:
            told = _property(iri, kind.label, "")
            told["rdfs:seeAlso"] = {"@id": kind.id}
            if kind.symmetric:
                told["@type"] = ["rdf:Property", "owl:SymmetricProperty"]
            yield told


def _property(iri: str, label: str, comment: str) -> Document:
    return {
        "@id": shortened(iri),
        "@type": "rdf:Property",
        "rdfs:isDefinedBy": {"@id": _SX},
        **_words(label, comment),
    }


def _words(label: str, comment: str) -> Document:
    return {"rdfs:label": label, **({"rdfs:comment": comment} if comment else {})}
