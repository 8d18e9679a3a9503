from __future__ import annotations

import pytest

from peer.model.permission import STRANGER, Role, Viewer, audiences, may, may_see
from peer.protocol.thing import Thing

ADA = Viewer("https://a.example/people/ada", Role.MEMBER)
BOB = Viewer("https://a.example/people/bob", Role.MEMBER)
KEEPER = Viewer("https://a.example/people/keeper", Role.OWNER)
FAR = Viewer("https://far.example/users/zoe", Role.ACTOR)
DAY = "2026-11-21T09:00:00.000Z"


def by_ada(audience: str = "public") -> Thing:
    return Thing(
        "https://a.example/posts/1", "Post", {}, str(ADA.id), DAY, DAY, audience
    )


@pytest.mark.parametrize(
    ("who", "those"),
    [
        ("anyone", {"ada", "bob", "keeper", "far"}),
        ("member", {"ada", "bob", "keeper"}),
        ("owner", {"ada", "keeper"}),
        ("nobody", set()),
        ("a slip of the pen", set()),
    ],
)
def test_who_may_do_what_is_permitted_to_whom(who, those):
    viewers = {
        "ada": ADA,
        "bob": BOB,
        "keeper": KEEPER,
        "far": FAR,
        "stranger": STRANGER,
    }

    assert {name for name, one in viewers.items() if may(who, one, by_ada())} == those


def test_where_there_is_no_thing_yet_it_takes_an_owner_of_the_peer():
    assert may("owner", KEEPER)
    assert not may("owner", ADA)


@pytest.mark.parametrize(
    ("audience", "those"),
    [
        ("public", {"ada", "bob", "keeper", "far", "stranger"}),
        ("members", {"ada", "bob", "keeper"}),
        ("draft", {"ada", "keeper"}),
    ],
)
def test_who_sees_it(audience, those):
    viewers = {
        "ada": ADA,
        "bob": BOB,
        "keeper": KEEPER,
        "far": FAR,
        "stranger": STRANGER,
    }

    seen = {name for name, one in viewers.items() if may_see(one, by_ada(audience))}

    assert seen == those


def test_a_listing_holds_whole_audiences_only():
    assert audiences(STRANGER) == audiences(FAR) == ("public",)
    assert audiences(ADA) == ("public", "members")
    assert audiences(KEEPER) == ("public", "members", "draft")
