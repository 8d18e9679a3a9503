"""Connections are kept open to as many servers as there is room for."""

from __future__ import annotations

import asyncio
import resource
from contextlib import AsyncExitStack

import pytest
from aiohttp.client_proto import ResponseHandler

from peer.node.outgoing.kept import KEPT_OPEN, Kept
from tests.node.outgoing.elsewhere import Elsewhere, serving


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def dial(elsewhere):
    """Makes connections, which end with the test."""
    loop, made = asyncio.get_running_loop(), []

    async def dialled(port=elsewhere.port):
        at = ("127.0.0.1", port)
        _, one = await loop.create_connection(lambda: ResponseHandler(loop), *at)
        made.append(one)
        return one

    yield dialled
    for each in made:
        each.abort()


async def kept_for(kept, dial, *origins):
    made = [await dial() for _ in origins]
    for origin, one in zip(origins, made, strict=True):
        kept.keep(origin, one)
    return made


async def test_the_first_are_kept_and_whoever_comes_too_late_is_not(dial):
    kept = Kept(2, Clock())

    first, second, third = await kept_for(kept, dial, "a", "b", "c")

    assert not third.is_connected()
    assert [kept.take(origin) for origin in "cba"] == [None, second, first]


async def test_what_is_used_is_nobody_elses_meanwhile(dial):
    kept = Kept(2, Clock())
    first, second = await kept_for(kept, dial, "a", "a")

    assert [kept.take("a") for _ in range(3)] == [second, first, None]


async def test_what_is_not_used_for_long_is_closed_and_leaves_its_place(dial):
    clock = Clock()
    kept = Kept(2, clock)
    first, second = await kept_for(kept, dial, "a", "b")
    clock.now = KEPT_OPEN / 2
    kept.keep("a", kept.take("a"))

    clock.now = KEPT_OPEN
    (third,) = await kept_for(kept, dial, "c")

    assert not second.is_connected()
    assert [kept.take(origin) for origin in "abc"] == [first, None, third]


async def test_what_they_have_closed_is_not_used(dial):
    kept = Kept(2, Clock())
    async with AsyncExitStack() as stack:
        brief = await stack.enter_async_context(serving(Elsewhere()))
        one = await dial(brief.port)
        kept.keep("a", one)
    async with asyncio.timeout(60):
        while one.is_connected():
            await asyncio.sleep(0.01)

    assert (kept.take("a"), len(kept)) == (None, 0)


async def test_what_has_said_something_unasked_is_not_used(dial):
    kept = Kept(2, Clock())
    (one,) = await kept_for(kept, dial, "a")
    one.data_received(b"HTTP/1.1 202 Accepted\r\n\r\n")

    assert kept.take("a") is None
    assert not one.is_connected()


def test_all_that_may_be_kept_leaves_most_files_to_those_who_come(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 4096))

    assert 0 < Kept().most <= 1024 / 4
