"""Money as staff see it: marked as paid, paid back, and what waits for them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from peer.node.letters.mail import mailbox
from peer.node.outbox import Ask
from peer.web.pages import settling
from tests.node.paying.sumup_server import SumUpServer, listening
from tests.web.counter import Counter, open_counter


@pytest.fixture
async def sumup() -> AsyncIterator[SumUpServer]:
    async with listening() as server:
        yield server


@pytest.fixture
async def counter(make_peer, sumup) -> AsyncIterator[Counter]:
    async with open_counter(make_peer, sumup) as opened:
        yield opened


async def test_staff_mark_a_transfer_as_paid_once(counter):
    owner, order = await counter.peer.owner(), await counter.order()
    await counter.choose(order, "transfer")
    listed = await owner.get("/settling")
    assert (f"/orders/{order.slug}/settle", f"Order {order['number']}") in listed.links

    page = await owner.get(f"/orders/{order.slug}/settle")
    first = await owner.send(page, "/settle/paid")
    again = await owner.send(page, "/settle/paid")

    assert "The payment is in the books" in first.words
    assert again.status == 200
    assert await counter.state(order) == "confirmed"
    assert "Paid £10.00" in again.words


async def test_staff_pay_back_a_part_and_end_a_ticket(counter):
    owner, order = await counter.peer.owner(), await counter.order(2)
    await counter.pay(order, "approve")
    [first, _] = await counter.seats(order)

    page = await owner.get(f"/orders/{order.slug}/settle")
    page = await owner.send(
        page, "/settle/refund", amount="10.00", reason="Ill", seat=first.id
    )

    assert "It was paid back" in page.words
    assert [s["state"] for s in await counter.seats(order)] == ["void", "valid"]
    assert await counter.state(order) == "confirmed"


async def test_staff_pay_back_all_of_it(counter):
    owner, order = await counter.peer.owner(), await counter.order(2)
    await counter.pay(order, "approve")

    page = await owner.get(f"/orders/{order.slug}/settle")
    await owner.send(page, "/settle/refund", reason="Ill")

    assert await counter.state(order) == "refunded"
    assert {s["state"] for s in await counter.seats(order)} == {"void"}


@pytest.mark.parametrize("amount", ["", "0", "-5", "0.001", "1e3", "11.00", "ten", "५"])
async def test_an_amount_that_cannot_be_is_said_at_the_form(counter, amount):
    owner, order = await counter.peer.owner(), await counter.order()
    await counter.pay(order, "approve")

    page = await owner.get(f"/orders/{order.slug}/settle")
    page = await owner.send(page, "/settle/refund", amount=amount)

    assert page.status == 422
    assert await counter.state(order) == "confirmed"


async def test_tickets_of_another_order_are_not_ended(counter):
    owner = await counter.peer.owner()
    order, other = await counter.order(), await counter.order()
    await counter.pay(order, "approve")
    await counter.pay(other, "approve")
    [hers] = await counter.seats(other)

    page = await owner.get(f"/orders/{order.slug}/settle")
    page = await owner.send(page, "/settle/refund", amount="5.00", seat=hers.id)

    assert page.status == 422
    assert (await counter.seats(other))[0]["state"] == "valid"


async def test_what_does_not_fit_waits_for_staff(counter):
    owner, order = await counter.peer.owner(), await counter.order()
    await counter.pay(order, "less")

    listed = await owner.get("/settling")

    assert "£5.00 came in, but £10.00 was to be paid." in listed.words


async def test_the_money_is_for_staff_alone(counter):
    order = await counter.order()
    ada = await counter.peer.signed_in("Ada")

    pages = [await ada.get(f"/orders/{order.slug}/settle"), await ada.get("/settling")]

    assert {page.status for page in pages} == {403}


async def test_after_a_cancelled_event_one_button_pays_an_order_back(counter):
    owner, order = await counter.peer.owner(), await counter.order(2)
    await counter.pay(order, "approve")
    node = counter.peer.node
    off = {"status": "CANCELLED"}
    await node.publish(node.site, Ask("Update", id=counter.event, values=off))

    page = await owner.get("/settling")
    assert "The event was cancelled." in page.words
    first = await owner.send(page, "/settle/refund")
    again = await owner.send(page, "/settle/refund")

    assert "It was paid back" in first.words
    assert again.status == 200
    assert await counter.state(order) == "refunded"
    letters = await node.store.read(mailbox)
    assert letters[0].subject == f"Your order {order['number']} was paid back"
    assert "All money is where it should be" in (await owner.get("/settling")).words


async def test_what_a_buyer_asks_for_waits_until_staff_have_looked(counter):
    owner, order = await counter.peer.owner(), await counter.order()
    await counter.pay(order, "approve")
    page = await counter.buyer.get(await counter.address(order))
    await counter.buyer.send(page, "/cancel")
    assert "asks to cancel" in (await owner.get("/settling")).words

    page = await owner.get(f"/orders/{order.slug}/settle")
    page = await owner.send(page, "/settle/leave")

    assert "stays as it is" in page.words
    assert "asks to cancel" not in (await owner.get("/settling")).words
    assert await counter.state(order) == "confirmed"


async def test_what_is_to_be_looked_at_is_listed_however_many_came_later(
    counter, monkeypatch
):
    monkeypatch.setattr(settling, "_MOST", 3)
    owner, node = await counter.peer.owner(), counter.peer.node
    flagged, moved = await counter.order(), await counter.order()
    await counter.pay(flagged, "less")
    await counter.pay(moved, "approve")
    ask = Ask("Update", id=moved.id, values={"request": "moved"})
    await node.publish(node.site, ask)
    for _ in range(5):
        await counter.pay(await counter.order(), "approve")

    page = await owner.get("/settling")

    for order in (flagged, moved):
        assert order["number"] in page.words


async def test_who_paid_for_what_is_called_off_is_paid_back_with_one_button(counter):
    owner = await counter.peer.owner()
    paid = [await counter.order() for _ in range(3)]
    for order in paid:
        await counter.pay(order, "approve")
    ask = Ask("Update", id=counter.event, values={"status": "CANCELLED"})
    await counter.peer.node.publish(counter.peer.node.site, ask)

    page = await owner.get("/settling")
    assert "/settling/called-off" in [href for href, _ in page.links]
    page = await owner.get("/settling/called-off")
    assert "0 of 3 orders paid back: £0.00 of £30.00." in page.words
    done = await owner.send(page, "/settling/called-off")

    assert "3 of 3 orders paid back: £30.00 of £30.00." in done.words
    assert "Everybody has their money back." in done.words
    assert [await counter.state(each) for each in paid] == ["refunded"] * 3
    again = await owner.get("/settling/called-off")
    assert not again.has_form("/settling/called-off")


async def test_nobody_else_pays_back_what_is_called_off(counter):
    ada = await counter.peer.signed_in("Ada")

    assert (await ada.get("/settling/called-off")).status == 403
    assert (await ada.post("/settling/called-off", event="x")).status == 403


async def test_what_is_called_off_is_read_at_once_however_many_have_paid(counter):
    owner = await counter.peer.owner()
    await counter.pay(await counter.order(), "approve")
    ask = Ask("Update", id=counter.event, values={"status": "CANCELLED"})
    for _ in range(3):
        await counter.pay(await counter.order(), "approve")

    await counter.peer.node.publish(counter.peer.node.site, ask)
    page = await owner.get("/settling/called-off")

    assert "0 of 4 orders" in page.words
    assert page.queries <= 10
