"""Where one shop has none left, the next is asked by itself: nobody presses twice."""

from __future__ import annotations

from functools import partial

import pytest

from peer.model.allotting import allotments_of, ticket_id
from peer.model.permission import STRANGER
from peer.node.replay import replayed
from peer.node.trading import allotments, orders, purchases
from tests.federation.peers import soon
from tests.federation.trade import stands
from tests.story.selling import contact
from tests.story.settling import settled
from tests.story.test_same_ticket import buys, on_sale

WHO = contact("Ada")


@pytest.fixture
async def other(open_peer):
    return await open_peer("shop2")


@pytest.fixture
async def gig(events, shop, other):
    """An event of which each of two shops had one place, and the first sold it."""
    gig = await on_sale(events, [shop, other])
    for each in (shop, other):
        ticket = await ticket_at(events, each, gig)
        await soon(partial(stands, each, ticket), f"{ticket} is on sale")
    await buy_at(shop, await ticket_at(events, shop, gig), "who-was-first")
    return gig


async def ticket_at(events, shop, gig):
    look = events.node.store.read
    given = await look(lambda read: allotments_of(read.get(gig), read))
    return next(ticket_id(each) for each in given if each["shop"] == shop.actor)


async def buy_at(shop, ticket, token):
    lines = [(ticket, 1)]
    made = await orders.order(
        shop.node, STRANGER, token=token, lines=lines, contact=contact(token)
    )
    return await orders.move(shop.node, made.id, "confirmed")


async def asks(events, gig, *shops, token="a-form"):
    """One press: the first shop is asked, and the others after it."""
    first, *others = [[(await ticket_at(events, each, gig), 1)] for each in shops]
    return await purchases.ask(
        events.node,
        STRANGER,
        token=token,
        lines=first,
        elsewhere=others,
        contact=WHO,
        event=gig,
    )


async def comes_to_be(events, id, state):
    async def look():
        found = await events.get(id)
        return found if found is not None and found["state"] == state else None

    return await soon(look, f"{id} is {state}")


async def test_the_next_shop_is_asked_and_says_yes(events, shop, other, gig):
    asked = await asks(events, gig, shop, other)

    refused = await comes_to_be(events, asked.id, "refused")
    got = await comes_to_be(events, refused["next"], "accepted")
    assert got.id == purchases.purchase_id(events.base, "a-form/1")
    assert got["shop"] == other.actor
    order = await other.get(got["order"])
    offer = await other.node.store.read(lambda read: read.activity(order["offer"]))
    assert offer.notes["contact"] == WHO
    assert "elsewhere" not in offer.notes


async def test_where_no_shop_has_any_the_last_word_says_so(events, shop, other, gig):
    await buy_at(other, await ticket_at(events, other, gig), "who-was-second")

    asked = await asks(events, gig, shop, other)

    refused = await comes_to_be(events, asked.id, "refused")
    last = await comes_to_be(events, refused["next"], "refused")
    assert "Sold out" in last["reason"]
    assert last.get("next") is None


async def test_the_first_that_says_yes_is_the_only_one(events, shop, other, gig):
    asked = await asks(events, gig, other, shop)

    await comes_to_be(events, asked.id, "accepted")
    await soon(events.has_said_all, "nothing is left to be said")

    there = purchases.purchase_id(events.base, "a-form/1")
    assert await events.get(there) is None
    assert len(await shop.edges(relation="bought")) == 1


async def test_nobody_is_asked_for_it_at_another_price(events, shop, other, gig):
    """The buyer has not seen it: whoever wants it there presses for it."""
    look = events.node.store.read
    given = await look(lambda read: allotments_of(read.get(gig), read))
    [dearer] = [each for each in given if each["shop"] == other.actor]
    price = {"amount": 1500, "currency": dearer["price"]["currency"]}
    await allotments.change(events.node, events.keeper, dearer.id, price=price)
    ticket = await ticket_at(events, other, gig)

    async def is_dearer():
        return (await events.get(ticket))["price"] == price

    await soon(is_dearer, f"{ticket} is dearer")
    asked = await asks(events, gig, shop, other)

    refused = await comes_to_be(events, asked.id, "refused")
    assert refused.get("next") is None
    assert await other.edges(relation="bought") == []


async def test_the_same_form_again_asks_nobody_twice(events, shop, other, gig):
    asked = await asks(events, gig, shop, other)
    refused = await comes_to_be(events, asked.id, "refused")
    await comes_to_be(events, refused["next"], "accepted")

    again = await asks(events, gig, shop, other)

    await soon(events.has_said_all, "nothing is left to be said")
    assert again.id == asked.id
    assert len(await other.edges(relation="bought")) == 1


async def test_a_shop_that_was_away_says_no_and_the_next_is_asked(
    events, shop, other, gig, wires
):
    """Long after the buyer has pressed: their page leads on."""
    wires.cut("events", "shop")
    asked = await asks(events, gig, shop, other)

    wires.mend("events", "shop")
    await settled(events, shop, other)

    refused = await comes_to_be(events, asked.id, "refused")
    got = await comes_to_be(events, refused["next"], "accepted")
    owner = await events.owner()
    page = await owner.get(asked.id.removeprefix(events.base))
    assert page.location.startswith(got.id.removeprefix(events.base))


async def test_what_was_withdrawn_before_the_answer_is_asked_of_nobody_else(
    events, shop, other, gig, wires
):
    wires.cut("events", "shop")
    asked = await asks(events, gig, shop, other)
    await purchases.withdraw(events.node, asked.id)

    wires.mend("events", "shop")
    await settled(events, shop, other)

    assert (await events.get(asked.id)).get("next") is None
    assert await other.edges(relation="bought") == []


async def test_the_log_played_again_gives_the_same(events, shop, other, gig):
    asked = await asks(events, gig, shop, other)
    refused = await comes_to_be(events, asked.id, "refused")
    await comes_to_be(events, refused["next"], "accepted")

    assert (await replayed(events.node)).different == []


async def test_one_press_leads_a_guest_to_the_shop_that_has_one(
    events, shop, other, gig
):
    guest, sent = await buys(events, gig, "Ada")
    while sent.location.startswith("/"):
        sent = await guest.get(sent.location)

    assert sent.location.startswith(f"{other.base}/orders/")
