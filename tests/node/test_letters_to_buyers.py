"""Letters to who bought something: one for each thing that happened, and safe."""

from __future__ import annotations

from dataclasses import replace
from email.headerregistry import Address

import pytest

from peer.model.effect import follows_from
from peer.model.permission import Viewer
from peer.node.keys import ORDERS, settle_secret
from peer.node.letters.buyers import Desk
from peer.node.letters.changes import when
from peer.node.letters.mail import mailbox, one_line
from peer.node.outbox import Ask
from peer.node.replay import play
from peer.node.ripening import carry_out_ripe
from peer.node.trading import order_keys, orders, tickets
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Thing
from tests.till import CONTACT, Till


@pytest.fixture
async def till(node, clock) -> Till:
    payments = ("trial", "transfer", "door")
    node.config = replace(node.config, payments=payments, transfer="GB00")
    await settle_secret(node.store, ORDERS)
    return Till(node, clock)


async def secret(till):
    return await settle_secret(till.node.store, ORDERS)


async def subjects(till):
    return [letter.subject for letter in await till.letters()]


async def test_what_is_kept_is_told_with_where_to_pay(till):
    order = await till.order(count=2)

    [letter] = await till.letters()

    key = order_keys.key_of(await secret(till), order.id)
    assert letter.to == CONTACT["email"]
    assert letter.subject == f"Your order {order['number']}: how to pay"
    assert "Hello Grace Hopper," in letter.text
    assert "2 x Summer Gig, Standard: £10.00 each" in letter.text
    assert f"{order.id}/pay?key={key}" in letter.text
    assert f"{order.id}?key={key}" in letter.text


async def test_what_is_confirmed_is_told_with_the_tickets(till):
    order = await till.order(count=2)
    await till.paid(order)

    *_, letter = await till.letters()

    assert letter.subject == f"Your order {order['number']} is confirmed"
    for seat in await till.seats(order):
        assert tickets.link_of(seat, await secret(till)) in letter.text
    assert "/event.ics?key=" in letter.text


async def test_what_costs_nothing_is_told_once(till):
    await till.order(await till.ticket(price=0))

    [letter] = await till.letters()

    assert "is confirmed" in letter.subject


async def test_who_has_something_to_answer_first_is_told_where(till):
    gig = await till.gig()
    asked = [{"ask": "Dietary needs", "required": True}]
    ask = Ask("Update", id=gig.id, values={"questions": asked})
    await till.node.publish(till.node.site, ask)
    order = await till.order(await till.ticket(gig, price=0))

    [letter] = await till.letters()

    assert letter.subject.endswith("the organizer asks something first")
    pay = f"{order.id}/pay?key={order_keys.key_of(await secret(till), order.id)}"
    assert f"Answer here:\n\n{pay}" in letter.text


async def test_what_is_not_paid_in_time_is_told(till):
    await till.order()

    till.clock.tick(minutes=20)
    await carry_out_ripe(till.node.node)

    assert "was not paid in time" in (await subjects(till))[-1]


async def test_a_cancellation_says_why_and_that_money_comes_back(till):
    order = await till.order()
    await till.paid(order)

    await orders.cancel(till.node.node, order.id, "The band is ill")

    *_, letter = await till.letters()
    assert letter.subject.endswith("was cancelled")
    assert "The band is ill." in letter.text
    assert "will be paid back to you" in letter.text


async def test_what_was_never_paid_promises_no_money(till):
    order = await till.order()

    await orders.cancel(till.node.node, order.id, "The band is ill")

    *_, letter = await till.letters()
    assert "paid back" not in letter.text


async def test_money_back_is_told_in_part_and_whole(till):
    order = await till.order(count=2)
    payment = await till.paid(order)

    await till.refund(payment, 500, "token-one", reason="A rainy day")
    await till.refund(payment, 1500, "token-two")

    part, whole = (await till.letters())[-2:]
    assert part.subject == f"Money back for your order {order['number']}"
    assert "£5.00 back to you. A rainy day." in part.text
    assert whole.subject == f"Your order {order['number']} was paid back"


async def test_who_pays_by_transfer_is_told_the_number_to_write(till):
    order = await till.order()
    await till.begin(order, "transfer")

    *_, letter = await till.letters()

    assert letter.subject == f"Your order {order['number']} waits for your payment"
    assert "write its number" in letter.text


async def test_another_time_is_told_to_who_has_a_ticket_and_once(till):
    gig = await till.gig()
    ticket = await till.ticket(gig)
    await till.paid(await till.order(ticket, count=2))
    await till.order(ticket)
    before = len(await till.letters())

    later = {"startTime": "2030-07-02T20:00:00+01:00"}
    await till.node.publish(till.node.site, Ask("Update", id=gig.id, values=later))
    same = {"summary": "With a support act"}
    await till.node.publish(till.node.site, Ask("Update", id=gig.id, values=same))

    fresh = (await till.letters())[before:]
    assert [each.subject for each in fresh] == [
        "Summer Gig is at another time or place"
    ]
    assert "It begins on Tuesday, 2 July 2030, at 19:00 (UTC)." in fresh[0].text
    assert fresh[0].text.count("?key=") == 3


async def test_a_cancelled_event_is_told_to_who_has_a_ticket_and_to_who_has_not_paid(
    till,
):
    gig = await till.gig()
    ticket = await till.ticket(gig)
    paid, waiting = await till.order(ticket), await till.order(ticket)
    await till.paid(paid)
    before = len(await till.letters())

    off = {"status": "CANCELLED"}
    await till.node.publish(till.node.site, Ask("Update", id=gig.id, values=off))

    fresh = {each.subject: each.text for each in (await till.letters())[before:]}
    assert set(fresh) == {
        "Summer Gig was cancelled",
        f"Your order {waiting['number']} was cancelled",
    }
    told = fresh["Summer Gig was cancelled"]
    assert f"Your order {paid['number']}:" in told
    assert "will be paid back to you" in told


async def test_what_cannot_be_had_is_told_by_the_shop_alone(till):
    base, now = till.node.base, wire(till.clock())
    order = Thing(f"{base}/orders/x", "Order", {}, f"{base}/actor", now, now, "draft")
    buyer = "https://events.example/peer"
    notes = {"contact": CONTACT, "refused": "There is only 1 left."}
    asked = Activity("https://events.example/1", "Offer", buyer, now, order, notes)
    no = follows_from(
        asked, "Reject", order.owner, asked, {"content": notes["refused"]}
    )
    heard = replace(no, notes={**no.notes, "received": True})

    await till.node.store.transact(lambda tx: Desk(base, now, tx).write(heard))
    assert await till.letters() == []
    await till.node.store.transact(lambda tx: Desk(base, now, tx).write(no))

    [letter] = await till.letters()
    assert letter.to == CONTACT["email"]
    assert letter.subject == "Your order cannot be had"
    assert "There is only 1 left." in letter.text


async def test_nothing_that_is_played_again_is_written_again(till, new_store):
    await till.paid(await till.order())

    async with new_store("sqlite") as empty:
        await play(till.node.node, till.node.store.every_entry(), empty)
        assert await empty.read(mailbox) == []


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: all@example.org",
        "Eve\u2028Bcc: all@example.org",
        "{{ 7 * 7 }}{number}",
        "Eve\0",
    ],
)
async def test_a_name_is_words_and_nothing_else(till, name):
    ticket = await till.ticket()
    contact = {"name": name, "email": "eve@example.org"}
    lines = [(ticket.id, 1)]
    await orders.order(
        till.node.node, Viewer(), token="eve", lines=lines, contact=contact
    )

    [letter] = await till.letters()

    message = letter.message(Address("Shop", addr_spec="shop@example.org"))
    assert message["Bcc"] is None
    assert [str(each) for each in message.get_all("To")] == ["eve@example.org"]
    assert "49" not in letter.text.splitlines()[0]
    assert "\nBcc:" not in letter.text


@pytest.mark.parametrize("email", ["a@b.example,c@d.example", "nobody", "x\n@y.org"])
async def test_an_address_that_is_none_keeps_nothing_from_happening(till, email):
    ticket = await till.ticket()
    contact = {"name": "Eve", "email": email}
    order = await orders.order(
        till.node.node, Viewer(), token="eve", lines=[(ticket.id, 1)], contact=contact
    )

    assert order["state"] == "awaiting"
    assert await till.letters() == []


def test_a_moment_is_said_by_the_clocks_of_the_place():
    told = when("2031-03-30T00:30:00+00:00", "Europe/Berlin")

    assert told == "Sunday, 30 March 2031, at 01:30 (Europe/Berlin)"
    assert when("2031-03-30T00:30:00Z", "Nowhere/None") == "2031-03-30T00:30:00Z"


def test_one_line_is_one_line():
    assert one_line("a\r\nb\u2028c\x0bd\0e") == "a b c d e"


async def test_whoever_types_an_address_does_not_fill_its_mailbox(till):
    ticket = await till.ticket(quantity=100)
    typed = [await till.order(ticket) for _ in range(30)]

    letters = await till.letters()
    assert len(letters) == 20
    assert "for an hour\nwe write no more such letters" in letters[-1].text
    assert "for an hour" not in letters[-2].text
    await till.paid(typed[-1])
    *_, letter = await till.letters()
    assert letter.subject == f"Your order {typed[-1]['number']} is confirmed"
    before = len(await till.letters())
    till.clock.tick(hours=1, minutes=1)
    await till.order(ticket)
    assert len(await till.letters()) == before + 1


async def test_nor_does_whoever_cancels_it_again_and_again(till):
    ticket, desk = await till.ticket(quantity=100), till.node.node
    for _ in range(15):
        order = await till.order(ticket)
        await orders.withdraw(desk, order.id, f"{desk.base}/peer")

    letters = await till.letters()
    assert len(letters) == 20
    good = await till.order(ticket)
    await till.paid(good)
    await orders.cancel(desk, good.id, "The band is ill")
    told = [each.subject for each in (await till.letters())[len(letters) :]]
    assert told == [
        f"Your order {good['number']} is confirmed",
        f"Your order {good['number']} was cancelled",
    ]
