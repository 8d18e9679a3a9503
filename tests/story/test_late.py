"""What comes late changes nothing: the newest that a desk says of an order holds."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from peer.model.behavior import Behavior
from peer.model.reading import Read
from peer.node.outgoing import office
from peer.node.trading import orders
from peer.protocol.thing import Activity
from tests.story.cranking import Crank, Letter
from tests.story.history import History, kept, problems
from tests.story.selling import Buyer, scheduled, tickets

TOKEN = "a-token-of-a-form-0001"


@pytest.fixture
async def events(open_peer):
    return await open_peer("events", busy=office.opened)


@pytest.fixture
async def shop(open_peer):
    return await open_peer("shop", busy=office.opened)


@pytest.fixture
async def crank(events, shop):
    return Crank({peer.base: peer for peer in (events, shop)})


async def late(crank: Crank, shop) -> Letter:
    """What the shop has to say now, as if it had arrived; it will do so later."""
    await crank.collect()
    [letter] = [each for each in crank.bag if each.sender is shop]
    crank.bag.remove(letter)
    await crank.vanish(letter)
    return letter


async def a_sale_that_is_cancelled(events, shop, crank) -> list[str]:
    """The cancellation arrives before what it cancels; what does not fit then."""
    event = await scheduled(events, (shop, 5), capacity=5)
    await crank.settle()
    ticket = (await tickets(events, event))[shop.actor]
    buyer = Buyer("Ada", History())
    order = await buyer.orders(shop, ticket, 2, TOKEN)
    await orders.move(shop.node, order.id, "confirmed")
    join = await late(crank, shop)

    await orders.cancel(shop.node, order.id)
    await crank.settle()
    await crank.again(join)
    await crank.settle()

    there = [await kept(peer.base, peer.node.store) for peer in (events, shop)]
    return problems(buyer.history, there[1:], there[0])


async def test_what_was_cancelled_stays_so(events, shop, crank):
    assert await a_sale_that_is_cancelled(events, shop, crank) == []


async def test_whoever_believes_what_comes_last_counts_what_is_no_seat(
    events, shop, crank
):
    """What is above can fail: without its defence it does."""
    events.node.behaviors = [credulous(each) for each in events.node.behaviors]

    wrong = await a_sale_that_is_cancelled(events, shop, crank)

    assert any("is counted, and no seat" in said for said in wrong)


async def test_what_is_told_of_one_order_waits_for_none_of_the_others(
    events, shop, crank
):
    event = await scheduled(events, (shop, 5), capacity=5)
    await crank.settle()
    ticket = (await tickets(events, event))[shop.actor]
    for number in range(3):
        buyer = Buyer("Ada", History())
        order = await buyer.orders(shop, ticket, 1, f"{TOKEN}-{number}")
        await orders.move(shop.node, order.id, "confirmed")

    await crank.collect()

    joins = [each for each in crank.bag if b'"type":"Join"' in each.parcel.body]
    assert len(joins) == 3
    await crank.settle()


async def test_what_was_changed_before_they_agreed_is_known_afterwards(
    events, shop, crank
):
    event = await scheduled(events, (shop, 5), capacity=5)
    await crank.collect()
    for letter in list(crank.bag):
        await crank.arrive(letter)
    await crank.collect()
    assert (await shop.get(event))["name"] == "Summer Gig"

    await events.does("Update", event, values={"name": "Autumn Gig"})
    await crank.settle()

    assert (await shop.get(event))["name"] == "Autumn Gig"
    assert crank.refused == []


def credulous(behavior: Behavior) -> Behavior:
    """The same, but that whatever a desk says is taken for the newest."""
    arrived = count(1)

    def answer(activity: Activity, read: Read):
        if "instrument" in activity.notes:
            newest = {**activity.notes, "asOf": f"9999-{next(arrived):06}"}
            activity = replace(activity, notes=newest)
        return behavior.answer(activity, read)

    return replace(behavior, answer=answer)
