"""What was put off is done when its time has come, once, whoever looks."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from peer.model.behavior import on
from peer.node.ripening import carry_out_ripe
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Thing


@pytest.fixture
def put_off(node, clock):
    async def later(name: str, type: str = "Create", minutes: int = 1) -> Activity:
        base, then = node.base, wire(clock())
        actor = f"{base}/actor"
        thing = Thing(f"{base}/posts/{name}", "Post", {"name": name}, actor, then, then)
        activity = Activity(f"{base}/activities/{name}", type, actor, then, thing)
        due = wire(clock.time + timedelta(minutes=minutes))
        await node.store.transact(lambda tx: tx.postpone(due, activity))
        return activity

    return later


async def test_it_is_done_when_it_is_due_and_not_before(node, put_off, clock):
    later = await put_off("later", minutes=5)

    assert await carry_out_ripe(node.node) == 0
    clock.tick(minutes=6)
    assert await carry_out_ripe(node.node) == 1

    assert await node.get(later.thing.id) == later.thing
    assert await carry_out_ripe(node.node) == 0


async def test_several_who_look_do_it_once(node, put_off, clock):
    for n in range(5):
        await put_off(f"later-{n}")
    clock.tick(minutes=6)

    done = await asyncio.gather(*(carry_out_ripe(node.node) for _ in range(3)))

    assert sum(done) == 5
    assert len([e for e in await node.log() if "later" in e.activity.id]) == 5


async def test_what_cannot_be_done_any_more_keeps_nothing_back(node, put_off, clock):
    await put_off("impossible", type="Dance")
    later = await put_off("later", minutes=2)
    clock.tick(minutes=6)

    assert await carry_out_ripe(node.node) == 2

    assert await node.get(later.thing.id) == later.thing
    assert not [e for e in await node.log() if "impossible" in e.activity.id]


async def test_what_fails_is_tried_again_and_keeps_nothing_back(node, put_off, clock):
    tries = []

    @on("Stumble", object="Post")
    def stumble(activity, read):
        tries.append(activity.id)
        if len(tries) == 1:
            raise OverflowError("date value out of range")
        return []

    node.node.behaviors = [*node.behaviors, stumble]
    failing = await put_off("failing", type="Stumble")
    later = await put_off("later", minutes=2)
    clock.tick(minutes=6)

    assert await carry_out_ripe(node.node) == 2
    assert await node.get(later.thing.id) == later.thing

    clock.tick(hours=2)
    assert await carry_out_ripe(node.node) == 1
    assert tries == [failing.id] * 2
