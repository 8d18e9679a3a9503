"""Paying back: once, never more than came, and never a second time to be sure."""

from __future__ import annotations

import asyncio

import pytest

from peer.model.permission import Role, Viewer
from peer.node.paying.marking import mark_paid
from peer.node.paying.reconciling import round_of
from peer.node.paying.refunding import Refund, decide, refund
from peer.node.refusal import Refused
from tests.till import STAFF


@pytest.fixture
async def order(till):
    return await till.order(count=2)


@pytest.fixture
async def payment(till, order, sumup):
    id = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(id)
    return id


def went_back(sumup):
    return [each["amount"] for events in sumup.refunds.values() for each in events]


async def test_a_part_goes_back_at_theirs_and_in_the_books(till, sumup, order, payment):
    made = await till.refund(payment, 550)

    assert made["state"] == "returned"
    assert went_back(sumup) == [5.5]
    assert (await till.book(order)).returned == 550
    assert await till.state(order) == "confirmed"


async def test_a_form_sent_many_times_pays_back_once(till, sumup, payment):
    await asyncio.gather(*(till.refund(payment, 500) for _ in range(8)))

    assert went_back(sumup) == [5.0]


async def test_never_more_than_came(till, sumup, order, payment):
    await till.refund(payment, 1500, "first-token")

    with pytest.raises(Refused, match=r"£5\.00 can still be paid back"):
        await till.refund(payment, 501, "second-token")

    assert went_back(sumup) == [15.0]


async def test_many_who_pay_back_at_once_pay_no_more_than_came(till, sumup, payment):
    tries = [till.refund(payment, 800, f"token-{n}") for n in range(6)]

    answers = await asyncio.gather(*tries, return_exceptions=True)

    assert len([each for each in answers if isinstance(each, Refused)]) == 4
    assert went_back(sumup) == [8.0, 8.0]


@pytest.mark.parametrize("amount", [0, -1, 2001, 10**12])
async def test_an_amount_that_cannot_be_is_refused(till, sumup, payment, amount):
    with pytest.raises(Refused):
        await till.refund(payment, amount)

    assert went_back(sumup) == []


async def test_only_staff_pay_back(till, payment, sumup):
    member = Viewer(f"{till.node.base}/people/ada", Role.MEMBER)

    with pytest.raises(Refused, match="Only those who keep"):
        await refund(till.node.node, member, Refund(payment, 100, "", "a-token"))

    assert went_back(sumup) == []


async def test_where_they_refuse_nothing_went_back(till, sumup, order, payment):
    [transaction] = sumup.only["transactions"]
    sumup.refunds[transaction["id"]] = [
        {"event_type": "REFUND", "status": "REFUNDED", "amount": 20.0}
    ]

    with pytest.raises(Refused, match="no payment of which so much"):
        await till.refund(payment, 2000)

    assert await till.state(order) == "confirmed"
    assert (await till.book(order)).returned == 0


async def test_when_the_answer_is_lost_they_are_asked_and_not_told_twice(
    till, sumup, order, payment
):
    sumup.deaf.add("refund")
    made = await till.refund(payment, 2000)
    assert made["state"] == "pending"
    assert await till.state(order) == "confirmed"

    sumup.deaf.clear()
    till.clock.tick(minutes=1)
    await round_of(till.node.node)

    assert went_back(sumup) == [20.0]
    assert await till.state(made) == "returned"
    assert await till.state(order) == "refunded"
    assert {seat["state"] for seat in await till.seats(order)} == {"void"}


async def test_what_never_reached_them_is_for_people_to_look_at(
    till, sumup, order, payment
):
    sumup.mode = "broken"
    made = await till.refund(payment, 2000)
    sumup.mode = "well"
    till.clock.tick(minutes=30)
    await round_of(till.node.node)

    assert "Nobody knows" in (await till.now(made))["flag"]
    assert went_back(sumup) == []

    await decide(till.node.node, STAFF, made.id, went=False)
    await till.refund(payment, 2000, "another-token")

    assert await till.state(order) == "refunded"
    assert went_back(sumup) == [20.0]


async def test_what_is_on_its_way_back_cannot_go_back_again(till, sumup, payment):
    sumup.mode = "broken"
    await till.refund(payment, 2000)
    sumup.mode = "well"

    with pytest.raises(Refused, match=r"£0\.00 can still be paid back"):
        await till.refund(payment, 2000, "another-token")


async def test_of_two_charges_each_can_go_back(till, sumup, order, payment):
    sumup.charge(sumup.only["id"])
    await till.node.settling.settle(payment)
    [more] = (await till.book(order)).flagged

    await till.refund(more.id, 2000, "one-too-many", void=False)
    assert await till.state(order) == "confirmed"
    await till.refund(payment, 2000, "and-the-other")

    assert await till.state(order) == "refunded"
    assert [len(events) for events in sumup.refunds.values()] == [1, 1]


async def test_by_hand_it_is_written_down(till):
    order = await till.order()
    payment = await till.begin(order, "door")
    await mark_paid(till.node.node, STAFF, order.id, "door", 1000, "at-the-door")

    made = await till.refund(payment, 1000)

    assert made["state"] == "returned"
    assert await till.state(order) == "refunded"
