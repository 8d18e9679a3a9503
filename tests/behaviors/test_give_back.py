"""What goes back on sale, unit by unit, in whatever parts an order is paid back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.permission import Viewer
from peer.node.outbox import Ask
from peer.node.paying.marking import mark_paid
from peer.node.refusal import Refused
from peer.node.ripening import carry_out_ripe
from peer.node.trading import orders, passing
from tests.till import CONTACT, STAFF, Till

POUNDS = 100


@pytest.fixture
def till(node, clock) -> Till:
    payments = ("trial", "transfer", "door")
    node.config = replace(node.config, payments=payments, transfer="GB00")
    return Till(node, clock)


async def product(till, stock=10, price=500):
    values = {
        "name": "Rose jam",
        "price": {"amount": price, "currency": "GBP"},
        "stock": stock,
    }
    done = await till.node.publish(
        till.node.site, Ask("Create", kind="Product", values=values)
    )
    return done.thing


async def ordered(till, *lines, token="several-lines"):
    return await orders.order(
        till.node.node,
        Viewer(),
        token=token,
        lines=[(thing.id, count) for thing, count in lines],
        contact=CONTACT,
    )


async def line_of(till, order, thing):
    kept = await till.node.all("Line")
    [found] = [each for each in kept if each["satisfies"] == thing.id]
    return found


async def test_a_seat_that_was_not_to_be_sold_again_stays_so_when_all_is_back(till):
    ticket = await till.ticket()
    payment = await till.paid(order := await till.order(ticket, count=3))
    broken, *_ = await till.seats(order)

    await till.refund(payment, 1000, "one", seats=(broken.id,), restock=False)
    assert await till.node.held(ticket.id) == 3
    await till.refund(payment, 2000, "the-rest")

    assert await till.state(order) == "refunded"
    assert await till.node.held(ticket.id) == 1


async def test_a_seat_that_was_given_back_is_not_given_back_again(till):
    ticket = await till.ticket()
    payment = await till.paid(order := await till.order(ticket, count=3))
    other = await till.order(ticket, count=2)
    first, second, _ = await till.seats(order)

    await till.refund(payment, 1000, "one", seats=(first.id,))
    await till.refund(payment, 1000, "two", seats=(second.id,), restock=False)
    await till.refund(payment, 1000, "the-rest")

    assert await till.node.held(ticket.id) == 1 + 2
    assert await till.state(other) == "awaiting"


async def test_of_several_lines_each_counts_for_itself(till):
    gig = await till.gig()
    stalls, circle = await till.ticket(gig), await till.ticket(gig, price=2000)
    jam = await product(till)
    order = await ordered(till, (stalls, 2), (circle, 1), (jam, 3))
    payment = await till.paid(order)
    seats = await till.seats(order)
    [upstairs] = [seat for seat in seats if seat["ticket"] == circle.id]
    line = await line_of(till, order, jam)

    await till.refund(payment, 2000, "up", seats=(upstairs.id,), restock=False)
    await till.refund(payment, 500, "jar", units={line.id: 1}, restock=False)
    await till.refund(payment, 500, "another", units={line.id: 1})
    held = [await till.node.held(each.id) for each in (stalls, circle, jam)]
    assert held == [2, 1, 2]
    await till.refund(payment, 2500, "the-rest")

    assert await till.state(order) == "refunded"
    held = [await till.node.held(each.id) for each in (stalls, circle, jam)]
    assert held == [0, 1, 1]


async def test_no_more_goods_come_back_than_were_bought(till):
    jam = await product(till)
    payment = await till.paid(await ordered(till, (jam, 2), (await till.ticket(), 1)))
    line = await line_of(till, None, jam)

    await till.refund(payment, 100, "one", units={line.id: 2})
    await till.refund(payment, 100, "two", units={line.id: 2})

    assert (await till.now(line))["returned"] == 2
    assert await till.node.held(jam.id) == 0


async def test_tickets_that_stay_good_keep_their_places(till):
    ticket = await till.ticket()
    payment = await till.paid(order := await till.order(ticket, count=2))

    await till.refund(payment, 2000, void=False, restock=True)

    assert await till.state(order) == "refunded"
    assert {seat["state"] for seat in await till.seats(order)} == {"valid"}
    assert await till.node.held(ticket.id) == 2


async def test_a_cancelled_order_gives_back_what_it_still_has(till):
    ticket = await till.ticket()
    payment = await till.paid(order := await till.order(ticket, count=2))
    first, _ = await till.seats(order)

    await till.refund(payment, 1000, seats=(first.id,), restock=False)
    await orders.cancel(till.node.node, order.id)
    await till.refund(payment, 1000, "the-rest")

    assert await till.state(order) == "refunded"
    assert await till.node.held(ticket.id) == 1


async def test_a_ticket_in_other_hands_ends_with_the_money_for_it(till):
    ticket = await till.ticket()
    payment = await till.paid(order := await till.order(ticket, count=2))
    first, second = await till.seats(order)
    passed = await passing.pass_on(
        till.node.node, first.id, "Somebody Else", first["code"]
    )

    await till.refund(payment, 1000, seats=(passed.id,))

    states = {seat.id: seat["state"] for seat in await till.seats(order)}
    assert states == {first.id: "void", second.id: "valid"}
    assert await till.node.held(ticket.id) == 1
    with pytest.raises(Refused, match="void"):
        await passing.pass_on(till.node.node, first.id, "A Third", passed["code"])


async def test_a_moved_event_paid_back_is_no_longer_to_be_looked_at(till):
    gig = await till.gig()
    ticket = await till.ticket(gig)
    payment = await till.paid(order := await till.order(ticket))
    later = {"startTime": "2030-08-01T19:30:00+01:00"}
    await till.node.publish(till.node.site, Ask("Update", id=gig.id, values=later))
    assert (await till.now(order))["request"] == "moved"

    await till.refund(payment, 1000)

    assert await till.state(order) == "refunded"
    assert await till.node.held(ticket.id) == 0


# -- money that comes when the order is no longer kept ------------------------------


async def late(till, *lines):
    """An order that nobody has paid in time, and a payment for it under way."""
    order = await ordered(till, *lines, token="too-late")
    payment = await till.begin(order)
    till.clock.tick(minutes=20)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "expired"
    await till.decide(payment, "approve")
    return order, payment


async def flag(till, order):
    [flagged] = (await till.book(order)).flagged
    return flagged["flag"]


async def test_late_money_for_an_event_that_was_cancelled_is_to_be_paid_back(till):
    gig = await till.gig()
    order, payment = await late(till, (await till.ticket(gig), 1))
    off = {"status": "CANCELLED"}
    await till.node.publish(till.node.site, Ask("Update", id=gig.id, values=off))

    await till.node.settling.settle(payment)

    assert await till.state(order) == "expired"
    assert "the event was cancelled: pay it back" in await flag(till, order)
    assert await till.seats(order) == []


async def test_late_money_for_an_event_that_is_over_is_to_be_paid_back(till):
    gig = await till.gig()
    order, payment = await late(till, (await till.ticket(gig), 1))
    till.clock.tick(days=3650)

    await till.node.settling.settle(payment)

    assert await till.state(order) == "expired"
    assert "the event is over: pay it back" in await flag(till, order)


async def test_late_money_for_two_kinds_of_ticket_needs_places_for_both(till):
    """Of our own event's five places three are left, and four would be needed."""
    gig = await till.gig()
    room = {"capacity": 5}
    await till.node.publish(till.node.site, Ask("Update", id=gig.id, values=room))
    one, other = await till.ticket(gig), await till.ticket(gig, price=2000)
    order, payment = await late(till, (one, 2), (other, 2))
    await till.paid(await till.order(one, count=2))

    await till.node.settling.settle(payment)

    assert await till.state(payment) == "paid"
    assert await till.state(order) == "expired"
    assert "nothing is left: pay it back" in await flag(till, order)


async def test_late_money_is_told_to_who_paid_and_goes_back_whole(till):
    ticket = await till.ticket(quantity=1)
    order, payment = await late(till, (ticket, 1))
    await till.paid(await till.order(ticket))
    before = len(await till.letters())

    await till.node.settling.settle(payment)
    await till.node.settling.settle(payment)
    [letter] = (await till.letters())[before:]
    assert letter.subject == f"Your payment for order {order['number']} came too late"
    assert "£10.00 came in" in letter.text
    assert "You will be paid back" in letter.text

    await till.refund(payment, 1000)
    assert (await till.book(order)).flagged == []
    assert await till.node.held(ticket.id) == 1
    *_, last = await till.letters()
    assert "we have paid £10.00 back to you" in last.text


async def test_too_little_is_told_to_who_paid(till):
    order = await till.order()
    payment = await till.begin(order)
    await till.decide(payment, "less")

    await till.node.settling.settle(payment)

    *_, letter = await till.letters()
    assert "£5.00 came in for this order, and £10.00 was to be paid" in letter.text


async def test_paid_twice_is_told_to_who_paid(till):
    order = await till.order()
    first = await till.begin(order)
    await mark_paid(till.node.node, STAFF, order.id, "transfer", 1000, "by-transfer")

    await till.decide(first, "approve")
    await till.node.settling.settle(first)

    *_, letter = await till.letters()
    assert letter.subject == f"You paid twice for order {order['number']}"
