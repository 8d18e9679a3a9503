from __future__ import annotations

import asyncio

import pytest

from peer.model.permission import Role, Viewer
from peer.node.outbox import Ask
from peer.node.refusal import Refused


@pytest.fixture
async def gig(node, owner):
    """An event with room for two."""
    values = {"name": "Gig", "startTime": "2030-07-01T19:30:00+01:00", "capacity": 2}
    return (await node.publish(owner, Ask("Create", kind="Event", values=values))).thing


async def test_who_joins_is_coming(node, ada, gig):
    await node.publish(ada, Ask("Join", id=gig.id))

    assert [
        e.subject for e in await node.edges(relation="attending", object=gig.id)
    ] == [ada.id]
    assert await node.held(gig.id) == 1


async def test_joining_twice_takes_one_place(node, ada, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(ada, Ask("Join", id=gig.id))

    assert await node.held(gig.id) == 1


async def test_there_is_room_for_as_many_as_it_says_and_no_more(node, gig):
    guests = [Viewer(f"{node.base}/people/{n}", Role.MEMBER) for n in range(10)]

    answers = await asyncio.gather(
        *(node.publish(guest, Ask("Join", id=gig.id)) for guest in guests),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 8
    assert {answer.reason for answer in refused} == {"There are no places left."}
    assert await node.held(gig.id) == 2
    assert len(await node.edges(relation="attending", object=gig.id)) == 2


async def test_a_place_that_is_left_is_free_again(node, ada, bob, owner, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Join", id=gig.id))

    await node.publish(ada, Ask("Leave", id=gig.id))
    await node.publish(owner, Ask("Join", id=gig.id))

    assert await node.held(gig.id) == 2


async def test_leaving_what_one_never_joined_changes_nothing(node, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))

    await node.publish(bob, Ask("Leave", id=gig.id))

    assert await node.held(gig.id) == 1


async def test_undoing_a_join_frees_the_place(node, ada, gig):
    joined = await node.publish(ada, Ask("Join", id=gig.id))

    await node.publish(ada, Ask("Undo", id=joined.id))

    assert await node.held(gig.id) == 0
    assert await node.edges(relation="attending", object=gig.id) == []


async def test_without_a_number_of_places_everybody_fits(node, owner, ada, bob):
    values = {"name": "Walk", "startTime": "2030-07-01T10:00:00Z"}
    walk = (await node.publish(owner, Ask("Create", kind="Event", values=values))).thing

    for guest in (ada, bob, owner):
        await node.publish(guest, Ask("Join", id=walk.id))

    assert await node.degree(relation="attending", object=walk.id) == 3


async def test_nobody_joins_what_is_over(node, ada, gig, clock):
    clock.tick(days=20_000)

    with pytest.raises(Refused, match="over"):
        await node.publish(ada, Ask("Join", id=gig.id))


async def test_nobody_joins_what_is_cancelled(node, owner, ada, gig):
    await node.publish(owner, Ask("Update", id=gig.id, values={"status": "CANCELLED"}))

    with pytest.raises(Refused, match="cancelled"):
        await node.publish(ada, Ask("Join", id=gig.id))

    assert await node.held(gig.id) == 0


async def test_a_post_cannot_be_joined(node, ada):
    values = {"name": "Bread", "content": "Flour."}
    post = (await node.publish(ada, Ask("Create", kind="Post", values=values))).thing

    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Join", id=post.id))

    assert refused.value.status == 403
