"""An event is called off, and all who have paid for it are paid back."""

from __future__ import annotations

import asyncio

import pytest

from peer.model.permission import Viewer
from peer.node.outbox import Ask
from peer.node.paying.called_off import events_off, pay_back_all, refunds_for
from peer.node.paying.marking import mark_paid
from peer.node.trading import orders
from tests.till import CONTACT, STAFF


class AllBack(dict):
    """As though all of it had gone back already: nothing more can."""

    def get(self, *_):
        return [{"amount": 10.0}]


@pytest.fixture
async def gig(till):
    return await till.gig()


@pytest.fixture
async def ticket(till, gig):
    return await till.ticket(gig)


async def call_off(till, gig):
    ask = Ask("Update", id=gig.id, values={"status": "CANCELLED"})
    await till.node.publish(till.node.site, ask)


async def of(till, gig):
    def look(read):
        [off] = [each for each in events_off(read) if each.event.id == gig.id]
        return refunds_for(off, read)

    return await till.node.store.read(look)


async def pay_back(till, gig, times=100):
    left = iter([True] * times)
    refunds = await of(till, gig)
    return await pay_back_all(till.node.node, STAFF, refunds, lambda: next(left, False))


async def test_all_have_their_money_back_and_once(till, gig, ticket):
    paid = [await till.order(ticket) for _ in range(3)]
    for each in paid:
        await till.paid(each)
    await till.order(ticket)  # and one that nobody has paid
    await call_off(till, gig)
    assert (await of(till, gig)).done == 0

    await asyncio.gather(*(pay_back(till, gig) for _ in range(3)))

    there = await of(till, gig)
    assert (there.done, len(there.owed), there.returned) == (3, 3, 3000)
    assert [await till.state(each) for each in paid] == ["refunded"] * 3
    assert await till.node.held(ticket.id) == 0


async def test_it_goes_on_where_it_was(till, gig, ticket):
    for _ in range(3):
        await till.paid(await till.order(ticket))
    await call_off(till, gig)

    await pay_back(till, gig, times=2)
    assert (await of(till, gig)).done == 2
    await pay_back(till, gig)

    assert (await of(till, gig)).done == 3


async def test_what_failed_is_tried_again_and_said(till, sumup, gig, ticket):
    order = await till.order(ticket)
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(payment)
    await call_off(till, gig)
    sumup.refunds = AllBack()

    [wrong] = await pay_back(till, gig)
    assert order["number"] in wrong
    [owed] = (await of(till, gig)).waiting
    assert owed.trouble
    sumup.refunds = {}
    assert await pay_back(till, gig) == []

    assert (await of(till, gig)).done == 1


async def test_what_was_paid_by_hand_goes_back_by_hand(till, gig, ticket):
    order = await till.order(ticket)
    await mark_paid(till.node.node, STAFF, order.id, "transfer", 1000, "token")
    await call_off(till, gig)

    assert await pay_back(till, gig) == []

    there = await of(till, gig)
    assert (there.done, len(there.waiting)) == (0, 1)


async def test_an_order_for_something_else_as_well_is_looked_at(till, gig, ticket):
    other = await till.ticket(await till.gig())
    order = await orders.order(
        till.node.node,
        Viewer(),
        token="both",
        lines=[(ticket.id, 1), (other.id, 1)],
        contact=CONTACT,
    )
    await till.paid(order)
    await call_off(till, gig)

    await pay_back(till, gig)

    [owed] = (await of(till, gig)).waiting
    assert owed.is_mixed
    assert await till.state(order) == "confirmed"


async def test_what_is_on_is_not_paid_back(till, gig, ticket):
    await till.paid(await till.order(ticket))

    assert await till.node.store.read(events_off) == []
