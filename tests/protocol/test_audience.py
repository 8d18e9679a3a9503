"""What others may know of whom an activity is for."""

from __future__ import annotations

import pytest

from peer.protocol.audience import is_public, sent
from peer.protocol.terms import PUBLIC

BOB, EVE = "https://b.example/users/bob", "https://c.example/users/eve"


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
