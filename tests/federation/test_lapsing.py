"""Who orders from elsewhere again and again, and never pays, is told so by a Reject."""

from __future__ import annotations

import pytest

from tests.federation.cooperating import of_all
from tests.federation.peers import soon
from tests.federation.test_strangers_buying import (
    events,
    given,
    herald_of,
    offers,
    order_of,
    ticket,
)

__all__ = ["events", "given", "ticket"]  # fixtures


@pytest.fixture
async def shop(open_peer, way):
    return await open_peer("shop", peers=of_all(way), unpaid_lapsed=1)


async def test_two_orders_wait_and_the_third_is_refused_with_a_sentence(
    shop, ticket, mitra
):
    ana = mitra.actor("ana")
    first = await offers(ana, shop, ticket, count="1", amount="10.00")
    await mitra.got("Accept")
    shop.later(minutes=20)

    async def lapsed():
        return (await order_of(shop, first))["state"] == "expired"

    await soon(lapsed, "it was not paid in time")
    kept = [
        await offers(ana, shop, ticket, count="1", amount="10.00") for _ in range(2)
    ]
    refused = await offers(ana, shop, ticket, count="1", amount="10.00")

    got = await mitra.got("Reject")
    assert got.object == refused["id"]
    assert "were not paid in time since yesterday" in got.activity["content"]
    assert await order_of(shop, refused) is None
    for offer in kept:
        assert (await order_of(shop, offer))["state"] == "awaiting"


async def test_who_mentions_the_desk_is_counted_by_the_same_setting(
    shop, given, mastodon
):
    """What they ask for by an offer and what by a note are orders of theirs alike."""
    bea = mastodon.actor("bea")

    async def asked(count):
        text, note = f"{count} please", herald_of(shop, given)
        said = (await bea.reply(text, note, cc=[shop.actor]))["object"]["id"]
        return await mastodon.got(
            lambda told: told["type"] == "Create" and _answers(told["object"], said)
        )

    await asked(1)
    shop.later(minutes=20)

    async def lapsed():
        return await shop.node.store.read(lambda read: read.held(given)) == 0

    await soon(lapsed, "it was not paid in time")
    for _ in range(2):
        assert "/pay" in (await asked(1)).object["content"]
    got = await asked(1)

    assert "1 of your orders were not paid in time" in got.object["content"]
    assert "/pay" not in got.object["content"]
    assert await shop.node.store.read(lambda read: read.held(given)) == 2


def _answers(note, asked):
    return isinstance(note, dict) and note.get("inReplyTo") == asked
