"""What is about one thing reaches a host in the order in which it happened."""

from __future__ import annotations

import asyncio

import pytest

from peer.node.outgoing.parcel import about
from tests.node.outgoing.elsewhere import answer, said


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


@pytest.mark.parametrize(
    ("document", "id"),
    [
        ('{"id": "c", "object": {"id": "n", "attributedTo": "ada"}}', "n"),
        ('{"id": "d", "object": "n"}', "n"),
        ('{"id": "f", "object": {"id": "r", "subject": "p", "object": "c"}}', "r"),
        ('{"id": "u", "object": {"id": "f", "actor": "ada", "object": "bob"}}', "bob"),
        (
            '{"id": "u", "object": {"id": "f", "actor": "a", "object": {"id": "x"}}}',
            "x",
        ),
        ('{"id": "f", "object": ["a", "b"]}', "f"),
        ('{"id": "f"}', "f"),
    ],
)
def test_an_activity_is_about_what_is_innermost(document, id):
    assert about(document.encode()) == id
