"""A peer of the cooperative that was down is told at once what waited for it."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from peer.node import acquaintance
from tests.federation.cooperating import of_all
from tests.federation.peers import near, soon

_LONG = 4  # attempts, after which the next would come in minutes


@pytest.fixture
def quickly(monkeypatch):
    """They look for each other all the time."""
    monkeypatch.setattr(acquaintance, "SOONER", (0.05,))


async def test_who_is_back_after_a_while(way, seeded, caller, quickly):
    async with AsyncExitStack() as stack:

        async def begin(name, within, **more):
            told = {"peers": of_all(way), **more}
            opened = near(way, name, await seeded(name), caller, **told)
            return await within.enter_async_context(opened)

        blog = await begin("blog", stack)
        async with AsyncExitStack() as for_now:
            events = await begin("events", for_now)
            actor = await blog.meets(events.actor)
        await blog.does("Follow", actor.id)
        for _ in range(_LONG):
            await is_tried(blog)

        events = await begin("events", stack, clock=blog.clock)

        await soon(blog.has_said_all, "it was told")
        assert await events.edges(relation="follows", object=actor.id)


async def is_tried(peer):
    [before] = await peer.waiting()
    peer.later(minutes=5)

    async def once_more():
        [now] = await peer.waiting()
        return now.attempts > before.attempts

    await soon(once_more, "it was tried")
