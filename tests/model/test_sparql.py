"""Questions in SPARQL: only those that read, and nothing but our dataset."""

from __future__ import annotations

import socket

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Dataset

from peer.model import rdf
from peer.model.sparql import LONGEST, NotAnswered, asked, dataset_over, read_only
from tests.model.generating import EVERYTHING, LEXICON, OWNER, thing_of

# rdflib warns of what it does itself.
pytestmark = pytest.mark.filterwarnings("ignore:Dataset.*is deprecated")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    values = {"name": "Hamlet", "also": "https://a.example/"}
    wire = LEXICON.wire(("Everything",))
    told = wire.document(thing_of(EVERYTHING, values), str)
    held = ox.Store()
    held.extend(rdf.quads([(OWNER, told)]))
    return dataset_over(held)


def test_it_is_known_who_says_what(dataset: Dataset) -> None:
    found = asked(dataset, read_only("SELECT ?g { GRAPH ?g { ?s as:name 'Hamlet' } }"))

    assert [str(row.g) for row in found] == [OWNER]


def test_a_selection_is_answered(dataset: Dataset) -> None:
    found = asked(
        dataset, read_only("SELECT ?n { ?s sx:kind 'Everything'; as:name ?n }")
    )

    assert [str(row.n) for row in found] == ["Hamlet"]


def test_it_is_known_who_said_what(dataset: Dataset) -> None:
    found = asked(dataset, read_only("SELECT ?g { GRAPH ?g { ?s as:name 'Hamlet' } }"))

    assert [str(row.g) for row in found] == [OWNER]


def test_a_yes_or_no_is_answered(dataset: Dataset) -> None:
    assert asked(dataset, read_only("ASK { ?s as:name 'Hamlet' }")).askAnswer is True
    assert asked(dataset, read_only("ASK { ?s as:name 'Lear' }")).askAnswer is False


@pytest.mark.parametrize(
    "question",
    [
        "CONSTRUCT { ?s as:summary ?n } WHERE { ?s as:name ?n }",
        "DESCRIBE <https://events.example/everythings/one>",
    ],
)
def test_a_graph_is_answered_with_a_graph(dataset: Dataset, question: str) -> None:
    graph = asked(dataset, read_only(question)).graph

    assert graph is not None and len(graph) > 0


@pytest.mark.parametrize(
    "question",
    [
        "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "ASK { SERVICE SILENT ?where { ?s ?p ?o } }",
        "ASK { ?s ?p ?o FILTER EXISTS { SERVICE ?g { ?a ?b ?c } } }",
        "ASK { ?s ?p ?o FILTER NOT EXISTS { SERVICE ?g { ?a ?b ?c } } }",
        "ASK { ?s ?p ?o MINUS { SERVICE ?g { ?a ?b ?c } } }",
        "ASK { { SELECT * { OPTIONAL { SERVICE ?g { ?a ?b ?c } } } } }",
        "ASK { BIND (EXISTS { SERVICE ?g { ?a ?b ?c } } AS ?x) }",
        "SELECT (EXISTS { SERVICE ?g { ?a ?b ?c } } AS ?x) {}",
        "SELECT * { ?s ?p ?o } ORDER BY EXISTS { SERVICE ?g { ?a ?b ?c } }",
        "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { SERVICE ?g {?a ?b ?c} })",
        "CONSTRUCT { ?s ?p ?o } { GRAPH ?x { SERVICE ?g { ?s ?p ?o } } }",
        r"\u0041SK { \u0053ERVICE ?g { ?s ?p ?o } }",
    ],
)
def test_nobody_else_is_asked(question: str) -> None:
    with pytest.raises(NotAnswered, match="SERVICE asks another server"):
        read_only(question)


@pytest.mark.parametrize(
    "question",
    [
        "SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://127.0.0.1/x> { GRAPH ?g { ?s ?p ?o } }",
        "ASK FROM <file:///etc/passwd> { ?s ?p ?o }",
        "DESCRIBE ?s FROM <http://127.0.0.1/x> { ?s ?p ?o }",
    ],
)
def test_nothing_else_is_loaded(question: str) -> None:
    with pytest.raises(NotAnswered, match="FROM names other data"):
        read_only(question)


@pytest.mark.parametrize(
    "question",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/x>",
        "LOAD <file:///etc/passwd> INTO GRAPH <urn:g>",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <urn:g>",
        "ADD DEFAULT TO <urn:g>",
        "SELECT * { ?s ?p ?o } ; DROP ALL",
        "ASK { ?s ?p ?o } ASK { ?s ?p ?o }",
        "",
        "hello",
        "SELECT * { ?s unknown:p ?o }",
    ],
)
def test_what_is_no_question_is_not_answered(question: str) -> None:
    with pytest.raises(NotAnswered, match="This is no question in SPARQL"):
        read_only(question)


def test_words_that_only_look_dangerous_are_words(dataset: Dataset) -> None:
    question = "ASK { ?s a as:Service ; as:name 'SERVICE FROM LOAD' } # SERVICE"

    assert asked(dataset, read_only(question)).askAnswer is False


def test_a_question_has_an_end() -> None:
    with pytest.raises(NotAnswered, match="at most 20000 characters"):
        read_only("ASK { ?s ?p ?o } #" + "x" * LONGEST)


@pytest.mark.parametrize("nest", ["(", "{"])
def test_a_question_does_not_go_without_bottom(nest: str) -> None:
    with pytest.raises(NotAnswered):
        read_only("SELECT * { FILTER " + nest * 5000)


@given(
    st.text(st.sampled_from("ASK{}?sp oSERVICE<>:.;\"'\\#u005()[]*|^/"), max_size=60)
)
def test_whatever_is_asked_is_answered_or_not(question: str) -> None:
    try:
        query = read_only(question)
    except NotAnswered as wrong:
        assert str(wrong)
    else:
        assert "Service" not in str(query.algebra)


def test_asking_opens_no_connection(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_address: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    assert asked(dataset, read_only("ASK { ?s ?p ?o }")).askAnswer is True
