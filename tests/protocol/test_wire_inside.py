"""What an activity says in words, when, and what it brings along."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from peer.protocol.wire.loose import Unreadable
from peer.protocol.wire.said import Said, inner, read

ANA, BOB = "https://a.example/users/ana", "https://b.example/users/bob"
POST = "https://b.example/posts/1"


def told(**more: Any) -> dict[str, Any]:
    plain = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://a.example/activities/1",
        "type": "Like",
        "actor": ANA,
        "object": POST,
    }
    return {**plain, **more}


# -- words and times ---------------------------------------------------------------


def test_what_is_told_in_one_language_is_what_is_said():
    said = read(told(contentMap={"pt": "Olá"}, summary="", content=None))

    assert (said.content, said.summary) == ("Olá", None)


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-21T07:00:00Z",
        "2026-11-21T07:00:00",
        "2026-11-21T07:00:00.000000000+00:00",
        "2026-11-21T08:00:00+01:00",
        {"@value": "2026-11-21T07:00:00Z"},
    ],
)
def test_times_are_read_in_many_ways(time):
    assert read(told(published=time)).published == datetime(2026, 11, 21, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "time",
    ["soon", 5, {}, "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z", "9" * 99],
)
def test_a_time_that_is_none_is_left_out(time):
    assert read(told(published=time)).published is None


def test_nothing_was_published_in_the_future():
    now = datetime(2026, 11, 21, 7, tzinfo=UTC)

    assert read(told(published="2999-01-01T00:00:00Z")).at(now) == now
    assert read(told()).at(now) == now
    assert read(told(published="2026-01-01T00:00:00Z")).at(now).month == 1


# -- what is inside ----------------------------------------------------------------


def inside(object: Any, kind: str = "Undo") -> Said | None:
    return inner(read(told(type=kind, object=object)))


def test_an_accept_brings_the_follow_with_or_without_its_id():
    follow = {"type": "Follow", "actor": {"id": BOB}, "object": ANA}

    for object in (follow, {**follow, "id": f"{BOB}#follows/1"}):
        said = inside(object, "Accept")
        assert said is not None
        assert (said.type, said.actor, said.object) == ("Follow", BOB, ANA)


def test_an_accept_of_an_id_brings_nothing():
    assert inside(f"{BOB}#follows/1", "Accept") is None


def test_a_note_inside_is_no_activity():
    assert inside({"type": "Note", "content": "x"}, "Announce") is None
    assert inside({"type": "Note", "actor": BOB, "attributedTo": BOB}) is None


def test_what_is_inside_has_one_actor_too():
    with pytest.raises(Unreadable, match="several"):
        inside({"type": "Like", "actor": [ANA, BOB], "object": POST})


def test_a_delete_is_told_in_four_ways():
    gone = [
        POST,
        {"id": POST},
        {"id": POST, "type": "Tombstone", "former_type": "Note"},
        {"id": POST, "type": "Person", "inbox": f"{POST}/inbox"},
    ]

    assert {read(told(type="Delete", object=each)).object_id for each in gone} == {POST}
