"""What is about one thing reaches a host in the order in which it happened."""

from __future__ import annotations

import asyncio

from tests.node.outgoing.elsewhere import Barred, answer, said


def failing(elsewhere, *statuses):
    """The inbox answers with each in turn, and from then on takes what comes."""
    elsewhere.answers["/inbox"] = [answer("", each) for each in (*statuses, 202)]


async def test_what_is_about_one_thing_arrives_in_order(desk, elsewhere, inbox):
    for n in range(20):
        await desk.post(str(n), inbox)

    await desk.drain()

    assert said(elsewhere) == [str(n) for n in range(20)]


async def test_the_later_waits_while_the_earlier_is_to_be_tried_again(
    desk, elsewhere, inbox, clock
):
    failing(elsewhere, 500)
    await desk.post("create", inbox)
    await desk.drain()
    await desk.post("update", inbox)
    await desk.post("other", inbox, about="something else")

    await desk.drain()
    clock.tick(seconds=20)
    await desk.drain()
    clock.tick(seconds=60)
    await desk.drain()

    assert said(elsewhere) == ["create", "other", "create", "update"]
    assert await desk.waiting() == []


async def test_it_waits_after_a_restart_as_well(desk, elsewhere, inbox, clock):
    failing(elsewhere, 500)
    await desk.post("create", inbox)
    await desk.drain()
    await desk.post("update", inbox)
    desk.deliverer = desk.another("two")

    worker = asyncio.create_task(desk.deliverer.run())
    await desk.post("other", inbox, about="something else")
    desk.deliverer.wake()
    await elsewhere.heard(2)
    worker.cancel()
    await asyncio.wait([worker])

    assert said(elsewhere) == ["create", "other"]


async def test_what_was_given_up_holds_nothing_back(desk, elsewhere, inbox):
    failing(elsewhere, 410)
    await desk.post("create", inbox)
    await desk.post("update", inbox)

    await desk.drain()

    assert said(elsewhere) == ["create", "update"]


async def test_what_was_taken_out_of_the_queue_does_not_either(
    desk, elsewhere, inbox, clock
):
    failing(elsewhere, 500)
    await desk.post("create", inbox)
    await desk.drain()
    dropped = (await desk.only()).id
    await desk.store.transact(lambda tx: tx.delivered(dropped))
    await desk.post("update", inbox)

    for _ in range(4):
        await desk.drain()
        clock.tick(minutes=1)

    assert said(elsewhere) == ["create", "update"]


async def test_two_workers_keep_the_order_together(desk, elsewhere, inbox):
    for n in range(20):
        await desk.post(str(n), inbox)

    await asyncio.gather(desk.drain(), desk.another("two").drain())
    await desk.drain()

    assert said(elsewhere) == [str(n) for n in range(20)]


async def test_a_host_with_much_to_come_leaves_room_for_others(desk, elsewhere):
    barred = elsewhere.answers["/barred"] = Barred()
    for n in range(300):
        await desk.post(str(n), elsewhere.url("/barred"), about=str(n))
    others = [elsewhere.url("/inbox", f"h{n}.localhost") for n in range(40)]
    await desk.post("others", *others)
    task = asyncio.create_task(desk.drain())

    await elsewhere.heard(48)

    barred.opened.set()
    await task
    assert len(elsewhere.asked) == 340
    assert await desk.waiting() == []
