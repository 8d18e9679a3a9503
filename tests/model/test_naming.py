"""What the fields of a type are called on the wire, and what the context says of it."""

from __future__ import annotations

from typing import Any

import pytest

from peer.model.declaration import declared
from peer.model.naming import Names, names_of


def named(iri: str, kind: str = "line", **more: Any) -> Names:
    field = {"kind": kind, "iri": iri}
    told = {"name": "Odd", "title": "thing", "fields": {"thing": field, **more}}
    return names_of(declared(told), {})


@pytest.mark.parametrize(
    ("iri", "kind", "key", "said"),
    [
        # ActivityStreams' own words need no telling.
        ("as:name", "line", "name", None),
        ("as:startTime", "moment", "startTime", None),
        ("as:url", "link", "url", None),
        ("as:location", "place", "location", None),
        # A name in its namespace that its context does not have does.
        ("as:isbn", "line", "isbn", "as:isbn"),
        # Ours and those of others go by their last part.
        ("sx:seats", "count", "seats", {"@id": "sx:seats", "@type": "xsd:integer"}),
        ("mz:timezone", "zone", "timezone", "mz:timezone"),
        ("https://schema.org/isbn", "line", "isbn", "schema:isbn"),
        ("https://a.example/ns#wide", "line", "wide", "https://a.example/ns#wide"),
        # Unless that part means something else to somebody.
        ("sx:name", "line", "sx:name", None),
        ("sx:type", "line", "sx:type", None),
        ("sx:content", "prose", "sx:content", None),
        ("sx:url", "link", "sx:url", {"@id": "sx:url", "@type": "@id"}),
        ("sx:schema", "line", "sx:schema", None),
        # Or takes other values than ours.
        (
            "as:totalItems",
            "count",
            "as:totalItems",
            {"@id": "as:totalItems", "@type": "xsd:integer"},
        ),
        ("as:duration", "line", "as:duration", None),
        ("as:attachment", "line", "as:attachment", None),
        (
            "as:name",
            "table",
            "as:name",
            {"@id": "as:name", "@type": "@json"},
        ),
    ],
)
def test_an_iri_goes_by_its_last_part_or_else_by_its_curie(
    iri: str, kind: str, key: str, said: Any
) -> None:
    names = named(iri, kind)

    assert names.fields["thing"] == key
    assert names.context.get(key) == said


def test_of_two_with_one_last_part_the_second_goes_by_its_curie() -> None:
    names = named("sx:state", other={"kind": "line", "iri": "vf:state"})

    assert names.fields == {"thing": "state", "other": "vf:state"}


def test_the_parts_of_a_value_keep_their_meaning() -> None:
    where = {"kind": "place", "iri": "sx:where"}
    names = named("sx:address", where=where)

    assert names.fields["thing"] == "sx:address"
    assert names.context["address"] == "schema:address"


def test_every_prefix_that_is_used_is_explained() -> None:
    names = named("vf:hasEnd", "moment", other={"kind": "line", "iri": "mz:mode"})

    assert names.context["vf"] == "https://w3id.org/valueflows/ont/vf#"
    assert names.context["mz"] == "https://joinmobilizon.org/ns#"
    assert "schema" not in names.context


@pytest.mark.parametrize(
    ("is_a", "type", "said"),
    [
        ("as:Event", "Event", None),
        ("vf:Agreement", "Agreement", "vf:Agreement"),
        ("as:Hashtag", "Hashtag", "as:Hashtag"),
        ("schema:Event", "schema:Event", None),
    ],
)
def test_the_type_of_a_document_is_one_word(is_a: str, type: str, said: Any) -> None:
    names = names_of(declared({"name": "Odd", "is_a": is_a, "fields": NAME}), {})

    assert names.type == type
    assert names.context.get(type) == said


NAME = {"name": {"kind": "line"}}


def test_only_relations_that_the_form_asks_for_have_a_word() -> None:
    asked = {"cast": {"to": "Person"}, "season": {"to": "Season", "reverse": True}}
    kind = declared({"name": "Odd", "fields": NAME, "relations": asked})

    names = names_of(kind, {n: f"sx:{n}" for n in ("cast", "season", "likes")})

    assert names.relations == {"cast": "cast"}
    assert names.context["cast"] == {"@id": "sx:cast", "@type": "@id"}


def test_words_that_were_given_away_are_not_given_again() -> None:
    said = named("sx:state").context

    fields = {"name": {"kind": "line"}, "state": {"kind": "line", "iri": "vf:state"}}
    names = names_of(declared({"name": "Other", "fields": fields}), {}, said)

    assert names.fields["state"] == "vf:state"
    assert names.context["state"] == "sx:state"
