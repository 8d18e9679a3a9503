"""The waiting list: who has waited longest is given the next place, at once."""

from __future__ import annotations

import pytest

from peer.model.permission import Role, Viewer
from peer.node.outbox import Ask
from peer.node.refusal import Refused

GIG = {"name": "Gig", "startTime": "2030-07-01T19:30:00+01:00", "capacity": 1}


@pytest.fixture
async def gig(node, owner):
    """An event with room for one."""
    return (await node.publish(owner, Ask("Create", kind="Event", values=GIG))).thing


@pytest.fixture
def eve(node):
    return Viewer(f"{node.base}/people/eve", Role.MEMBER, "Eve")


async def coming(node, gig):
    edges = await node.edges(relation="attending", object=gig.id)
    return {edge.subject for edge in edges}


async def waiting(node, gig):
    return {e.subject for e in await node.edges(relation="waits", object=gig.id)}


async def told(node, viewer):
    entries = await node.store.read(lambda read: read.notices(viewer.id))
    return [entry.activity.type for entry in entries]


async def test_the_next_place_is_for_who_has_waited_longest(node, ada, bob, eve, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(eve, Ask("Wait", id=gig.id))

    await node.publish(ada, Ask("Leave", id=gig.id))

    assert await coming(node, gig) == {bob.id}
    assert await waiting(node, gig) == {eve.id}
    assert await node.held(gig.id) == 1
    assert await told(node, bob) == ["Accept"]
    assert await told(node, eve) == []


@pytest.mark.parametrize("how", ["Leave", "TentativeAccept", "Undo", "Reject"])
async def test_however_a_place_is_freed_it_goes_to_who_waits(
    node, owner, ada, bob, gig, how
):
    joined = await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))

    if how == "Reject":
        await node.publish(owner, Ask("Reject", id=joined.id))
    else:
        id = joined.id if how == "Undo" else gig.id
        await node.publish(ada, Ask(how, id=id))

    assert await coming(node, gig) == {bob.id}
    assert await node.held(gig.id) == 1


async def test_nobody_who_comes_by_is_faster_than_who_waits(node, ada, bob, eve, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(ada, Ask("Leave", id=gig.id))

    with pytest.raises(Refused, match="no places left"):
        await node.publish(eve, Ask("Join", id=gig.id))


async def test_more_room_is_for_as_many_as_there_is_room_for(
    node, owner, ada, bob, eve, gig
):
    await node.publish(ada, Ask("Join", id=gig.id))
    for viewer in (eve, bob):
        await node.publish(viewer, Ask("Wait", id=gig.id))

    await node.publish(owner, Ask("Update", id=gig.id, values={"capacity": 2}))
    assert await coming(node, gig) == {ada.id, eve.id}

    await node.publish(owner, Ask("Update", id=gig.id, values={"capacity": None}))
    assert await coming(node, gig) == {ada.id, eve.id, bob.id}
    assert await waiting(node, gig) == set()


async def test_where_there_is_a_place_nobody_waits(node, bob, gig):
    with pytest.raises(Refused, match="There is a place"):
        await node.publish(bob, Ask("Wait", id=gig.id))


async def test_who_has_a_place_does_not_wait_for_one(node, ada, gig):
    await node.publish(ada, Ask("Join", id=gig.id))

    with pytest.raises(Refused, match="have a place already"):
        await node.publish(ada, Ask("Wait", id=gig.id))


async def test_waiting_twice_is_waiting_once_and_can_be_given_up(node, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    first = await node.publish(bob, Ask("Wait", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    assert await waiting(node, gig) == {bob.id}

    await node.publish(bob, Ask("Undo", id=first.id))
    await node.publish(ada, Ask("Leave", id=gig.id))

    assert await coming(node, gig) == set()
    assert await node.held(gig.id) == 0


async def test_of_what_is_cancelled_nobody_is_given_a_place(node, owner, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))
    off = {"status": "CANCELLED"}
    await node.publish(owner, Ask("Update", id=gig.id, values=off))

    await node.publish(ada, Ask("Leave", id=gig.id))

    assert await coming(node, gig) == set()


async def test_who_means_to_come_is_told_of_another_time(node, owner, ada, bob, gig):
    await node.publish(ada, Ask("Join", id=gig.id))
    await node.publish(bob, Ask("Wait", id=gig.id))

    told_ = {"startTime": "2030-07-02T19:30:00+01:00"}
    await node.publish(owner, Ask("Update", id=gig.id, values=told_))
    await node.publish(owner, Ask("Update", id=gig.id, values={"summary": "Loud."}))

    assert await told(node, ada) == ["Update"]
    assert await told(node, bob) == ["Update"]
