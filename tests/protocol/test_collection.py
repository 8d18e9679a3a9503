"""Collections, their pages, and telling followers by a digest."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peer.protocol.collection import (
    collection,
    differs,
    digest,
    on_origin,
    page,
    synchronization,
    upcoming,
)
from peer.protocol.wire import gathered

BOX = "https://here.example/people/ana/outbox"
FOLLOWERS = "https://here.example/people/ana/followers"
SYNC = "https://here.example/people/ana/followers_synchronization"
BOB, EVE = "https://b.example/users/bob", "https://b.example/users/eve"

FOLDER = os.environ.get("SX_FIXTURES")
SKIPPED = "SX_FIXTURES names no folder: THE VECTOR OF FEP-8fcf IS NOT TESTED"


def test_a_collection_says_how_many_and_where_it_begins():
    told = collection(BOX, 3, f"{BOX}?page=1", owner="https://here.example/people/ana")

    assert told["type"] == "OrderedCollection"
    assert (told["totalItems"], told["first"]) == (3, f"{BOX}?page=1")
    assert told["attributedTo"] == "https://here.example/people/ana"


def test_one_that_is_hidden_says_how_many_and_no_more():
    told = collection(FOLLOWERS, 3)

    assert told.keys() == {"@context", "id", "type", "totalItems"}
    assert gathered.read(told).is_hidden


def test_a_page_leads_on_and_back():
    told = page(f"{BOX}?page=2", BOX, ["x"], next=f"{BOX}?page=3", prev=f"{BOX}?page=1")

    assert told["type"] == "OrderedCollectionPage"
    assert (told["partOf"], told["orderedItems"]) == (BOX, ["x"])
    assert told["next"].endswith("3") and told["prev"].endswith("1")


def test_the_last_page_leads_nowhere():
    assert "next" not in page(f"{BOX}?page=9", BOX, [], total=0)
    assert page(f"{BOX}?page=9", BOX, [], total=0)["totalItems"] == 0


def test_what_is_on_soonest_comes_first_and_what_is_over_not_at_all():
    events = [
        {"id": "late", "startTime": "2026-12-24T20:00:00+01:00"},
        {"id": "over", "startTime": "2026-11-20T20:00:00Z"},
        {"id": "soon", "startTime": "2026-11-21T20:00:00+02:00"},
        {
            "id": "on",
            "startTime": "2026-11-20T20:00:00Z",
            "endTime": "2026-11-22T20:00:00Z",
        },
    ]

    assert upcoming(events, datetime(2026, 11, 21, 9, tzinfo=UTC)) == [
        "on",
        "soon",
        "late",
    ]


# -- FEP-8fcf ----------------------------------------------------------------------


def test_the_digest_of_one_is_its_own_and_of_nobody_is_nothing():
    assert digest([BOB]) == hashlib.sha256(BOB.encode()).hexdigest()
    assert digest([]) == "0" * 64


def test_in_whatever_order_they_are_told():
    assert digest([BOB, EVE]) == digest([EVE, BOB, EVE]) != digest([BOB])


def test_the_digest_is_that_of_the_specification():
    if not FOLDER:
        pytest.skip(SKIPPED)
    vector = json.loads((Path(FOLDER) / "vectors" / "fep-8fcf-digest.json").read_text())

    assert digest(vector["followers"]) == vector["digest"]


def test_a_server_is_told_of_its_own():
    others = ["https://b.example:8443/x", "https://c.example/x"]

    assert on_origin([BOB, *others, EVE], "https://b.example") == [BOB, EVE]


def test_a_header_that_says_what_we_know_asks_for_nothing():
    header = synchronization(FOLLOWERS, SYNC, digest([BOB]))

    assert differs(header, FOLLOWERS, [BOB]) is None
    assert differs(header, FOLLOWERS, [BOB, EVE]) == SYNC


@pytest.mark.parametrize(
    "header",
    [
        "",
        "collectionId",
        synchronization("https://v.example/followers", SYNC, "0"),
        synchronization(FOLLOWERS, "https://v.example/followers", "0"),
        synchronization(FOLLOWERS, "javascript:x", "0"),
        f'url="{SYNC}", digest="0"',
    ],
)
def test_a_header_about_others_is_ignored(header):
    assert differs(header, FOLLOWERS, [BOB]) is None
