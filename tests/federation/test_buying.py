"""Tickets between peers: given to a shop, ordered, confirmed, counted, given back."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from peer.model import ordering
from peer.node.outbox import Ask
from peer.node.replay import replayed
from peer.node.trading import allotments, orders, purchases
from tests.federation.cooperating import of_all
from tests.federation.peers import near, soon
from tests.federation.trade import (
    CONTACT,
    PRICE,
    asks,
    bought,
    comes_to_be,
    comes_to_have_sold,
    given,
    offered,
    on_sale,
    summer_gig,
)


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def gig(events):
    return await summer_gig(events)


async def test_what_a_shop_is_given_it_puts_on_sale(events, shop, gig):
    ticket = await on_sale(events, shop, gig)

    [allotment] = await given(events, gig)
    assert allotment["state"] == "accepted"
    assert allotment["agreed"] == 5
    document = await shop.read(ticket)
    assert document["type"] == "Proposal"
    assert document["publishes"]["resourceConformsTo"] == gig
    assert (await events.get(ticket))["price"] == PRICE


@pytest.mark.parametrize(
    ("verb", "state"), [("Accept", "accepted"), ("Reject", "refused")]
)
async def test_a_shop_answers_itself_who_is_not_of_its_cooperative(
    open_peer, events, gig, verb, state
):
    shop = await open_peer("shop")
    allotment = await offered(events, shop, gig)
    desk = f"{shop.base}/actor"

    async def asked():
        told = await shop.node.store.read(lambda read: read.notices(desk))
        return next((e.activity for e in told if e.activity.type == "Offer"), None)

    offer = await soon(asked, "the desk is asked")
    assert (await given(events, gig))[0]["state"] == "offered"

    await shop.node.publish(shop.keeper, Ask(verb, id=offer.id))

    await comes_to_be(events, allotment.id, state)


async def test_a_guest_buys_where_the_event_is(events, shop, gig):
    ticket = await on_sale(events, shop, gig)

    purchase = await asks(events, ticket, 2)
    kept = await comes_to_be(events, purchase.id, "accepted")

    order = await shop.get(kept["order"])
    assert order["state"] == "awaiting"
    assert order["total"] == {"amount": 2000, "currency": "GBP"}
    contact = await shop.node.store.read(lambda read: ordering.contact_of(order, read))
    assert contact == CONTACT
    assert kept["pay"].startswith(f"{order.id}/pay?key=")
    await orders.move(shop.node, order.id, "confirmed")
    await comes_to_be(events, purchase.id, "confirmed")
    await comes_to_have_sold(events, gig, 2)


async def test_a_seat_that_is_void_is_no_longer_sold(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    purchase = await bought(events, shop, ticket)
    await comes_to_have_sold(events, gig, 1)

    await orders.cancel(shop.node, purchase["order"])

    await comes_to_have_sold(events, gig, 0)
    await comes_to_be(events, purchase.id, "cancelled")


async def test_the_seats_are_known_at_the_door_and_void_ones_too(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    purchase = await bought(events, shop, ticket, 2)
    await comes_to_have_sold(events, gig, 2)
    look = shop.node.store.read
    seats = await look(lambda read: ordering.parts_of(purchase["order"], read, "Seat"))

    ask = Ask(
        "Update",
        id=seats[0].id,
        values={"state": "void", "reason": "refunded"},
        notes={"was": "valid"},
    )
    await shop.node.publish(shop.node.site, ask)

    void = await comes_to_be(events, seats[0].id, "void")
    assert void["reason"] == "refunded"
    assert (await events.get(seats[1].id))["code"] == seats[1]["code"]
    await comes_to_have_sold(events, gig, 1)


async def test_the_same_form_sent_at_once_is_one_order(events, shop, gig):
    ticket = await on_sale(events, shop, gig)

    found = await asyncio.gather(*(asks(events, ticket) for _ in range(5)))

    assert len({purchase.id for purchase in found}) == 1
    await comes_to_be(events, found[0].id, "accepted")
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 1


async def test_an_offer_that_is_sent_again_is_answered_again(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    purchase = await asks(events, ticket)
    await comes_to_be(events, purchase.id, "accepted")
    offer = await events.node.store.read(
        lambda read: purchases.offer_of(purchase, read)
    )

    rows = [(offer.id, offer.actor, f"{shop.actor}/inbox", "2000-01-01", purchase.id)]
    await events.node.store.transact(lambda tx: tx.enqueue_all(rows))
    events.node.outgoing.wake()

    await soon(events.has_said_all, "it was sent again")
    await soon(shop.has_said_all, "and answered")
    log = [e.activity for e in await events.log()]
    assert len([a for a in log if a.type == "Accept" and a.actor == shop.actor]) > 0
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 1


async def test_what_is_sold_out_is_refused_with_a_sentence(events, shop, gig):
    ticket = await on_sale(events, shop, gig, quantity=1)
    await bought(events, shop, ticket)

    purchase = await asks(events, ticket, token="too-late")
    refused = await comes_to_be(events, purchase.id, "refused")

    assert "Sold out" in refused["reason"]


async def test_what_is_withdrawn_is_free_again_on_both_sides(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    purchase = await asks(events, ticket)

    await purchases.withdraw(events.node, purchase.id)

    await comes_to_be(events, purchase.id, "cancelled")
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0


async def test_after_it_is_paid_the_shop_is_asked_to_cancel(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    purchase = await bought(events, shop, ticket)

    await purchases.withdraw(events.node, purchase.id)

    async def asked():
        return (await shop.get(purchase["order"])).get("request") == "cancel"

    await soon(asked, "the shop is asked")
    assert (await shop.get(purchase["order"]))["state"] == "confirmed"


async def test_free_tickets_are_there_at_once(events, shop, gig):
    free = {"amount": 0, "currency": "GBP"}
    ticket = await on_sale(events, shop, gig, price=free)

    purchase = await asks(events, ticket)

    await comes_to_be(events, purchase.id, "confirmed")
    await comes_to_have_sold(events, gig, 1)


async def test_more_places_go_on_sale_when_the_event_gives_more(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    [allotment] = await given(events, gig)

    await allotments.change(events.node, events.keeper, allotment.id, quantity=8)

    async def more():
        return (await shop.get(ticket))["quantity"] == 8

    await soon(more, "8 on sale")
    kept = await comes_to_be(events, allotment.id, "accepted")
    assert kept["agreed"] == 8
    assert await events.node.store.read(lambda read: read.held(gig)) == 8


async def test_fewer_than_are_sold_the_shop_does_not_give_back(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    await bought(events, shop, ticket, 3)
    [allotment] = await given(events, gig)

    await allotments.change(events.node, events.keeper, allotment.id, quantity=2)

    async def refused():
        found = await events.get(allotment.id)
        return found if found.get("reason") else None

    kept = await soon(refused, "the shop says no")
    assert "3 are sold" in kept["reason"]
    assert kept["quantity"] == 5
    assert await events.node.store.read(lambda read: read.held(gig)) == 5
    assert (await shop.get(ticket))["quantity"] == 5


async def test_an_order_waits_while_the_shop_is_down(
    events, open_peer, way, gig, seeded, caller
):
    async with AsyncExitStack() as stack:
        seeds = await seeded("shop")
        shop = await stack.enter_async_context(
            near(way, "shop", seeds, caller, peers=of_all(way))
        )
        ticket = await on_sale(events, shop, gig)
    purchase = await asks(events, ticket)
    assert (await events.get(purchase.id))["state"] == "asked"
    shop = await open_peer("shop", peers=of_all(way))

    events.later(hours=1)

    await comes_to_be(events, purchase.id, "accepted")


async def test_a_cancelled_event_ends_what_is_not_paid_and_lists_what_is(
    events, shop, gig
):
    ticket = await on_sale(events, shop, gig)
    paid = await bought(events, shop, ticket, 2, token="paid")
    kept = await asks(events, ticket, token="kept")
    await comes_to_be(events, kept.id, "accepted")

    await events.does("Update", gig, values={"status": "CANCELLED"})

    kept = await comes_to_be(events, kept.id, "cancelled")
    assert kept["reason"] == "The event was cancelled."

    async def listed():
        return (await shop.get(paid["order"])).get("request") == "cancelled"

    await soon(listed, "the paid order is on the list")
    assert (await shop.get(ticket))["quantity"] == 2
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 2


async def test_who_has_paid_for_an_event_that_is_moved_is_on_the_list(
    events, shop, gig
):
    ticket = await on_sale(events, shop, gig)
    paid = await bought(events, shop, ticket)

    await events.does("Update", gig, values={"startTime": "2030-08-12T19:00:00Z"})

    async def listed():
        return (await shop.get(paid["order"])).get("request") == "moved"

    await soon(listed, "the paid order is on the list")
    assert (await shop.get(ticket))["quantity"] == 5


async def test_the_logs_of_both_alone_give_the_same(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    purchase = await bought(events, shop, ticket, 2)
    await comes_to_have_sold(events, gig, 2)
    await orders.cancel(shop.node, purchase["order"])
    await comes_to_have_sold(events, gig, 0)

    for peer in (events, shop):
        assert (await replayed(peer.node)).different == []
