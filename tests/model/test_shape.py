"""The SHACL shape of a type says what its declaration says: pySHACL and we agree.

What it cannot say (moves, the names of time zones, HTML that was escaped) is left
out of what is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pyshacl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from rdflib import RDF, Graph, Literal, Namespace, URIRef

from peer.model import rdf
from peer.model.declaration import Field, Type
from peer.model.kinds import KINDS
from peer.model.naming import HTML_TERMS
from peer.model.shape import class_of, shape_of
from peer.model.validation import problems
from peer.protocol.terms import SX, expand
from peer.protocol.thing import Edge, Thing
from tests.model.generating import (
    BASE,
    EVERYTHING,
    LEXICON,
    OWNER,
    TYPES,
    thing_of,
    value_of,
)

SH = Namespace("http://www.w3.org/ns/shacl#")
EACH = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)


@cache
def shapes(name: str) -> Graph:
    document = shape_of(LEXICON.types[name], LEXICON)
    return Graph().parse(data=rdf.written([(SX, document)], "turtle"), format="turtle")


def graph(*things: Thing, edges: tuple[Edge, ...] = ()) -> Graph:
    said = [
        (OWNER, LEXICON.wire((each.kind,)).document(each, lambda text: text, edges))
        for each in things
    ]
    return Graph().parse(data=rdf.written(said, "ntriples"), format="nt")


def conforms(kind: Type, data: Graph) -> bool:
    """Whether the shape finds nothing wrong, finding things as a stranger would."""
    found: bool = pyshacl.validate(data, shacl_graph=shapes(kind.name))[0]
    return found


def refused(kind: Type, thing: Thing) -> set[str]:
    """The labels of what the shape finds wrong in ``thing``."""
    _, report, _ = pyshacl.validate(
        graph(thing),
        shacl_graph=shapes(kind.name),
        focus_nodes=[thing.id],
        use_shapes=[class_of(kind)],
    )
    by = report.objects(None, SH.sourceShape)
    return {
        str(name) for shape in by for name in shapes(kind.name).objects(shape, SH.name)
    }


# -- values that are not right ------------------------------------------------------


def _long(field: Field) -> list[Any]:
    if expand(field.iri) in HTML_TERMS and not KINDS[field.kind].markup:
        return []
    longest = field.max or {"line": 500, "prose": 200_000}[field.kind]
    short = [] if field.min is None else ["x" * (field.min - 1)]
    return ["x" * (longest + 1), *short]


def _outside(field: Field) -> list[int]:
    less = [] if field.min is None else [field.min - 1]
    return less if field.max is None else [*less, field.max + 1]


def _unaffordable(field: Field) -> list[Any]:
    currency = field.currency or "EUR"
    known = [a for a in _outside(field) if field.currency or a == -1]
    return [{"amount": amount, "currency": currency} for amount in known]


OFF: Mapping[str, Callable[[Field], list[Any]]] = {
    "line": _long,
    "prose": _long,
    "moment": lambda _field: ["noon", "2026-13-01T10:00:00Z"],
    "count": _outside,
    "money": _unaffordable,
    "place": lambda _field: [
        {"name": "A", "country": "Gb"},
        {"name": "A" * 201},
        {"name": "A", "latitude": 91, "longitude": 0},
        {"name": "A", "latitude": 0, "longitude": -180.5},
    ],
    "choice": lambda _field: ["nonsense"],
    "link": lambda _field: ["ftp://a.example/"],
    "image": lambda _field: [
        {"url": "https://a.example/p", "alt": "", "width": 0},
        {"url": "https://a.example/p", "alt": "", "mediaType": "text/html"},
    ],
}


def tried(kind: Type) -> SearchStrategy[dict[str, Any]]:
    """Values of which some are missing, too large, out of order or nonsense."""
    each = {}
    for term, field in kind.fields.items():
        off = OFF.get(field.kind, lambda _field: [])(field)
        right = value_of(field)
        each[term] = st.one_of(right, right, st.sampled_from(off)) if off else right
    return st.fixed_dictionaries({}, optional=each)


def without_moves(kind: Type) -> Type:
    fields = {term: replace(field, moves={}) for term, field in kind.fields.items()}
    return replace(kind, fields=fields)


@EACH
@given(st.data())
def test_the_shape_and_the_declaration_agree(kind: Type, data: st.DataObject) -> None:
    values = data.draw(tried(kind))
    thing = thing_of(kind, values)

    wrong = problems(without_moves(kind), values)

    labels = {
        kind.fields[term].label for term in wrong if not _comes_after(wrong, term)
    }
    assert conforms(kind, graph(thing)) == (not wrong)
    assert labels <= refused(kind, thing)


def _comes_after(wrong: Mapping[str, str], term: str) -> bool:
    """SHACL holds against the earlier what we say of the later."""
    return "has to come after" in wrong[term]


@EACH
def test_both_right_and_wrong_values_are_tried(kind: Type) -> None:
    """The agreement above would be cheap if all that is tried were right."""
    off = {t: OFF.get(f.kind, lambda _f: [])(f) for t, f in kind.fields.items()}

    assert any(off.values()) or any(f.required for f in kind.fields.values())
    for term, values in off.items():
        field = kind.fields[term]
        for value in values:
            assert KINDS[field.kind].wrong(field, value), (term, value)


RIGHT = {"name": "A", "also": "https://a.example/", "state": "open"}


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ({}, set()),
        ({"name": "A" * 41}, {"Name"}),
        ({"also": None}, {"Also"}),
        ({"price": {"amount": -1, "currency": "GBP"}}, {"Price"}),
        ({"fewest": 60}, {"Fewest"}),
        ({"fewest": 9, "most": 9}, {"Fewest"}),
        (
            {
                "starts": "2026-07-01T10:00:00+02:00",
                "ends": "2026-07-01T09:00:00+01:00",
            },
            {"Starts"},
        ),
        (
            {
                "starts": "2026-07-01T10:00:00+02:00",
                "ends": "2026-07-01T09:30:00+01:00",
            },
            set(),
        ),
        ({"content": "x" * 301}, {"Content"}),
        ({"state": "lost"}, {"State"}),
    ],
)
def test_the_shape_names_the_field_that_is_wrong(
    values: dict[str, Any], labels: set[str]
) -> None:
    told = {t: v for t, v in {**RIGHT, **values}.items() if v is not None}
    thing = thing_of(EVERYTHING, told)

    assert refused(EVERYTHING, thing) == labels
    assert conforms(EVERYTHING, graph(thing)) == (not labels)


def test_things_of_other_types_are_let_alone() -> None:
    other = thing_of(LEXICON.types["Note"], {})

    assert conforms(EVERYTHING, graph(other))
    assert not conforms(LEXICON.types["Note"], graph(other))


def test_the_other_end_of_a_relation_is_of_its_type() -> None:
    post, event = LEXICON.types["Post"], LEXICON.types["Event"]
    values = {"name": "A", "startTime": "2026-07-01T10:00:00Z"}
    one = thing_of(event, values)
    edge = Edge("urn:e", one.id, "related", "https://a.example/two", OWNER, "", "urn:a")
    data = graph(one, edges=(edge,))

    assert not conforms(event, data)

    data.add((URIRef(edge.object), RDF.type, URIRef(expand(event.is_a))))
    assert conforms(event, data)

    data.remove((URIRef(edge.object), RDF.type, None))
    data.add((URIRef(edge.object), RDF.type, URIRef(expand(post.is_a))))
    assert not conforms(event, data)


def test_tags_are_hashtags() -> None:
    note = thing_of(LEXICON.types["Note"], {"content": "A"})
    edge = Edge("urn:e", note.id, "tagged", f"{BASE}/tags/x", OWNER, "", "urn:a")

    assert conforms(LEXICON.types["Note"], graph(note, edges=(edge,)))


def test_a_shape_explains_itself() -> None:
    found = shapes("Everything")

    assert (URIRef(SX + "Everything"), RDF.type, SH.NodeShape) in found
    assert Literal("Starts") in set(found.objects(None, SH.name))
    assert (None, SH.lessThan, URIRef(SX + "ends")) in found
