"""Things as ActivityStreams documents, and back, whoever wrote them."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model.as2 import Wire
from peer.model.declaration import Type, declared
from peer.model.kinds import KINDS
from peer.protocol.terms import AS_CONTEXT, PUBLIC, SX
from peer.protocol.thing import DRAFT, MEMBERS, Edge
from tests.model.generating import (
    ANY_JSON,
    BASE,
    EVERYTHING,
    LEXICON,
    OWNER,
    TYPES,
    thing_of,
    values_of,
)

EACH = pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)


def render(text: str) -> str:
    return f"<p>{text}</p>"


def wire_of(kind: Type) -> Wire:
    return LEXICON.wire((kind.name,))


def edge(relation: str, object: str, subject: str = f"{BASE}/shows/one") -> Edge:
    return Edge("urn:e", subject, relation, object, OWNER, "", "urn:a")


SHOW = declared(
    {
        "name": "Show",
        "is_a": "as:Event",
        "fields": {
            "name": {"kind": "line", "required": True},
            "summary": {"kind": "line"},
            "content": {"kind": "prose"},
            "starts": {"kind": "moment", "iri": "as:startTime"},
            "zone": {"kind": "zone", "iri": "mz:timezone"},
            "seats": {"kind": "count", "iri": "schema:maximumAttendeeCapacity"},
            "price": {"kind": "money", "iri": "sx:price"},
            "location": {"kind": "place"},
            "image": {"kind": "image"},
            "site": {"kind": "link", "iri": "sx:site"},
            "ready": {"kind": "flag", "iri": "sx:ready"},
        },
        "relations": {
            "cast": {"to": "Person", "many": True},
            "tagged": {"to": "Tag", "many": True},
            "season": {"to": "Season", "kind": "contains", "reverse": True},
        },
    }
)
RELATIONS = {name: f"sx:{name}" for name in ("cast", "tagged", "contains")}
RELATIONS |= {"likes": SX + "likes", "seen": "https://a.example/ns#seen"}
WIRE = Wire.of(SHOW, RELATIONS)

VALUES = {
    "name": "Hamlet & <friends>",
    "summary": "Fri 12 Sep & <late>",
    "content": "To *be*",
    "starts": "2026-09-12T19:30:00+01:00",
    "zone": "Europe/London",
    "seats": 120,
    "price": {"amount": 1250, "currency": "GBP"},
    "location": {
        "name": "The Globe",
        "street": "Bankside 21",
        "country": "GB",
        "latitude": 51.5,
        "longitude": 0,
    },
    "image": {"url": "https://a.example/h.jpg", "width": 1200, "alt": "A skull"},
    "site": "https://a.example/hamlet",
    "ready": False,
}


def test_a_thing_is_told_in_the_words_that_others_look_for() -> None:
    document = WIRE.document(thing_of(SHOW, VALUES), render)

    assert document == {
        "@context": [AS_CONTEXT, WIRE.names.context],
        "id": f"{BASE}/shows/one",
        "type": "Event",
        "sx:kind": "Show",
        "attributedTo": OWNER,
        "to": [PUBLIC],
        "cc": [f"{OWNER}/followers"],
        "published": "2026-11-21T07:00:00.000Z",
        "updated": "2026-11-22T08:30:00.000Z",
        "url": f"{BASE}/shows/one",
        "name": "Hamlet & <friends>",
        "summary": "Fri 12 Sep &amp; &lt;late&gt;",
        "content": "<p>To *be*</p>",
        "source": {"content": "To *be*", "mediaType": "text/markdown"},
        "startTime": "2026-09-12T19:30:00+01:00",
        "timezone": "Europe/London",
        "maximumAttendeeCapacity": 120,
        "price": {
            "type": "schema:PriceSpecification",
            "schema:price": "12.50",
            "schema:priceCurrency": "GBP",
        },
        "location": {
            "type": "Place",
            "name": "The Globe",
            "address": {
                "type": "PostalAddress",
                "streetAddress": "Bankside 21",
                "addressCountry": "GB",
            },
            "latitude": 51.5,
            "longitude": 0.0,
        },
        "image": {
            "type": "Image",
            "url": "https://a.example/h.jpg",
            "width": 1200,
            "name": "A skull",
        },
        "site": "https://a.example/hamlet",
        "ready": False,
    }


def test_what_is_not_known_is_not_told() -> None:
    document = WIRE.document(thing_of(SHOW, {"name": "Hamlet"}), render)

    assert document.keys().isdisjoint(["summary", "content", "source", "location"])
    assert all(value not in (None, "", [], {}) for value in document.values())


def test_prose_that_shows_nothing_is_told_only_as_it_was_written() -> None:
    thing = thing_of(SHOW, {"name": "Hamlet", "content": "[x]: https://a.example"})

    document = WIRE.document(thing, lambda _text: "")

    assert "content" not in document
    assert document["source"]["content"] == "[x]: https://a.example"


@pytest.mark.parametrize("audience", [MEMBERS, DRAFT])
def test_what_is_not_public_is_addressed_to_its_owner_alone(audience: str) -> None:
    thing = thing_of(SHOW, {"name": "Hamlet"}, audience=audience)

    document = WIRE.document(thing, render)

    assert document["to"] == [OWNER]
    assert "cc" not in document


def test_what_was_deleted_leaves_a_tombstone_that_says_nothing_else() -> None:
    thing = thing_of(SHOW, VALUES, deleted="2026-12-01T00:00:00.000Z")

    document = WIRE.document(thing, render)

    assert document["type"] == "Tombstone"
    assert document["formerType"] == "Event"
    assert document["deleted"] == "2026-12-01T00:00:00.000Z"
    assert "Hamlet" not in json.dumps(document)


def test_edges_are_told_by_their_other_ends() -> None:
    edges = [
        edge("cast", "https://a.example/people/x"),
        edge("cast", "https://a.example/people/y"),
        edge("likes", "https://a.example/posts/z"),
        edge("seen", "https://a.example/posts/z"),
        edge("unheard-of", "https://a.example/posts/z"),
        edge("tagged", f"{BASE}/tags/drama"),
        edge("cast", f"{BASE}/shows/one", subject="https://a.example/people/w"),
    ]

    document = WIRE.document(thing_of(SHOW, VALUES), render, edges)

    assert document["cast"] == [
        "https://a.example/people/x",
        "https://a.example/people/y",
    ]
    assert document["sx:likes"] == {"id": "https://a.example/posts/z"}
    assert document["https://a.example/ns#seen"] == document["sx:likes"]
    assert document["tag"] == [
        {"type": "Hashtag", "name": "#drama", "href": f"{BASE}/tags/drama"}
    ]


def test_one_end_is_told_as_one_and_not_as_a_list() -> None:
    edges = [edge("cast", "https://a.example/people/x")]

    document = WIRE.document(thing_of(SHOW, VALUES), render, edges)

    assert document["cast"] == "https://a.example/people/x"


def test_edges_are_understood_again() -> None:
    ends = {
        "cast": ("https://a.example/people/x", "https://a.example/people/y"),
        "tagged": (f"{BASE}/tags/drama",),
    }
    edges = [edge(relation, end) for relation in ends for end in ends[relation]]

    document = WIRE.document(thing_of(SHOW, VALUES), render, edges)

    assert WIRE.values(document).related == ends


def test_things_of_one_type_share_one_context() -> None:
    one, other = (WIRE.document(thing_of(SHOW, VALUES), render) for _ in "ab")

    assert one["@context"] is other["@context"]


@EACH
@given(st.data())
def test_values_come_back_as_they_went_out(kind: Type, data: st.DataObject) -> None:
    values = data.draw(values_of(kind))
    thing = thing_of(kind, copy.deepcopy(values))

    document = wire_of(kind).document(thing, render)
    found = wire_of(kind).values(json.loads(json.dumps(document)))

    assert found.values == values
    assert found.puzzling == {}
    assert thing.values == values, "telling it must not change it"


def test_no_two_fields_share_a_key() -> None:
    for kind in TYPES:
        keys = wire_of(kind).names.fields.values()
        assert len(set(keys)) == len(keys) == len(kind.fields)


# -- what others write ----------------------------------------------------------------

PLACE = {"name": "The Globe"}

TOLERATED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"name": "Hamlet"}, {"name": "Hamlet"}),
    ({"as:name": "Hamlet"}, {"name": "Hamlet"}),
    ({"https://www.w3.org/ns/activitystreams#name": "Hamlet"}, {"name": "Hamlet"}),
    ({"name": ["Hamlet", "Macbeth"]}, {"name": "Hamlet"}),
    ({"name": {"@value": "Hamlet"}}, {"name": "Hamlet"}),
    ({"name": [{"@value": "Hamlet", "@language": "en"}]}, {"name": "Hamlet"}),
    ({"nameMap": {"en": "Hamlet", "de": "Hamlet!"}}, {"name": "Hamlet"}),
    ({"name": None, "nameMap": {"en": "Hamlet"}}, {"name": "Hamlet"}),
    ({"name": ""}, {}),
    ({"name": []}, {}),
    ({"name": "Ham\nlet\r\n"}, {"name": "Ham let"}),
    ({"name": 1984}, {"name": "1984"}),
    ({"summary": "<p>A &amp; B</p><p>C<br>D</p>"}, {"summary": "A & B C D"}),
    ({"contentMap": {"en": "<p>One</p><p>Two</p>"}}, {"content": "One\n\nTwo"}),
    ({"content": "<script>x</script>"}, {"content": "x"}),
    (
        {
            "content": "<p>a <em>b</em></p>",
            "source": {"content": "a *b*", "mediaType": "text/markdown"},
        },
        {"content": "a *b*"},
    ),
    (
        {
            "content": "<p>a</p>",
            "source": {"content": "\\b{a}", "mediaType": "text/x.misskeymarkdown"},
        },
        {"content": "a"},
    ),
    (
        {
            "content": "<p>a</p>",
            "source": {"content": "\x00", "mediaType": "text/markdown"},
        },
        {"content": "a"},
    ),
    ({"maximumAttendeeCapacity": "120"}, {"seats": 120}),
    ({"maximumAttendeeCapacity": 120.0}, {"seats": 120}),
    ({"schema:maximumAttendeeCapacity": 120}, {"seats": 120}),
    ({"startTime": "2026-09-12T19:30:00.000Z"}, {"starts": "2026-09-12T19:30:00.000Z"}),
    (
        {"startTime": {"@type": "xsd:dateTime", "@value": "2026-09-12T19:30:00Z"}},
        {"starts": "2026-09-12T19:30:00Z"},
    ),
    ({"location": "The Globe"}, {"location": PLACE}),
    ({"location": {"type": "Place", "name": "The Globe"}}, {"location": PLACE}),
    ({"location": {"name": "The Globe", "address": None}}, {"location": PLACE}),
    (
        {"location": {"name": "The Globe", "address": "Bankside 21\nLondon"}},
        {"location": PLACE},
    ),
    (
        {"location": {"name": "The Globe", "address": "Bankside 21"}},
        {"location": {**PLACE, "street": "Bankside 21"}},
    ),
    (
        {
            "location": [
                {"type": "VirtualLocation", "name": "Zoom", "url": "https://z.example"},
                {"type": "Place", "name": "The Globe"},
            ]
        },
        {"location": PLACE},
    ),
    (
        {"image": "https://a.example/h.jpg"},
        {"image": {"url": "https://a.example/h.jpg", "alt": ""}},
    ),
    (
        {"image": [{"type": "Image", "url": "https://a.example/h.jpg", "width": None}]},
        {"image": {"url": "https://a.example/h.jpg", "alt": ""}},
    ),
    (
        {"image": {"url": [{"type": "Link", "href": "https://a.example/h.jpg"}]}},
        {"image": {"url": "https://a.example/h.jpg", "alt": ""}},
    ),
    (
        {"image": {"url": "https://a.example/h.jpg", "name": "two\nlines"}},
        {"image": {"url": "https://a.example/h.jpg", "alt": "two lines"}},
    ),
    ({"site": {"@id": "https://a.example/"}}, {"site": "https://a.example/"}),
    (
        {"site": {"type": "Link", "href": "https://a.example/"}},
        {"site": "https://a.example/"},
    ),
    ({"ready": "true"}, {"ready": True}),
    (
        {"price": {"price": "12.50", "priceCurrency": "GBP"}},
        {"price": {"amount": 1250, "currency": "GBP"}},
    ),
    (
        {"price": {"schema:price": 12, "schema:priceCurrency": "GBP"}},
        {"price": {"amount": 1200, "currency": "GBP"}},
    ),
]


@pytest.mark.parametrize(("document", "values"), TOLERATED)
def test_what_others_mean_is_understood(
    document: dict[str, Any], values: dict[str, Any]
) -> None:
    found = WIRE.values(document)

    assert found.values == values
    assert found.puzzling == {}


PUZZLING: list[tuple[Any, set[str]]] = [
    ({"color": "red"}, {"color"}),
    ({"maximumAttendeeCapacity": "many"}, {"seats"}),
    ({"startTime": "tomorrow"}, {"starts"}),
    ({"startTime": "2026-09-12T19:30:00"}, {"starts"}),
    (
        {"location": {"type": "VirtualLocation", "url": "https://z.example"}},
        {"location"},
    ),
    ({"image": {"type": "Image"}}, {"image"}),
    ({"site": "javascript:alert(1)"}, {"site"}),
    ({"price": 12.5}, {"price"}),
    ({"ready": "perhaps"}, {"ready"}),
    ({"name": {"first": "Ham"}}, {"name"}),
    ("a document", {""}),
    (None, {""}),
    ([], {""}),
]


@pytest.mark.parametrize(("document", "keys"), PUZZLING)
def test_what_is_not_understood_is_named(document: Any, keys: set[str]) -> None:
    found = WIRE.values(document)

    assert found.values == {}
    assert found.puzzling.keys() == keys
    assert all(said.endswith(".") for said in found.puzzling.values())


def test_what_is_understood_is_not_lost_with_what_is_not() -> None:
    found = WIRE.values({"name": "Hamlet", "startTime": "soon", "ready": True})

    assert found.values == {"name": "Hamlet", "ready": True}
    assert found.puzzling.keys() == {"starts"}


def test_what_every_document_says_puzzles_nobody() -> None:
    assert WIRE.values(WIRE.document(thing_of(SHOW, VALUES), render)).puzzling == {}


_KEYS = st.sampled_from(
    [
        *wire_of(EVERYTHING).names.fields.values(),
        *(f.iri for f in EVERYTHING.fields.values()),
        "contentMap",
        "source",
        "tag",
        "related",
        "type",
    ]
)


@given(st.dictionaries(_KEYS, ANY_JSON, max_size=8))
def test_whatever_comes_is_read_without_raising(document: dict[str, Any]) -> None:
    found = wire_of(EVERYTHING).values(document)

    for term, value in found.values.items():
        field = EVERYTHING.fields[term]
        assert KINDS[field.kind].wrong(field, value) is None


@given(ANY_JSON)
def test_whatever_it_is_it_is_read_without_raising(document: Any) -> None:
    found = wire_of(EVERYTHING).values(document)

    assert isinstance(document, dict) or found.puzzling.keys() == {""}
