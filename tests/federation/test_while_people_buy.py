"""Places are given, taken back, refunded and watched while people buy them."""

from __future__ import annotations

import asyncio

import pytest

from peer.model.allotting import ticket_id
from peer.model.ordering import parts_of
from peer.model.permission import STRANGER
from peer.node.replay import replayed
from peer.node.trading import allotments, orders, purchases
from peer.node.trading.allotments import Row
from tests.federation.cooperating import of_all
from tests.federation.peers import soon
from tests.federation.trade import (
    CONTACT,
    PRICE,
    asks,
    bought,
    comes_to_be,
    comes_to_have_sold,
    given,
    on_sale,
    stands,
    summer_gig,
)
from tests.web.test_live import listening


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def gig(events):
    return await summer_gig(events)


async def held(peer, id):
    return await peer.node.store.read(lambda read: read.held(id))


async def quiet(*peers):
    """Nothing is on its way between them any more."""

    async def silent():
        return all([await peer.has_said_all() for peer in peers])

    for _ in range(2):  # what arrives last may be answered
        await soon(silent, "all is said")


# -- an allotment ------------------------------------------------------------------


@pytest.mark.parametrize("last", [0, 3, 9])
async def test_places_given_and_taken_back_while_people_buy_are_sold_once(
    events, shop, gig, last
):
    """Whatever is bought first: what both believe at the end is the same."""
    ticket = await on_sale(events, shop, gig, quantity=5)
    [allotment] = await given(events, gig)

    async def changes():
        for quantity in (7, 2, last):
            await allotments.change(
                events.node, events.keeper, allotment.id, quantity=quantity
            )

    found, _ = await asyncio.gather(
        asyncio.gather(*(asks(events, ticket, token=f"form-{n}") for n in range(9))),
        changes(),
    )

    async def answered():
        states = [(await events.get(each.id))["state"] for each in found]
        return states if "asked" not in states else None

    states = await soon(answered, "each is answered")

    async def agreed():
        there = await events.get(allotment.id)
        return there if there["state"] != "offered" else None

    there = await soon(agreed, "the shop has answered what was offered last")
    await quiet(events, shop)
    kept, sold = states.count("accepted"), await held(shop, ticket)
    on_sale_now = (await shop.get(ticket))["quantity"]
    assert kept == sold <= on_sale_now
    assert there["agreed"] == on_sale_now == await held(events, gig)
    assert set(states) <= {"accepted", "refused"}
    for peer in (events, shop):
        assert (await replayed(peer.node)).different == []


# -- an order for two kinds --------------------------------------------------------


@pytest.fixture
async def two(events, shop, gig):
    """An order for two seats and one upstairs: the order, and its kinds of ticket."""
    rows = [
        Row("Standard", PRICE, 5, shop.actor),
        Row("Upstairs", {**PRICE, "amount": 2000}, 3, shop.actor),
    ]
    await allotments.offer(events.node, events.keeper, gig, rows)
    kinds = {a["name"]: ticket_id(a) for a in await given(events, gig)}
    for ticket in kinds.values():
        for peer in (events, shop):
            await soon(lambda p=peer, t=ticket: stands(p, t), f"{ticket} stands")
    purchase = await purchases.ask(
        *(events.node, STRANGER),
        token="a-form",
        lines=[(kinds["Standard"], 2), (kinds["Upstairs"], 1)],
        contact=CONTACT,
    )
    purchase = await comes_to_be(events, purchase.id, "accepted")
    assert purchase["total"]["amount"] == 4000
    await orders.move(shop.node, purchase["order"], "confirmed")
    await comes_to_have_sold(events, gig, 3)
    return purchase["order"], kinds


async def seats(peer, order):
    return await peer.node.store.read(lambda read: parts_of(order, read, "Seat"))


async def test_when_the_shop_cancels_it_the_event_and_its_door_know(
    events, shop, gig, two
):
    order, kinds = two
    there = [seat.id for seat in await seats(shop, order)]

    await orders.cancel(shop.node, order)

    await comes_to_have_sold(events, gig, 0)
    assert {(await events.get(id))["state"] for id in there} == {"void"}
    for ticket in kinds.values():
        assert await held(shop, ticket) == 0
    for allotment in await given(events, gig):
        assert await held(events, allotment.id) == 0


async def test_what_is_void_of_one_kind_leaves_the_other_as_it_is(
    events, shop, gig, two
):
    order, kinds = two
    there = await seats(shop, order)
    [upstairs] = [each for each in there if each["ticket"] == kinds["Upstairs"]]

    values = {"state": "void", "reason": "refunded"}
    await shop.does("Update", upstairs.id, values=values, notes={"was": "valid"})

    await comes_to_have_sold(events, gig, 2)
    by_kind = [await held(shop, kinds[name]) for name in ("Standard", "Upstairs")]
    assert by_kind == [2, 0]
    states = {s.id: (await events.get(s.id))["state"] for s in there}
    assert [id for id, state in states.items() if state == "void"] == [upstairs.id]
    again = await purchases.ask(
        *(events.node, STRANGER),
        token="another-form",
        lines=[(kinds["Upstairs"], 3)],
        contact=CONTACT,
    )
    await comes_to_be(events, again.id, "accepted")


# -- how many are sold -------------------------------------------------------------


async def test_who_looks_at_the_event_is_told_what_the_shop_has_sold(events, shop, gig):
    ticket = await on_sale(events, shop, gig)

    async with listening(await events.visitor(), gig) as stream:
        assert (await stream.next())["sold"] == 0
        purchase = await bought(events, shop, ticket, 2)
        told = await stream.next()
        while told["sold"] < 2:
            told = await stream.next()
        assert told == {"id": gig, "sold": 2, "left": 3}
        await orders.cancel(shop.node, purchase["order"])
        while told["sold"] > 0:
            told = await stream.next()
        assert told["left"] == 5
