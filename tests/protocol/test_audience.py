"""Whom an activity is for, and what the others may know of that."""

from __future__ import annotations

import pytest

from peer.protocol.audience import addressed, audience, is_public, sent
from peer.protocol.terms import PUBLIC

ANA, FOLLOWERS = (
    "https://here.example/people/ana",
    "https://here.example/people/ana/followers",
)
CITY = "https://here.example/calendars/city/followers"
BOB, EVE = "https://b.example/users/bob", "https://c.example/users/eve"


def test_everybody_who_is_named_hears_of_it_once_and_as_first_named():
    told = {"to": [EVE, BOB], "cc": [BOB], "bto": [ANA], "bcc": EVE, "audience": [BOB]}

    assert addressed(told) == (EVE, BOB, ANA)
    assert audience(told, ANA).actors == (EVE, BOB)


def test_nobody_sends_to_themselves():
    found = audience({"to": [ANA, "https://HERE.example/people/ana"]}, ANA)

    assert found.actors == () and not found.public


@pytest.mark.parametrize("everybody", [PUBLIC, "as:Public", "Public"])
@pytest.mark.parametrize("field", ["to", "cc", "bcc"])
def test_what_is_for_everybody_goes_to_followers(everybody, field):
    found = audience({field: [everybody]}, ANA)

    assert (found.actors, found.followers, found.public) == ((), (FOLLOWERS,), True)


def test_followers_are_told_apart_from_actors():
    found = audience({"to": [FOLLOWERS, CITY, BOB]}, ANA, collections=[CITY])

    assert (found.actors, found.followers) == ((BOB,), (FOLLOWERS, CITY))


def test_the_followers_of_others_are_theirs_to_tell():
    found = audience({"to": [BOB], "cc": [f"{BOB}/followers"]}, ANA)

    assert (found.actors, found.followers) == ((BOB,), ())


def test_our_own_lists_are_read_to_their_end():
    many = [f"https://b.example/users/{n}" for n in range(2000)]

    assert len(audience({"to": many}, ANA).actors) == 2000


def test_what_is_for_nobody_is_for_nobody():
    assert audience({}, ANA) == audience({"to": [], "cc": None}, ANA)
    assert audience({}, ANA).actors == audience({}, ANA).followers == ()


def test_nobody_learns_who_else_got_it_in_secret():
    told = {
        "to": [BOB],
        "bto": [EVE],
        "bcc": [EVE],
        "object": {"id": "x", "bcc": [EVE], "object": {"bto": EVE}},
    }

    assert sent(told) == {"to": [BOB], "object": {"id": "x", "object": {}}}
    assert told["bto"] == [EVE]


def test_nor_in_any_of_several_objects():
    assert sent({"object": ["x", {"bcc": [EVE]}]}) == {"object": ["x", {}]}
    assert sent({"object": "x"}) == {"object": "x"}


@pytest.mark.parametrize(
    ("told", "public"),
    [({"to": PUBLIC}, True), ({"cc": ["as:Public"]}, True), ({"to": [BOB]}, False),
     ({"bcc": [PUBLIC]}, False), ({}, False)],
)  # fmt: skip
def test_what_is_public_says_so_openly(told, public):
    assert is_public(told) is public
