"""Two peers of a cooperative, and a post offered by the one to the other's calendar."""

from __future__ import annotations

from peer.model.consent import state
from peer.node import acquaintance
from peer.node.outbox import Ask
from tests.federation.peers import soon


def of_all(way):
    return {name: way.base(name) for name in ("blog", "events", "shop")}


async def standing(peer, subject, relation, object):
    """How the edge stands at ``peer``; empty where there is none."""

    def look(read):
        found = read.edges(subject=subject, relation=relation, object=object)
        return state(found[0], read) if found else ""

    return await peer.node.store.read(look)


async def comes_to_stand(peer, wanted, *ends):
    async def look():
        return await standing(peer, *ends) == wanted

    await soon(look, f"{ends} is {wanted}")


async def allocate(blog, post, calendar):
    await blog.meets(calendar)
    return await blog.does("Add", subject=post, relation="allocatedTo", object=calendar)


async def allocated(blog, events, post, calendar):
    await allocate(blog, post, calendar)
    await comes_to_stand(blog, "mutual", post, "allocatedTo", calendar)
    await comes_to_stand(events, "mutual", post, "allocatedTo", calendar)


async def schedule(events, calendar, post):
    asks = [
        Ask(
            "Create",
            kind="Event",
            values={"name": "Summer Gig", "startTime": "2037-07-12T19:00:00+01:00"},
        ),
        Ask("Add", subject=calendar, relation="scheduled", object="@0"),
        Ask("Add", subject="@0", relation="features", object=post),
    ]
    done = await events.node.publish_all(events.keeper, asks)
    return done[0].object.id


async def says(peer, id, **values):
    thing = await peer.get(id)
    return thing is not None and all(thing.get(n) == v for n, v in values.items())


async def knows_calendars(blog, calendar):
    async def look():
        known = await blog.node.store.read(
            lambda read: read.recall("calendars-beside", calendar.partition("/cal")[0])
        )
        if known is None:
            await acquaintance.meet(blog.node, calendar.partition("/cal")[0])
        return known

    await soon(look, "the calendars of the other peer are known")
