"""Withdrawn and offered anew: of what was withdrawn the other peer may hear last."""

from __future__ import annotations

import pytest

from peer.model import consent
from peer.node.outgoing import office
from tests.story.cranking import Crank


@pytest.fixture
async def blog(open_peer):
    return await open_peer("blog", busy=office.opened)


@pytest.fixture
async def events(open_peer):
    return await open_peer("events", busy=office.opened)


@pytest.fixture
async def crank(blog, events):
    return Crank({peer.base: peer for peer in (blog, events)})


@pytest.mark.parametrize("before", ["nothing", "mutual", "declined"])
@pytest.mark.parametrize("times", [1, 2])
async def test_both_agree_on_what_stands(blog, events, crank, before, times):
    calendar, post = f"{events.base}/calendars/main", f"{blog.base}/posts/welcome"
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await blog.meets(calendar)
    await blog.does("Add", **ends)
    if before != "nothing":
        await crank.settle()
    if before == "declined":
        [edge] = await events.edges(**ends)
        told = {"subject": calendar, "relation": "consents", "object": edge.id}
        await events.does("Remove", **told)
    for _ in range(times):
        await all_are_lost(crank)
        await blog.does("Remove", **ends)
        await all_are_lost(crank)
        await blog.does("Add", **ends)

    await crank.collect()
    for letter in list(crank.bag):
        await crank.arrive(letter)
    await crank.settle()

    def states(read):
        return dict(consent.states(read.edges(**ends), read))

    here = await blog.node.store.read(states)
    assert here == await events.node.store.read(states)
    assert list(here.values()) == ["mutual"]


async def all_are_lost(crank: Crank) -> None:
    """For now: they will be sent again."""
    await crank.collect()
    for letter in list(crank.bag):
        await crank.lose(letter)
