"""Withdrawn and offered anew, agreed and taken back: some of it may be heard last."""

from __future__ import annotations

import pytest

from peer.model import consent
from peer.node.outgoing import office
from tests.federation.peers import Near
from tests.story.cranking import Crank, Letter


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

    assert await stands(blog, events, **ends) == ["mutual"]


@pytest.mark.parametrize("last", ["the yes", "its end"])
async def test_what_was_taken_back_before_it_was_heard_was_declined(
    blog, events, crank, last
):
    calendar, post = f"{events.base}/calendars/main", f"{blog.base}/posts/welcome"
    ends = {"subject": post, "relation": "allocatedTo", "object": calendar}
    await blog.meets(calendar)
    await blog.does("Add", **ends)
    await crank.collect()
    for letter in list(crank.bag):
        await crank.arrive(letter)
    await crank.collect()
    [edge] = await events.edges(**ends)
    told = {"subject": calendar, "relation": "consents", "object": edge.id}
    await events.does("Remove", **told)
    await crank.collect()

    for letter in sorted(crank.bag, key=is_a_yes, reverse=last == "its end"):
        await crank.arrive(letter)
    await crank.settle()

    assert await stands(blog, events, **ends) == ["declined"]
    assert crank.refused == []


def is_a_yes(letter: Letter) -> bool:
    return b'"type":"Accept"' in letter.parcel.body


async def stands(blog: Near, events: Near, **ends: str) -> list[str]:
    """What stands between the ends, on which both agree."""

    def states(read):
        return dict(consent.states(read.edges(**ends), read))

    here = await blog.node.store.read(states)
    assert here == await events.node.store.read(states)
    return list(here.values())


async def all_are_lost(crank: Crank) -> None:
    """For now: they will be sent again."""
    await crank.collect()
    for letter in list(crank.bag):
        await crank.lose(letter)
