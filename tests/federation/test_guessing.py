"""Promo codes are not guessed from elsewhere, with however many people."""

from __future__ import annotations

import pytest

from peer.model.promotion import GUESSED, NO_SUCH
from peer.node.people.attempts import Limit
from peer.node.trading import guessing
from tests.federation.test_strangers_buying import VALUEFLOWS, agreement, shop, ticket

__all__ = ["shop", "ticket"]  # fixtures


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """So that nobody has to wait for fifty."""
    monkeypatch.setattr(guessing, "WRONG", Limit(3))


async def answered(actor, shop, ticket, code=""):
    """What the shop says to one more of ``actor``'s guesses."""
    context = ["https://www.w3.org/ns/activitystreams", VALUEFLOWS]
    beside = {"sx:code": code} if code else {}
    asked = agreement(ticket, count="1", amount="10.00")
    offer = actor.act("Offer", asked, **{"@context": context, "to": [shop.actor]})
    await actor.say({**offer, **beside}, [shop.actor])

    def is_answer(told):
        said = told["object"]
        id = said["id"] if isinstance(said, dict) else said
        return told["type"] in ("Accept", "Reject") and id == offer["id"]

    got = await actor.server.got(is_answer)
    return got.activity.get("content", got.activity["type"])


async def test_wrong_codes_are_counted_by_server(shop, ticket, mitra, mastodon):
    people = [mitra.actor(name) for name in ("ana", "bo", "cy", "di")]
    said = [
        await answered(each, shop, ticket, f"GUESS-{n}")
        for n, each in enumerate(people)
    ]

    assert said == [NO_SUCH, NO_SUCH, NO_SUCH, GUESSED]
    assert await answered(people[3], shop, ticket) == "Accept"
    assert await answered(mastodon.actor("bea"), shop, ticket, "GUESS") == NO_SUCH


async def test_after_a_quarter_of_an_hour_they_may_try_again(shop, ticket, mitra):
    ana = mitra.actor("ana")
    for n in range(4):
        await answered(ana, shop, ticket, f"GUESS-{n}")

    shop.later(minutes=16)

    assert await answered(ana, shop, ticket, "GUESS-4") == NO_SUCH
