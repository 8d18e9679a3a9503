"""What the wires between peers can do to a message, and that nothing comes of it."""

from __future__ import annotations

import pytest

from tests.federation.cutting import Fate
from tests.federation.peers import soon
from tests.story.settling import settled


@pytest.fixture
async def follow(blog, events):
    """``await follow()``: what the blog asks of the events peer."""
    actor = await blog.meets(events.actor)
    return lambda: blog.does("Follow", actor.id)


async def followers(peer) -> list[str]:
    found = await peer.edges(relation="follows", object=peer.actor)
    return [edge.subject for edge in found]


@pytest.mark.parametrize("fate", Fate)
async def test_once_in_effect_whatever_becomes_of_it(
    blog, events, wires, follow, fate, caplog
):
    there, back = wires.both("blog", "events")
    there.then(fate, fate)
    back.then(fate, fate)

    await follow()
    await settled(blog, events)

    assert await followers(events) == [blog.actor]
    assert await blog.holds(blog.actor, "follows", events.actor)
    assert there.count[fate] >= 1
    assert back.count[fate] >= 1
    assert [each for each in caplog.records if each.levelname == "ERROR"] == []


async def test_nothing_passes_a_wire_that_is_cut(blog, events, wires, follow):
    wires.cut("blog", "events")
    await follow()

    async def was_tried() -> bool:
        return any(each.attempts for each in await blog.waiting())

    await soon(was_tried, "it was tried")
    assert await followers(events) == []

    wires.mend("blog", "events")
    await settled(blog, events)
    assert await followers(events) == [blog.actor]


async def test_what_is_held_arrives_in_the_order_that_is_chosen(
    blog, events, wires, follow
):
    await follow()
    await settled(blog, events)
    back = wires.wire("events", "blog")
    back.hold()
    one = await events.makes("Post", name="One", content="x")
    two = await events.makes("Post", name="Two", content="x")

    async def both_are_on_their_way() -> bool:
        return len(back.held) == 2

    await soon(both_are_on_their_way, "both are on their way")
    first = 0 if one.encode() in back.held[0].text else 1
    await back.let_go([1 - first, first])

    came = {entry.activity.object.id: entry.seq for entry in await blog.log()}
    assert came[two] < came[one]
