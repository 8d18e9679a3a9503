"""Money for orders: what makes them good, what is flagged, and what goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from peer.node.paying.marking import mark_paid
from peer.node.replay import play
from peer.node.ripening import carry_out_ripe
from peer.node.telling.agreements import agreement
from tests.till import STAFF, Till


@pytest.fixture
def till(node, clock) -> Till:
    payments = ("trial", "transfer", "door")
    node.config = replace(node.config, payments=payments, transfer="GB00")
    return Till(node, clock)


async def test_what_is_paid_is_confirmed_and_has_seats(till):
    order = await till.order(count=2)

    payment = await till.paid(order)

    assert await till.state(payment) == "paid"
    assert await till.state(order) == "confirmed"
    assert len(await till.seats(order)) == 2
    book = await till.book(order)
    assert (book.paid, book.due, book.flagged) == (2000, 0, [])


async def test_what_is_declined_leaves_the_order_as_it_was(till):
    order = await till.order()
    payment = await till.begin(order)

    await till.decide(payment, "decline")
    await till.node.settling.settle(payment)

    assert await till.state(payment) == "failed"
    assert await till.state(order) == "awaiting"


async def test_after_it_was_declined_it_can_be_paid_again(till):
    order = await till.order()
    first = await till.begin(order)
    await till.decide(first, "decline")
    await till.node.settling.settle(first)

    second = await till.paid(order)

    assert second != first
    assert await till.state(order) == "confirmed"


async def test_less_than_it_costs_is_flagged_and_not_confirmed(till):
    order = await till.order()
    payment = await till.begin(order)

    await till.decide(payment, "less")
    await till.node.settling.settle(payment)

    assert await till.state(order) == "awaiting"
    [flagged] = (await till.book(order)).flagged
    assert flagged["flag"] == "£5.00 came in, but £10.00 was to be paid."


async def test_the_rest_makes_it_good_together_with_what_came_before(till):
    order = await till.order()
    payment = await till.begin(order)
    await till.decide(payment, "less")
    await till.node.settling.settle(payment)

    await mark_paid(till.node.node, STAFF, order.id, "door", 500, "the-rest")

    book = await till.book(order)
    assert await till.state(order) == "confirmed"
    assert (book.paid, book.flagged) == (1000, [])


async def test_the_whole_makes_it_good_and_what_was_too_little_stays_in_question(till):
    order = await till.order()
    payment = await till.begin(order)
    await till.decide(payment, "less")
    await till.node.settling.settle(payment)

    await mark_paid(till.node.node, STAFF, order.id, "door", 1000, "the-whole")

    book = await till.book(order)
    assert await till.state(order) == "confirmed"
    assert (book.paid, [each.id for each in book.flagged]) == (1000, [payment])


async def test_two_checkouts_for_one_order_are_one_order_and_one_to_pay_back(till):
    order = await till.order()
    first = await till.begin(order)
    await mark_paid(till.node.node, STAFF, order.id, "transfer", 1000, "by-transfer")
    assert await till.state(order) == "confirmed"

    await till.decide(first, "approve")
    await till.node.settling.settle(first)

    book = await till.book(order)
    assert len(await till.seats(order)) == 1
    assert [each.id for each in book.flagged] == [first]
    assert "was paid before: pay it back" in book.flagged[0]["flag"]


async def test_one_checkout_that_was_paid_twice_is_one_order_and_one_to_pay_back(till):
    order = await till.order()
    payment = await till.begin(order)

    await till.decide(payment, "again")
    await till.node.settling.settle(payment)

    book = await till.book(order)
    assert await till.state(order) == "confirmed"
    assert book.paid == 1000
    [more] = book.flagged
    assert more["reference"] == (await till.now(payment))["reference"] + "+"
    await till.refund(more.id, 1000, void=False)
    assert await till.state(order) == "confirmed"
    assert (await till.book(order)).flagged == []


async def test_what_is_paid_too_late_is_honored_while_there_are_places(till):
    order = await till.order()
    payment = await till.begin(order)
    till.clock.tick(minutes=20)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "expired"

    await till.decide(payment, "approve")
    await till.node.settling.settle(payment)

    assert await till.state(order) == "confirmed"
    assert len(await till.seats(order)) == 1


async def test_what_is_paid_too_late_for_what_is_sold_is_to_be_paid_back(till):
    ticket = await till.ticket(quantity=1)
    order = await till.order(ticket)
    payment = await till.begin(order)
    till.clock.tick(minutes=20)
    await carry_out_ripe(till.node.node)
    await till.paid(await till.order(ticket))

    await till.decide(payment, "approve")
    await till.node.settling.settle(payment)

    assert await till.state(order) == "expired"
    assert "too late" in (await till.book(order)).flagged[0]["flag"]
    assert await till.node.held(ticket.id) == 1


async def test_at_the_door_it_is_good_at_once_and_paid_later(till):
    order = await till.order()

    payment = await till.begin(order, "door")

    assert await till.state(order) == "confirmed"
    assert (await till.book(order)).due == 1000
    assert (await till.node.get(order.id))["payAt"] == "door"
    assert await told_of(till, order) == ("Confirmed", False)
    await mark_paid(till.node.node, STAFF, order.id, "door", 1000, "at-the-door")
    assert await till.state(payment) == "paid"
    assert (await till.book(order)).due == 0
    assert await told_of(till, order) == ("Paid", True)


async def told_of(till, order):
    """What the buyer's server is told: in a word, and whether the money is there."""
    now = await till.node.get(order.id)
    document = await till.node.store.read(lambda read: agreement(now, read))
    owed = document["stipulatesReciprocal"]
    return document["preview"]["name"], owed.get("finished", False)


async def test_for_a_transfer_it_is_kept_for_days(till):
    order = await till.order()

    await till.begin(order, "transfer")

    till.clock.tick(days=6)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "awaiting"
    till.clock.tick(days=2)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "expired"
    assert await till.node.held((await till.node.all("Ticket"))[0].id) == 0


async def test_for_a_transfer_it_is_kept_as_long_as_the_shop_says(till):
    config = till.node.node.config
    till.node.node.config = replace(config, transfer_days=2)
    order = await till.order()

    await till.begin(order, "transfer")

    till.clock.tick(days=1, hours=23)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "awaiting"
    till.clock.tick(hours=2)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "expired"


async def test_for_a_transfer_it_is_kept_until_the_event_begins_at_most(till):
    soon = till.node.node.now() + timedelta(days=2)
    order = await till.order(await till.ticket(await till.gig(soon.isoformat())))

    await till.begin(order, "transfer")

    till.clock.tick(days=1)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "awaiting"
    till.clock.tick(days=1, minutes=1)
    await carry_out_ripe(till.node.node)
    assert await till.state(order) == "expired"


# -- back ---------------------------------------------------------------------------


async def test_all_of_it_back_ends_the_order_its_seats_and_what_it_held(till):
    ticket = await till.ticket()
    order = await till.order(ticket, count=2)
    payment = await till.paid(order)

    await till.refund(payment, 2000, reason="Ill")

    assert await till.state(order) == "refunded"
    assert {seat["state"] for seat in await till.seats(order)} == {"void"}
    assert await till.node.held(ticket.id) == 0


async def test_a_part_back_ends_the_seats_that_were_chosen(till):
    ticket = await till.ticket()
    order = await till.order(ticket, count=3)
    payment = await till.paid(order)
    first, *_ = await till.seats(order)

    await till.refund(payment, 1000, seats=(first.id,))

    book = await till.book(order)
    assert await till.state(order) == "confirmed"
    states = [seat["state"] for seat in await till.seats(order)]
    assert states == ["void", "valid", "valid"]
    assert await till.node.held(ticket.id) == 2
    assert (book.paid, book.returned, book.due) == (3000, 1000, 0)


async def test_money_back_alone_leaves_the_tickets_as_they_are(till):
    ticket = await till.ticket()
    order = await till.order(ticket, count=2)
    payment = await till.paid(order)

    await till.refund(payment, 2000, void=False, restock=False)

    assert await till.state(order) == "refunded"
    assert {seat["state"] for seat in await till.seats(order)} == {"valid"}
    assert await till.node.held(ticket.id) == 2


async def test_in_parts_until_all_is_back(till):
    order = await till.order(count=2)
    payment = await till.paid(order)
    seats = await till.seats(order)

    for nth, seat in enumerate(seats):
        await till.refund(payment, 1000, f"token-{nth}", seats=(seat.id,))

    assert await till.state(order) == "refunded"
    assert (await till.book(order)).returned == 2000


async def test_the_log_played_again_gives_the_same(till, new_store):
    order = await till.order(count=2)
    payment = await till.paid(order)
    [seat, _] = await till.seats(order)
    await till.refund(payment, 1000, seats=(seat.id,))
    late = await till.order()
    await till.begin(late)

    async with new_store("sqlite") as empty:
        await play(till.node.node, till.node.store.every_entry(), empty)
        there = {t.id: t async for t in till.node.store.things()}
        again = {t.id: t async for t in empty.things()}

    assert again == there
