"""Asked because of a hint, a return or the clock: one answer, and one transition."""

from __future__ import annotations

import asyncio

import pytest

from peer.node.paying import watching
from peer.node.paying.reconciling import round_of
from peer.node.paying.settling import Settling
from peer.node.paying.watching import pause


async def changes(till, payment):
    entries = await till.node.log()
    return [
        each.activity
        for each in entries
        if each.activity.type == "Update" and each.activity.object.id == payment
    ]


async def until_quiet(till):
    while await round_of(till.node.node):
        pass


async def test_fifty_who_ask_at_once_share_one_answer(till, sumup):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    id = sumup.only["id"]
    sumup.pay(id)

    settle = till.node.settling.settle
    settled = await asyncio.gather(*(settle(payment) for _ in range(50)))

    assert {each.payment["state"] for each in settled} == {"paid"}
    assert len(await changes(till, payment)) == 1
    assert sumup.count("GET", f"/v0.1/checkouts/{id}") == 1
    assert len(await till.seats(order)) == 1


async def test_asked_again_and_again_it_changes_once(till, sumup):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])

    for _ in range(5):
        await till.node.settling.settle(payment)

    assert len(await changes(till, payment)) == 1


async def test_of_several_processes_one_changes_it(till, sumup):
    """Each has a settling of its own; only the store is one."""
    order = await till.order()
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])

    several = [Settling(till.node.node) for _ in range(10)]
    await asyncio.gather(*(each.settle(payment) for each in several))

    assert len(await changes(till, payment)) == 1
    assert await till.state(order) == "confirmed"


async def test_a_payment_of_which_nobody_tells_is_found_within_ten_minutes(till, sumup):
    order = await till.order()
    await till.begin(order, "sumup")
    await until_quiet(till)
    sumup.pay(sumup.only["id"])

    till.clock.tick(minutes=10)
    await until_quiet(till)

    assert await till.state(order) == "confirmed"


async def test_what_has_ended_is_not_asked_about_any_more(till, sumup):
    order = await till.order()
    await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    till.clock.tick(minutes=1)
    await until_quiet(till)
    asked = len(sumup.asked)

    till.clock.tick(days=1)
    await until_quiet(till)

    assert len(sumup.asked) == asked


async def test_the_pauses_grow_and_are_never_longer_than_ten_minutes():
    pauses = [pause(tries).total_seconds() for tries in range(12)]

    assert pauses == sorted(pauses)
    assert (pauses[1], pauses[-1]) == (20, 600)


async def test_what_nobody_ever_pays_is_given_up_after_a_week(till, sumup):
    order = await till.order()
    payment = await till.begin(order, "sumup")

    till.clock.tick(days=8)
    await until_quiet(till)

    assert await till.state(payment) == "failed"
    assert not await till.node.store.read(lambda read: watching.since(read, payment))


async def test_while_they_are_away_it_is_asked_again_later(till, sumup):
    order = await till.order()
    await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    sumup.mode = "broken"
    till.clock.tick(minutes=1)
    await until_quiet(till)
    assert await till.state(order) == "awaiting"

    sumup.mode = "well"
    till.clock.tick(minutes=10)
    await until_quiet(till)

    assert await till.state(order) == "confirmed"


async def test_by_hand_nobody_is_asked(till, sumup):
    order = await till.order()
    await till.begin(order, "transfer")

    till.clock.tick(hours=1)
    assert await round_of(till.node.node) == 0


async def test_slow_money_is_found_by_the_clock(till):
    order = await till.order()
    payment = await till.begin(order)
    await till.decide(payment, "slow")
    await till.node.settling.settle(payment)
    assert await till.state(order) == "awaiting"

    till.clock.tick(minutes=1)
    await until_quiet(till)

    assert await till.state(order) == "confirmed"


@pytest.mark.parametrize("what", ["Order", "nothing"])
async def test_what_is_no_payment_is_not_asked_about(till, sumup, what):
    order = await till.order()
    id = order.id if what == "Order" else f"{till.node.base}/payments/none"

    settled = await till.node.settling.settle(id)

    assert settled.payment is None
    assert sumup.asked == []
