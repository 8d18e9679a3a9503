"""Views are added up in memory, and written down all at once."""

from __future__ import annotations

import asyncio

import pytest

from peer.node.views import Views, by_day
from store.interface import Busy

PAGE = "https://test.example/events/gig"


async def days(node):
    return await node.store.read(lambda read: by_day(read, PAGE))


async def test_what_two_workers_saw_is_added_up(node, clock):
    one, other = Views(), Views()
    for views, count in ((one, 3), (other, 2)):
        for _ in range(count):
            views.see(PAGE, "2026-11-21")
    one.see(PAGE, "2026-11-22")
    one.see(f"{PAGE}-2", "2026-11-21")

    await asyncio.gather(*(v.write(node.store, clock()) for v in (one, other)))

    assert await days(node) == {"2026-11-21": 5, "2026-11-22": 1}


async def test_it_is_written_once_however_much_was_seen(node, clock, monkeypatch):
    asked = []
    views, transact = Views(), node.store.transact

    async def counted(work):
        asked.append(work)
        return await transact(work)

    monkeypatch.setattr(node.store, "transact", counted)
    for n in range(50):
        views.see(f"{PAGE}-{n}", "2026-11-21")
    await views.write(node.store, clock())
    await views.write(node.store, clock())

    assert len(asked) == 1


async def test_what_could_not_be_written_is_written_the_next_time(
    node, clock, monkeypatch
):
    views = Views()
    views.see(PAGE, "2026-11-21")

    async def busy(_work):
        views.see(PAGE, "2026-11-21")  # somebody looks meanwhile
        raise Busy

    with monkeypatch.context() as patched:
        patched.setattr(node.store, "transact", busy)
        with pytest.raises(Busy):
            await views.write(node.store, clock())
    await views.write(node.store, clock())

    assert await days(node) == {"2026-11-21": 2}


async def test_after_a_year_and_a_bit_they_are_forgotten(node, clock):
    views = Views()
    views.see(PAGE, "2026-11-21")
    await views.write(node.store, clock())

    await node.store.transact(lambda tx: tx.tidy("2028-01-01T00:00:00.000Z"))

    assert await days(node) == {}
