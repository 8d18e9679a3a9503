"""All that a peer has words for, as a context and as a vocabulary."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import OWL, XSD

from peer.model import rdf
from peer.model.declaration import Type, declared
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.ontology import context_of, vocabulary_of
from peer.protocol.linked import compacted, expanded
from peer.protocol.terms import AS_CONTEXT, SX, expand
from tests.model.generating import (
    BASE,
    LEXICON,
    TYPES,
    survives_compaction,
    thing_of,
    values_of,
)

ADDRESS = f"{BASE}/context.jsonld"
SCHEMA = "https://schema.org/"


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    text = rdf.written([(SX, vocabulary_of(LEXICON))], "turtle")
    return Graph().parse(data=text, format="turtle")


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
@given(st.data())
def test_a_document_means_the_same_with_the_context_of_the_whole_peer(
    kind: Type, data: st.DataObject
) -> None:
    own = {ADDRESS: context_of(LEXICON)}
    values = data.draw(values_of(kind).filter(survives_compaction))
    told = LEXICON.wire((kind.name,)).document(thing_of(kind, values), str)

    again = compacted(told, [AS_CONTEXT, ADDRESS], own)

    assert again["@context"] == [AS_CONTEXT, ADDRESS]
    assert expanded(again, own) == expanded(told)


def test_a_word_keeps_its_first_meaning() -> None:
    def told(name: str, iri: str) -> Type:
        fields = {"name": {"kind": "line"}, "state": {"kind": "line", "iri": iri}}
        return declared({"name": name, "fields": fields})

    kinds = [told("One", "sx:state"), told("Two", "vf:state")]
    context = context_of(Lexicon({kind.name: kind for kind in kinds}))["@context"]

    assert context["state"] == "sx:state"
    assert context["vf"] == "https://w3id.org/valueflows/ont/vf#"


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_every_type_is_a_class(kind: Type, vocabulary: Graph) -> None:
    found = URIRef(SX + kind.name)

    assert (found, RDF.type, RDFS.Class) in vocabulary
    assert (found, RDFS.label, Literal(kind.label)) in vocabulary
    assert (found, RDFS.subClassOf, URIRef(expand(kind.is_a))) in vocabulary


def test_every_term_of_ours_is_a_property(vocabulary: Graph) -> None:
    ours = {
        expand(field.iri)
        for kind in TYPES
        for field in kind.fields.values()
        if expand(field.iri).startswith(SX)
    }

    assert ours
    for iri in ours:
        assert (URIRef(iri), RDF.type, RDF.Property) in vocabulary
        assert vocabulary.value(URIRef(iri), RDFS.label)


@pytest.mark.parametrize(
    ("iri", "range"),
    [
        ("sx:fewest", XSD.integer),
        ("sx:ends", XSD.dateTime),
        ("sx:secret", XSD.string),
        ("sx:table", RDF.JSON),
        ("sx:address", RDFS.Resource),
    ],
)
def test_a_property_says_what_stands_there(
    iri: str, range: Any, vocabulary: Graph
) -> None:
    assert vocabulary.value(URIRef(expand(iri)), RDFS.range) == range


def test_a_property_of_several_types_makes_nothing_a_thing_of_all(
    vocabulary: Graph,
) -> None:
    includes = URIRef(SCHEMA + "domainIncludes")

    assert len(set(vocabulary.objects(URIRef(SX + "price"), includes))) > 1
    assert set(vocabulary.objects(None, RDFS.domain)) == set()


def test_words_of_others_are_theirs_to_explain(vocabulary: Graph) -> None:
    about = {str(s) for s in vocabulary.subjects(RDFS.isDefinedBy, None)}

    assert about
    assert all(iri.startswith(SX) for iri in about)


def test_relation_kinds_are_properties() -> None:
    made = {"name": "beside", "label": "Next to", "symmetric": True}
    home = f"{BASE}/relations/beside"
    kinds = {
        "beside": RelationKind.of(home, made),
        "tagged": RelationKind.of(f"{BASE}/relations/tagged", {"name": "tagged"}),
        "theirs": RelationKind.of("urn:x", {"name": "theirs", "iri": "as:context"}),
    }

    text = rdf.written([(SX, vocabulary_of(Lexicon({}, kinds)))], "turtle")
    found = Graph().parse(data=text, format="turtle")

    assert (URIRef(home), RDF.type, OWL.SymmetricProperty) in found
    assert (URIRef(home), RDFS.label, Literal("Next to")) in found
    assert (URIRef(expand("as:context")), None, None) not in found
