"""Things, edges and activities; their addresses, moments and content ids."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peer.protocol import moment
from peer.protocol.cid import cid, content_id
from peer.protocol.iri import origin, slug
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge, Thing

POST = Thing(
    id="https://a.example/posts/welcome",
    kind="Post",
    values={"name": "Welcome"},
    owner="https://a.example/people/ada",
    published="2026-11-21T07:00:00.000Z",
    updated="2026-11-21T07:00:00.000Z",
)
TAGGED = Edge(
    id="https://a.example/edges/1",
    subject=POST.id,
    relation="tagged",
    object="https://a.example/tags/news",
    by=POST.owner,
    since=POST.published,
    activity="https://a.example/activities/1",
)
CREATE = Activity(TAGGED.activity, "Create", POST.owner, POST.published, POST)


def test_a_thing_says_itself_and_is_read_back() -> None:
    gone = replace(POST, values={}, deleted="2026-12-01T00:00:00.000Z")

    assert Thing.of(POST.document()) == POST
    assert Thing.of(gone.document()) == gone


def test_an_edge_says_itself_and_is_read_back() -> None:
    assert Edge.of(TAGGED.document()) == TAGGED


@pytest.mark.parametrize("object", [POST, TAGGED, CREATE])
def test_an_activity_says_whatever_it_is_about(object: Thing | Edge | Activity) -> None:
    told = replace(CREATE, type="Undo", object=object, notes={"reason": "spam"})

    assert Activity.of(told.document()) == told


def test_an_activity_is_about_one_thing_only() -> None:
    assert CREATE.thing is POST

    with pytest.raises(TypeError, match="is not about an edge"):
        _ = CREATE.edge
    with pytest.raises(TypeError, match="is not about an activity"):
        _ = CREATE.inner
    with pytest.raises(TypeError, match="is not about a thing"):
        _ = replace(CREATE, object=TAGGED).thing


def test_a_thing_is_called_by_the_last_part_of_its_address() -> None:
    assert POST.slug == "welcome"
    assert replace(POST, id="https://a.example/posts/welcome/").slug == "welcome"


# -- addresses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iri", "whose"),
    [
        ("https://a.example/posts/1?x#y", "https://a.example"),
        ("HTTPS://A.Example:443/", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:8801/x", "http://a.example:8801"),
        ("https://ada@a.example/", "https://a.example"),
    ],
)
def test_an_origin_is_who_may_speak_for_an_address(iri: str, whose: str) -> None:
    assert origin(iri) == whose


def test_another_port_or_scheme_is_somebody_else() -> None:
    assert same_origin("https://a.example/x", "https://A.example:443/y")
    assert not same_origin("https://a.example/", "http://a.example/")
    assert not same_origin("https://a.example/", "https://a.example:8443/")
    assert not same_origin("https://a.example/", "https://a.example.evil/")


@pytest.mark.parametrize(
    ("title", "part"),
    [
        ("Ça va? The Old Bakery!", "ca-va-the-old-bakery"),
        ("  --  ", ""),
        ("日本", ""),
        ("x" * 200, "x" * 80),
        ("a" * 79 + " b", "a" * 79),
    ],
)
def test_a_title_becomes_the_last_part_of_an_address(title: str, part: str) -> None:
    assert slug(title) == part


# -- moments -------------------------------------------------------------------------


def test_moments_are_written_in_utc_to_the_millisecond() -> None:
    there = timezone(timedelta(hours=1))

    told = moment.wire(datetime(2026, 11, 21, 8, 0, 0, 123456, there))

    assert told == "2026-11-21T07:00:00.123Z"
    assert moment.read(told) == datetime(2026, 11, 21, 7, 0, 0, 123000, UTC)


def test_a_moment_without_an_offset_is_none() -> None:
    with pytest.raises(ValueError, match="has no offset"):
        moment.read("2026-11-21T07:00:00")


# -- content ids -------------------------------------------------------------------


def test_the_same_content_has_the_same_id_wherever_it_lives() -> None:
    elsewhere = replace(POST, id="https://b.example/1", owner="https://b.example/bob")

    assert content_id(elsewhere) == content_id(POST)
    assert content_id(replace(POST, kind="Page")) != content_id(POST)
    assert content_id(replace(POST, values={"name": "welcome"})) != content_id(POST)


def test_an_id_is_a_cid_that_others_can_compute() -> None:
    raw = base64.b32decode(cid({}).removeprefix("b").upper() + "=" * 4)

    # Version 1; the codec json (0x0200, as a varint); SHA-256 of 32 bytes, of "{}".
    assert raw[:5].hex() == "0180041220"
    assert raw[5:].hex() == hashlib.sha256(b"{}").hexdigest()


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), st.integers(-5, 5), max_size=5))
def test_the_order_of_keys_is_not_content(values: dict[str, int]) -> None:
    backwards = dict(reversed(values.items()))

    assert cid(values) == cid(backwards)
