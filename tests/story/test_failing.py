"""The story goes on, whichever peer is down or cannot be reached, and however long."""

from __future__ import annotations

import pytest

from peer.node.trading import orders, purchases
from peer.protocol.moment import wire
from tests.federation.cutting import Fate
from tests.federation.peers import soon
from tests.story.history import History, kept, problems
from tests.story.selling import Buyer, scheduled, tickets
from tests.story.settling import settled, turn

TOKEN = "a-token-of-a-form-0001"
PEERS = ("events", "shop")


@pytest.fixture
async def event(events, shop):
    """With five places that the shop sells."""
    made = await scheduled(events, (shop, 5), capacity=5)
    await settled(events, shop)
    return made


@pytest.fixture
async def ticket(events, shop, event):
    return (await tickets(events, event))[shop.actor]


@pytest.fixture
def buyer():
    return Buyer("Ada", History())


async def sold(events, event: str) -> int:
    return await events.node.store.read(
        lambda r: r.degree(relation="sold", subject=event)
    )


async def fits(buyer, events, *shops) -> None:
    """Nothing was lost, nothing is there twice, and all peers agree."""
    there = [await kept(peer.base, peer.node.store) for peer in (events, *shops)]
    assert problems(buyer.history, there[1:], there[0]) == []


async def tried(peer) -> None:
    async def was_tried() -> bool:
        return any(each.attempts for each in await peer.waiting())

    await soon(was_tried, f"{peer.base} has tried")


async def state_of(peer, id: str) -> str:
    return (await peer.get(id))["state"]


async def the_order(events, purchase) -> str:
    return (await events.get(purchase.id))["order"]


# -- the shop is down ------------------------------------------------------------------


async def test_it_completes_alone_once_the_shop_is_back(
    events, shop, wires, event, ticket, buyer
):
    wires.cut(*PEERS)
    purchase = await buyer.asks(events, event, ticket, 2, TOKEN)
    await tried(events)
    assert await state_of(events, purchase.id) == "asked"

    wires.mend(*PEERS)
    await settled(events, shop)

    assert await state_of(events, purchase.id) == "accepted"
    await fits(buyer, events, shop)


async def test_what_was_withdrawn_meanwhile_is_kept_for_nobody(
    events, shop, wires, event, ticket, buyer
):
    wires.cut(*PEERS)
    purchase = await buyer.asks(events, event, ticket, 2, TOKEN)
    await tried(events)
    await purchases.withdraw(events.node, purchase.id)

    wires.mend(*PEERS)
    await settled(events, shop)

    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0
    await fits(buyer, events, shop)


async def test_who_is_too_late_is_told_so(events, shop, wires, event, ticket, buyer):
    wires.cut(*PEERS)
    purchase = await buyer.asks(events, event, ticket, 2, TOKEN)
    await tried(events)
    await buyer.orders(shop, ticket, 4, "a-token-of-a-form-0002")

    wires.mend(*PEERS)
    await settled(events, shop)

    told = await events.get(purchase.id)
    assert (told["state"], told["reason"]) == ("refused", "There is only 1 left.")
    await fits(buyer, events, shop)


# -- the event's peer is down ----------------------------------------------------------


async def test_the_shop_sells_on_and_is_counted_afterwards(
    events, shop, wires, event, ticket, buyer
):
    wires.cut(*PEERS)
    order = await buyer.orders(shop, ticket, 2, TOKEN)
    await orders.move(shop.node, order.id, "confirmed")
    await tried(shop)
    assert await state_of(shop, order.id) == "confirmed"
    assert await sold(events, event) == 0

    wires.mend(*PEERS)
    await settled(events, shop)

    assert await sold(events, event) == 2
    await fits(buyer, events, shop)


# -- for minutes, and for a day --------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "times", "attempts"),
    [
        ({"minutes": 2}, 5, 4),
        ({"hours": 2}, 12, 10),
        ({"hours": 12}, 14, 12),
    ],
    ids=["ten minutes", "a day", "a week"],
)
async def test_after_so_long_all_agree_again(
    events, shop, wires, event, ticket, buyer, step, times, attempts
):
    first = await buyer.asks(events, event, ticket, 1, TOKEN)
    await settled(events, shop)
    wires.cut(*PEERS)
    await orders.move(shop.node, await the_order(events, first), "confirmed")
    second = await buyer.asks(events, event, ticket, 1, "a-token-of-a-form-0002")
    unpaid = await buyer.orders(shop, ticket, 2, "a-token-of-a-form-0003")
    await tried(events)
    await tried(shop)

    for _ in range(times):
        turn(events, shop, **step)
        await tried_all(events)
        await tried_all(shop)
    most = max([each.attempts for each in await events.waiting()])
    assert await sold(events, event) == 0
    wires.mend(*PEERS)
    await settled(events, shop)

    assert most >= attempts
    assert await sold(events, event) == 1
    assert await state_of(events, second.id) == "accepted"
    await expires(shop, unpaid.id)
    await settled(events, shop)
    await fits(buyer, events, shop)


async def tried_all(peer) -> None:
    """Whatever is due is tried, in vain; nothing is given up."""

    async def all_wait() -> bool:
        now, waiting = wire(peer.clock()), await peer.waiting()
        assert all(each.due for each in waiting), waiting
        return all(each.due > now for each in waiting if each.attempts)

    await soon(all_wait, f"{peer.base} has tried all that was due")


async def expires(shop, order: str) -> None:
    """What nobody paid for is free again, once it was kept long enough."""
    until = (await shop.get(order))["expires"]
    wanted = "awaiting" if wire(shop.clock()) < until else "expired"

    async def has() -> bool:
        return await state_of(shop, order) == wanted

    await soon(has, f"it is {wanted}")


# -- every message, whatever becomes of it ---------------------------------------------


@pytest.mark.parametrize("fate", [f for f in Fate if f is not Fate.ARRIVE])
async def test_a_sale_of_which_every_message_is_in_trouble(
    events, shop, wires, fate, buyer
):
    for each in wires.both(*PEERS):
        each.then(*([fate, fate, Fate.ARRIVE] * 10))
    event = await scheduled(events, (shop, 5), capacity=5)
    await settled(events, shop)
    ticket = (await tickets(events, event))[shop.actor]

    purchase = await buyer.asks(events, event, ticket, 2, TOKEN)
    await settled(events, shop)
    await orders.move(shop.node, await the_order(events, purchase), "confirmed")
    await settled(events, shop)

    assert await sold(events, event) == 2
    await fits(buyer, events, shop)
