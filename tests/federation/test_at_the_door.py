"""Tickets that one peer sold, at the door of another, which may be alone by then."""

from __future__ import annotations

import itertools
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest
from aiohttp import ClientConnectionError

from peer.model import ordering
from peer.node import rekeying
from peer.node.entrance import desks, letting_in
from peer.node.entrance.letting_in import Scan
from peer.node.entrance.stewards import Keeper
from peer.node.keys import keys_of
from peer.node.replay import replayed
from peer.node.trading import passing, tickets
from peer.protocol import credential
from tests.federation.cooperating import of_all
from tests.federation.peers import near, soon
from tests.federation.trade import bought, comes_to_be, comes_to_have_sold, on_sale

_ids = itertools.count(1)


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def gig(events):
    return await events.makes(
        "Event",
        name="Summer Gig",
        startTime="2030-07-12T19:00:00Z",
        joinMode="external",
        capacity=60,
    )


@pytest.fixture
async def stalls(way, seeded, caller):
    """Opens the shop until the block is left: then nobody answers there."""

    async def opens(stack):
        seeds = await seeded("shop")
        shop = near(way, "shop", seeds, caller, peers=of_all(way))
        return await stack.enter_async_context(shop)

    return opens


async def sold(events, shop, gig, count=1):
    """The seats of somebody who has just bought them."""
    ticket = await on_sale(events, shop, gig)
    purchase = await bought(events, shop, ticket, count)
    await comes_to_have_sold(events, gig, count)
    return await seats(shop, purchase)


async def seats(shop, purchase):
    order = purchase["order"]
    return await shop.node.store.read(lambda r: ordering.parts_of(order, r, "Seat"))


async def token(shop, seat):
    return await shop.node.store.read(lambda read: tickets.token_of(seat, read))


async def scan(events, gig, text):
    event, keeper = await events.get(gig), Keeper(events.actor, "Main door")
    one = Scan(f"scan-{next(_ids):08}", text)
    return await letting_in.let_in(events.node, event, one, keeper)


async def test_the_door_works_when_the_shop_and_the_blog_are_down(
    events, gig, stalls, way
):
    async with AsyncExitStack() as stack:
        shop = await stalls(stack)
        first, second = await sold(events, shop, gig, 2)
        codes = [await token(shop, each) for each in (first, second)]
        await desks.keep_up(events.node)

    told = [await scan(events, gig, text) for text in (*codes, codes[0])]

    assert [each.what for each in told] == ["in", "in", "again"]
    for peer in ("blog", "shop"):
        with pytest.raises(ClientConnectionError):
            await events.ask(of_all(way)[peer])
    assert (await scan(events, gig, first["code"])).what == "again"


async def test_a_ticket_outruns_the_word_of_its_shop(events, gig, stalls):
    async with AsyncExitStack() as stack:
        shop = await stalls(stack)
        [seat] = await sold(events, shop, gig)
        await desks.keep_up(events.node)
        keys = await shop.node.store.read(lambda read: keys_of(read, shop.actor))
        slip = replace(tickets.slip_of(seat), number=2, code="0000-0000-0002")
        text = credential.token(slip, shop.actor, keys.ed25519)

    told = [await scan(events, gig, text) for _ in range(2)]

    assert [each.what for each in told] == ["early", "again"]


async def test_a_key_that_is_not_known_yet_is_asked_for(events, gig, stalls):
    async with AsyncExitStack() as stack:
        shop = await stalls(stack)
        [seat] = await sold(events, shop, gig)
        await desks.keep_up(events.node)
        before = await token(shop, seat)
        await rekeying.rotate(shop.node, shop.actor)
        after = await token(shop, seat)
        forged = after[:-8] + "AAAAAAAA"

        assert before != after
        assert (await scan(events, gig, after)).what == "in"
        assert (await scan(events, gig, before)).what == "again"
        await scan(events, gig, forged)
        await desks.ask_soon(events.node, [shop.actor])
        keys = await events.node.store.read(
            lambda read: desks.keys_of_desk(shop.actor, read)
        )

    assert len(keys) == 2


async def test_what_was_passed_on_is_void_at_the_door(events, gig, stalls):
    async with AsyncExitStack() as stack:
        shop = await stalls(stack)
        [seat] = await sold(events, shop, gig)
        await desks.keep_up(events.node)
        old = await token(shop, seat)

        changed = await passing.pass_on(shop.node, seat.id, "Bob", seat["code"])

        async def heard():
            return (await events.get(seat.id))["code"] == changed["code"]

        await soon(heard, "the events peer knows the new code")
        new = await token(shop, changed)

    told = await scan(events, gig, old)
    assert (told.what, told.why) == ("void", "passed on to somebody else")
    assert (await scan(events, gig, new)).what == "in"
    assert (await events.get(seat.id))["holder"] == "Bob"
    await comes_to_have_sold(events, gig, 1)


async def test_what_was_refunded_after_somebody_came_in_is_still_told(
    events, gig, stalls
):
    async with AsyncExitStack() as stack:
        shop = await stalls(stack)
        [seat] = await sold(events, shop, gig)
        await scan(events, gig, seat["code"])
        await shop.does(
            "Update",
            seat.id,
            values={"state": "void", "reason": "refunded"},
            notes={"was": "valid"},
        )
        await comes_to_be(events, seat.id, "void")

    told = await scan(events, gig, seat["code"])

    assert (told.what, told.why) == ("void", "refunded")


async def test_the_log_tells_who_came_in_as_well(events, gig, stalls):
    async with AsyncExitStack() as stack:
        shop = await stalls(stack)
        first, second = await sold(events, shop, gig, 2)
        await desks.keep_up(events.node)
        event, keeper = await events.get(gig), Keeper(events.actor, "Main door")
        await scan(events, gig, first["code"])
        await scan(events, gig, await token(shop, second))
        await letting_in.take_back(events.node, event, first.id, keeper)
        late = Scan("kept-a-while", first["code"], at=events.node.now())
        await letting_in.let_in(events.node, event, late, keeper)

    comparison = await replayed(events.node)

    assert comparison.different == []
