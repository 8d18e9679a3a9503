"""Who waits for a thing to change, while their request is open."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from peer.model.indexing import Index
from peer.protocol.thing import Thing
from peer.web.exchange.awaited import Awaited

BASE = "https://test.example"
THEN, LATER = "2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z"
LONG = 600.0


@pytest.fixture
async def awaited(store):
    made = Awaited(store)
    async with asyncio.timeout(120):
        yield made
        await made.close()


def thing(name: str) -> Thing:
    return Thing(f"{BASE}/{name}", "Post", {"name": name}, BASE, THEN, THEN)


async def put(store, *things):
    await store.transact(lambda tx: [tx.put(each, Index("", "")) for each in things])


async def change(store, one):
    await put(store, replace(one, updated=LATER))


async def test_who_waits_is_woken_when_it_changes(store, awaited):
    some = [thing(name) for name in "abc"]
    await put(store, *some)
    waits = [asyncio.create_task(awaited.change(each, LONG)) for each in some]
    await asyncio.sleep(0)

    for one, task in zip(some, waits, strict=True):
        await change(store, one)
        assert await task

    assert not awaited._waiting


async def test_what_changed_just_before_is_not_missed(store, awaited):
    known = thing("a")
    await change(store, known)

    assert await awaited.change(known, LONG)


async def test_nor_is_what_changed_while_somebody_else_was_waited_for(store, awaited):
    one, other = thing("a"), thing("b")
    await put(store, one, other)
    task = asyncio.create_task(awaited.change(other, LONG))
    await asyncio.sleep(0)
    await change(store, one)

    assert await awaited.change(one, LONG)
    await change(store, other)
    assert await task


async def test_what_goes_away_has_changed(store, awaited):
    assert await awaited.change(thing("never there"), LONG)


async def test_patience_ends(store, awaited):
    one = thing("a")
    await put(store, one)

    assert [await awaited.change(one, each) for each in (0.2, 0, -1)] == [False] * 3


async def test_when_the_peer_stops_nobody_waits_any_longer(store, awaited):
    one = thing("a")
    await put(store, one)
    task = asyncio.create_task(awaited.change(one, LONG))
    await asyncio.sleep(0)

    await awaited.close()

    assert not await task
    assert not await awaited.change(one, LONG)
