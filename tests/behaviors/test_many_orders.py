"""Many orders for one event, and orders for many places: all of them count."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.permission import Viewer
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading import orders
from peer.protocol import moment
from peer.protocol.thing import Activity
from tests.till import Till

MANY = 25  # more than are looked at of what was done to an event


@pytest.fixture
def till(node, clock) -> Till:
    node.config = replace(node.config, payments=("trial", "door"))
    return Till(node, clock)


async def test_however_many_were_sold_before_it_was_called_off(node, till):
    gig = await till.gig()
    ticket = await till.ticket(gig, quantity=MANY)
    sold = [await till.order(ticket) for _ in range(MANY)]
    for order in sold:
        await orders.move(node.node, order.id, "confirmed")
    letters = len(await till.letters())

    ask = Ask("Update", id=gig.id, values={"status": "CANCELLED"})
    await node.publish(node.site, ask)

    assert {(await till.now(each)).get("request") for each in sold} == {"cancelled"}
    assert len(await till.letters()) == letters + MANY


async def test_an_order_has_no_more_places_than_the_door_is_told_of(node, till):
    gig = await till.gig()
    tickets = [await till.ticket(gig, quantity=100) for _ in range(3)]

    def order(*lines):
        told = {"token": f"a-form-{len(lines)}", "contact": {}}
        return orders.order(node.node, Viewer(), lines=lines, **told)

    with pytest.raises(Refused, match="at most 200 places"):
        await order(*[(each.id, 100) for each in tickets])
    kept = await order(*[(each.id, 100) for each in tickets[:2]])
    await orders.move(node.node, kept.id, "confirmed")
    await orders.cancel(node.node, kept.id)

    held = [await node.store.read(lambda r, t=t: r.held(t.id)) for t in tickets]
    assert held == [0, 0, 0]


async def test_who_has_tickets_for_what_was_put_off_is_told_and_listed(node, till):
    gig = await till.gig()
    order = await till.order(await till.ticket(gig))
    await orders.move(node.node, order.id, "confirmed")

    ask = Ask("Update", id=gig.id, values={"status": "TENTATIVE"})
    await node.publish(node.site, ask)

    assert (await till.now(order))["request"] == "moved"
    assert "put off" in (await till.letters())[-1].text


async def test_an_event_that_was_sold_is_called_off_and_not_deleted(node, till):
    gig = await till.gig()
    order = await till.order(await till.ticket(gig))
    await orders.move(node.node, order.id, "confirmed")

    with pytest.raises(Refused, match="sold: cancel it instead"):
        await node.publish(node.site, Ask("Delete", id=gig.id))
    assert not (await till.now(gig)).deleted


async def test_what_others_delete_is_called_off_for_who_has_bought_it(node, till):
    gig = await till.gig()
    ticket = await till.ticket(gig)
    paid, kept = await till.order(ticket), await till.order(ticket)
    await orders.move(node.node, paid.id, "confirmed")

    now = moment.wire(till.clock())
    gone = Activity(f"{gig.id}#gone", "Delete", gig.owner, now, gig, {"received": True})
    await node.store.transact(lambda tx: node.door(tx).carry_out([gone], tx))

    assert (await till.now(paid))["request"] == "cancelled"
    assert await till.state(kept) == "cancelled"
