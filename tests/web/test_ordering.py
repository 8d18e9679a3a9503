"""The page of an order: for who has its address, and for who keeps the shop."""

from __future__ import annotations

import re

import pytest

from peer.model.ordering import number_of
from peer.model.permission import STRANGER
from peer.node.outbox import Ask
from peer.node.trading import order_keys, orders
from peer.protocol.thing import Thing
from peer.web.visit import SITE
from tests.web.market import jam, made, scheduled

TIMES = "\N{MULTIPLICATION SIGN}"
GUEST = {"name": "Ada", "email": "ada@example.org"}


async def ordered(shop, *lines, token="a-token-of-a-form", viewer=STRANGER) -> Thing:
    return await orders.order(
        shop.node, viewer, token=token, lines=lines, contact=GUEST
    )


@pytest.fixture
async def order(shop) -> Thing:
    return await ordered(shop, (await jam(shop), 2))


def address(shop, order: Thing) -> str:
    link = order_keys.link_of(shop.app[SITE].order_secret, order.id)
    return link.removeprefix(shop.base)


def bare(shop, order: Thing) -> str:
    return order.id.removeprefix(shop.base)


async def test_it_says_where_it_stands_and_what_is_in_it(shop, order):
    page = await (await shop.visitor()).get(address(shop, order))

    assert f"order:{order.slug}" in page.words
    assert "Awaiting payment" in page.words
    assert f"2 {TIMES} Rose jam" in page.words
    assert "£12.00" in page.words
    assert re.search(r"Kept for you until .{16,40}:\d\d (GMT|BST)\.", page.words)
    assert "Ordered." in page.words
    assert page.headers["Cache-Control"] == "private, no-store"


async def test_it_says_what_a_ticket_is_for(shop):
    event = await scheduled(shop)
    ten = {"amount": 1000, "currency": "GBP"}
    ticket = await made(shop, "Ticket", name="Standard", price=ten, quantity=50)
    owner = await shop.owner()
    sells = Ask("Add", subject=ticket, relation="sellsTicketsFor", object=event)
    await shop.node.publish(shop.node.site, sells)
    order = await ordered(shop, (ticket, 1))

    page = await owner.get(address(shop, order))

    assert f"Summer Gig, 1 {TIMES} Standard, 12 July 2031" in page.words
    assert order["number"] == number_of(order.slug)
    assert "The Old Bakery" in page.words


async def test_nobody_else_sees_it(shop, order):
    stranger, bob = await shop.visitor(), await shop.signed_in("Bob")
    path = bare(shop, order)

    for visitor in (stranger, bob):
        for tried in (path, f"{path}?key=", f"{path}?key=0", f"{path}/receipt?key=0"):
            page = await visitor.get(tried)

            assert page.status == 404
            assert "Rose jam" not in page.text


async def test_the_key_of_one_order_does_not_open_another(shop, order):
    other = await ordered(
        shop, (await jam(shop, name="Other"), 1), token="another-token"
    )
    key = address(shop, other).partition("?")[2]

    page = await (await shop.visitor()).get(f"{bare(shop, order)}?{key}")

    assert page.status == 404


async def test_a_member_needs_no_key(shop):
    ada = await shop.signed_in("Ada")
    order = await ordered(shop, (await jam(shop), 1), viewer=ada.viewer)

    assert (await ada.get(bare(shop, order))).status == 200


async def test_only_the_shop_is_shown_who_bought(shop, order):
    guest = await (await shop.visitor()).get(address(shop, order))
    owner = await (await shop.owner()).get(bare(shop, order))

    assert "ada@example.org" not in guest.text
    assert "ada@example.org" in owner.words
    assert "Handed over" not in guest.words


async def test_it_is_paid_in_the_ways_that_there_are(shop, order):
    page = await (await shop.visitor()).get(address(shop, order))

    assert page.has_form("/pay")
    assert "Pay at the door" in page.words


async def test_a_receipt_is_printed_without_what_nobody_prints(shop, order):
    query = address(shop, order).partition("?")[2]

    page = await (await shop.visitor()).get(f"{bare(shop, order)}/receipt?{query}")

    assert "Receipt" in page.words
    assert "£12.00" in page.words


# -- it ends --------------------------------------------------------------------------


async def test_what_is_not_paid_is_cancelled_at_once(shop, order):
    guest = await shop.visitor()
    page = await guest.get(address(shop, order))

    after = await guest.send(page, "/cancel")

    assert "This order is cancelled." in after.words
    held = await shop.node.store.read(
        lambda read: read.held(f"{shop.base}/products/rose-jam")
    )
    assert held == 0


async def test_only_the_buyer_cancels(shop, order):
    stranger = await shop.visitor()

    page = await stranger.post(f"{bare(shop, order)}/cancel", key="0")

    assert page.status == 404


async def test_what_was_released_is_ordered_again_with_one_press(shop, order):
    await orders.move(shop.node, order.id, "expired", reason="Too late.")
    guest = await shop.visitor()
    page = await guest.get(address(shop, order))
    assert "Your places were released." in page.words

    first = await guest.fill(page, "/again", {}, follow=False)
    second = await guest.fill(page, "/again", {}, follow=False)
    anew = await guest.get(first.location)

    assert first.location == second.location != address(shop, order)
    assert "Awaiting payment" in anew.words
    assert f"2 {TIMES} Rose jam" in anew.words


async def test_what_is_gone_by_then_is_not_ordered_again(shop):
    last = await jam(shop, stock=1)
    order = await ordered(shop, (last, 1))
    await orders.move(shop.node, order.id, "expired")
    await ordered(shop, (last, 1), token="somebody-elses-form")
    guest = await shop.visitor()
    page = await guest.get(address(shop, order))

    again = await guest.fill(page, "/again", {}, follow=False)

    assert again.status == 409
    assert "Sold out" in again.words


async def test_the_shop_hands_it_over(shop, order):
    await orders.move(shop.node, order.id, "confirmed")
    owner = await shop.owner()
    page = await owner.get(bare(shop, order))

    after = await owner.send(page, "/hand-over")

    assert "Handed over." in after.words


async def test_a_buyer_hands_nothing_over(shop, order):
    guest = await shop.visitor()
    page = await guest.get(address(shop, order))
    key = page.path.partition("key=")[2]

    answer = await guest.post(f"{bare(shop, order)}/hand-over", key=key)

    assert answer.status == 403


async def test_its_history_is_told_in_words(shop, order):
    await orders.move(shop.node, order.id, "confirmed")
    await orders.hand_over(shop.node, order.id)

    page = await (await shop.visitor()).get(address(shop, order))

    told = page.words[page.words.index("What happened") :]
    assert (
        told.index("Ordered.") < told.index("Confirmed.") < told.index("Handed over.")
    )


# -- found again ----------------------------------------------------------------------


async def test_it_is_found_by_its_number_and_address(shop, order):
    guest = await shop.visitor()
    page = await guest.get("/orders/find")

    told = {"number": order["number"].lower(), "email": "ADA@example.org"}
    found = await guest.fill(page, "", told)

    assert f"order:{order.slug}" in found.words


@pytest.mark.parametrize(
    "told",
    [
        {"email": "bob@example.org"},
        {"number": "0000-0000"},
        {"number": "x" * 500},
        {"number": "%"},
    ],
    ids=str,
)
async def test_what_does_not_fit_is_answered_alike(shop, order, told):
    guest = await shop.visitor()
    page = await guest.get("/orders/find")
    right = {"number": order["number"], "email": "ada@example.org"}

    answer = await guest.fill(page, "", {**right, **told}, follow=False)

    assert answer.status == 422
    assert "There is no order with that number and that address." in answer.words


@pytest.mark.parametrize("left_out", ["number", "email"])
async def test_who_types_one_of_them_is_asked_for_both(shop, order, left_out):
    guest = await shop.visitor()
    page = await guest.get("/orders/find")
    right = {"number": order["number"], "email": "ada@example.org"}

    answer = await guest.fill(page, "", {**right, left_out: " "}, follow=False)

    assert answer.status == 422
    assert "Type both" in answer.words


async def test_nobody_tries_all_numbers(shop, order):
    guest = await shop.visitor()
    page = await guest.get("/orders/find")

    for number in range(20):
        told = {"number": str(number), "email": "ada@example.org"}
        await guest.fill(page, "", told, follow=False)
    right = {"number": order["number"], "email": "ada@example.org"}
    answer = await guest.fill(page, "", right, follow=False)

    assert answer.status == 429


async def test_where_nothing_is_sold_nothing_is_found(blog):
    assert (await (await blog.visitor()).get("/orders/find")).status == 404


async def test_staff_sees_all_orders(shop, order):
    page = await (await shop.owner()).get("/orders?state=awaiting")

    assert order["number"] in page.words


# -- what happens to its event --------------------------------------------------------


async def admitted(shop) -> tuple[str, Thing]:
    """An event of the shop's own, and an order for it that is paid at the door."""
    event = await scheduled(shop)
    ten = {"amount": 1000, "currency": "GBP"}
    ticket = await made(shop, "Ticket", name="Standard", price=ten, quantity=50)
    sells = Ask("Add", subject=ticket, relation="sellsTicketsFor", object=event)
    await shop.node.publish(shop.node.site, sells)
    order = await ordered(shop, (ticket, 1))
    await orders.move(shop.node, order.id, "confirmed")
    return event, order


async def test_a_ticket_says_when_and_where_beside_its_code(shop):
    _, order = await admitted(shop)

    page = await (await shop.visitor()).get(address(shop, order))

    assert "number 1 Sat 12 July 2031, 19:00 · The Old Bakery" in page.words


async def test_whoever_has_tickets_sees_that_it_is_cancelled(shop):
    event, order = await admitted(shop)
    change = Ask("Update", id=event, values={"status": "CANCELLED"})
    await shop.node.publish(shop.node.site, change)

    page = await (await shop.visitor()).get(address(shop, order))

    assert "Summer Gig is cancelled." in page.words
    assert "Nothing is to be paid" in page.words


async def test_whoever_has_tickets_sees_when_it_is_now(shop):
    event, order = await admitted(shop)
    change = Ask("Update", id=event, values={"startTime": "2031-08-02T19:00:00+01:00"})
    await shop.node.publish(shop.node.site, change)

    page = await (await shop.visitor()).get(address(shop, order))

    assert "Summer Gig was moved." in page.words
    assert "2 August 2031" in page.words
