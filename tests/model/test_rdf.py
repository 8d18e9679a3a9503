"""Things as RDF: what others would make of our documents, and nothing else."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import Graph

from peer.model import rdf
from peer.model.declaration import Type
from peer.protocol.linked import Loader, compacted, expanded
from peer.protocol.terms import AS, SX
from peer.protocol.thing import Edge
from tests.model.generating import (
    BASE,
    EVERYTHING,
    LEXICON,
    OWNER,
    TYPES,
    survives_compaction,
    thing_of,
    values_of,
)

FLOAT = ox.NamedNode("http://www.w3.org/2001/XMLSchema#float")
EACH = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)


def document(kind: Type, values: dict[str, Any], *edges: Edge) -> dict[str, Any]:
    thing = thing_of(kind, values)
    return LEXICON.wire((kind.name,)).document(thing, lambda t: f"<p>{t}</p>", edges)


def ends(kind: Type) -> list[Edge]:
    subject = thing_of(kind, {}).id
    return [
        Edge("urn:e", subject, relation, f"{BASE}/x/{n}", OWNER, "", "urn:a")
        for relation in LEXICON.relations
        for n in range(2)
    ]


def canonical(quads: Any) -> set[ox.Triple]:
    """The triples, their blank nodes named by what they are, whoever says them."""
    found = ox.Dataset(ox.Quad(q.subject, q.predicate, plain(q.object)) for q in quads)
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in found}


def plain(term: Any) -> Any:
    """A float as one writes it: pyld knows sixteen digits of it, Oxigraph all."""
    if isinstance(term, ox.Literal) and term.datatype == FLOAT:
        return ox.Literal(f"{float(term.value):.9E}", datatype=FLOAT)
    return term


def as_pyld_reads_it(told: dict[str, Any]) -> set[ox.Triple]:
    options = {"format": "application/n-quads", "documentLoader": Loader()}
    return canonical(ox.parse(jsonld.to_rdf(told, options), ox.RdfFormat.N_QUADS))


@EACH
@given(st.data())
def test_ours_is_the_graph_that_a_stranger_makes_of_the_document(
    kind: Type, data: st.DataObject
) -> None:
    told = document(kind, data.draw(values_of(kind)), *ends(kind))

    ours = canonical(rdf.quads([(OWNER, told)]))

    assert ours == as_pyld_reads_it(told)
    assert len(ours) > len(LEXICON.relations)


@EACH
@given(st.data())
def test_a_document_says_the_same_in_anybodys_words(
    kind: Type, data: st.DataObject
) -> None:
    values = data.draw(values_of(kind).filter(survives_compaction))
    told = document(kind, values)

    again = compacted(expanded(told), told["@context"])

    assert LEXICON.wire((kind.name,)).values(again).values == values
    assert expanded(again) == expanded(told)


SHOW = {
    "name": "Hamlet",
    "also": "https://a.example/",
    "location": {"name": "The Globe", "city": "London"},
    "icon": {"url": "https://a.example/h.png", "width": 5, "height": 4, "alt": "x"},
    "price": {"amount": 1000, "currency": "GBP"},
    "starts": "2026-09-12T19:30:00+01:00",
}


def test_who_says_it_is_the_name_of_the_graph() -> None:
    found = {q.graph_name for q in rdf.quads([(OWNER, document(EVERYTHING, SHOW))])}

    assert found == {ox.NamedNode(OWNER)}


def test_an_edge_is_a_triple_in_the_graph_of_who_states_it() -> None:
    stated = Edge("urn:e", f"{BASE}/a", "related", f"{BASE}/b", f"{BASE}/bob", "", "")

    found = list(rdf.quads([rdf.stated(stated, f"{SX}related")]))

    assert found == [
        ox.Quad(
            ox.NamedNode(f"{BASE}/a"),
            ox.NamedNode(f"{SX}related"),
            ox.NamedNode(f"{BASE}/b"),
            ox.NamedNode(f"{BASE}/bob"),
        )
    ]


def test_documents_of_several_types_and_authors_stay_apart() -> None:
    notes = LEXICON.types["Note"]
    told = [
        (OWNER, document(EVERYTHING, SHOW)),
        (f"{BASE}/people/bob", document(notes, {"content": "Hello"})),
        (f"{BASE}/people/bob", document(EVERYTHING, SHOW)),
    ]

    together = canonical_quads(rdf.quads(told))

    apart = [canonical_quads(rdf.quads([each])) for each in told]
    assert len(together) == sum(map(len, apart))


def canonical_quads(quads: Any) -> set[ox.Quad]:
    return set(ox.Dataset(quads))


def test_a_price_keeps_its_cents_and_a_size_its_type() -> None:
    turtle = rdf.written([(OWNER, document(EVERYTHING, SHOW))], "turtle").decode()

    assert (
        'schema:price "10.00"^^xsd:decimal' in turtle or "schema:price 10.00" in turtle
    )
    assert 'as:width "5"^^xsd:nonNegativeInteger' in turtle


@pytest.mark.parametrize("format", ["turtle", "ntriples"])
def test_one_graph_is_read_back_as_it_was_written(format: str) -> None:
    said = [(OWNER, document(EVERYTHING, SHOW))]

    text = rdf.written(said, format)

    assert canonical(ox.parse(text, rdf.FORMATS[format])) == canonical(rdf.quads(said))
    graph = Graph().parse(data=text, format={"ntriples": "nt"}.get(format, format))
    assert len(graph) == len(list(rdf.quads(said)))


@pytest.mark.parametrize("format", ["nquads", "trig"])
def test_a_dataset_is_read_back_with_who_said_what(format: str) -> None:
    said = [(OWNER, document(EVERYTHING, SHOW))]

    text = rdf.part(said, format)

    again = list(ox.parse(text, rdf.FORMATS[format]))
    assert {quad.graph_name for quad in again} == {ox.NamedNode(OWNER)}
    assert canonical(again) == canonical(rdf.quads(said))


@pytest.mark.parametrize("format", ["nquads", "trig"])
def test_parts_of_a_dataset_may_stand_in_one_file(format: str) -> None:
    said = [(OWNER, document(EVERYTHING, {**SHOW, "name": n})) for n in ("A", "B")]

    one_by_one = b"".join(rdf.part([each], format) for each in said)

    places = f"{AS}location"
    found = list(ox.parse(one_by_one, rdf.FORMATS[format]))
    nodes = {q.object for q in found if q.predicate.value == places}
    assert len(nodes) == 2, "blank nodes of two parts must not be taken for one"


@pytest.mark.parametrize("format", sorted(rdf.FORMATS))
def test_what_is_said_twice_is_written_alike(format: str) -> None:
    first, second = (
        rdf.written([(OWNER, document(EVERYTHING, SHOW))], format) for _ in "ab"
    )

    assert first == second
    assert first


def test_no_context_is_fetched() -> None:
    told = {"@context": "https://a.example/context", "id": "urn:x", "name": "x"}

    with pytest.raises(KeyError):
        list(rdf.quads([(OWNER, told)]))


def test_what_nobody_says_is_nothing() -> None:
    assert list(rdf.quads([])) == []
    assert rdf.part([], "nquads") == b""
