"""No page asks the store more than ten times, however much there is to show."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask
from tests.web.market import ticket

BUDGET = 10
EVENT = {"timezone": "Europe/London", "joinMode": "external", "capacity": 50}
MANY = 12
ALL = (
    "/",
    "/events",
    "/events?when=past",
    "/calendars",
    "/calendars?when=past",
    "/calendars?view=month&month=2030-12",
    "/calendars/main",
    "/events/gig-0",
    "/events/gig-0/buy",
    "/posts/post-0",
    "/places/the-old-bakery",
)


async def publish(peer, *asks):
    return await peer.node.publish_all(peer.node.site, asks)


async def grow(peer, number):
    """One more event with a ticket, and one more post that it features."""
    main = f"{peer.base}/calendars/main"
    post = {"name": f"Post {number}", "content": "Flour."}
    day = f"2030-12-{number + 1:02}T19:30:00+00:00"
    values = {**EVENT, "name": f"Gig {number}", "startTime": day}
    done = await publish(
        peer,
        Ask("Create", kind="Post", values=post, slug=f"post-{number}"),
        Ask("Add", subject="@0", relation="allocatedTo", object=main),
        Ask("Create", kind="Event", values=values, slug=f"gig-{number}"),
        Ask("Add", subject=main, relation="scheduled", object="@2"),
        Ask("Add", subject="@2", relation="features", object="@0"),
        Ask("Add", subject="@0", relation="tagged", object=f"{peer.base}/tags/music"),
    )
    await ticket(peer, done[2].object.id, f"standard-{number}")


async def replied(peer, number):
    """Somebody has something to say of the event, the post and the calendar."""
    for path in ("events/gig-0", "posts/post-0"):
        note = {"content": f"<p>Answer {number}</p>"}
        await publish(
            peer,
            Ask("Create", kind="Note", values=note),
            Ask(
                "Add", subject="@0", relation="inReplyTo", object=f"{peer.base}/{path}"
            ),
        )


async def offered(peer, number):
    """A member would have a post of theirs on the calendar."""
    author = await peer.signed_in(f"Author{number}")
    asks = [
        Ask("Create", kind="Post", values={"name": f"Rye {number}", "content": "."}),
        Ask(
            "Add",
            subject="@0",
            relation="allocatedTo",
            object=f"{peer.base}/calendars/main",
        ),
    ]
    await peer.node.publish_all(author.viewer, asks)


@pytest.fixture
async def events(make_peer):
    return await make_peer("events")


@pytest.mark.parametrize("who", ["a guest", "a member", "who keeps it"])
async def test_no_page_asks_more_often_than_it_may(events, who):
    visitors = {
        "a guest": events.visitor,
        "a member": lambda: events.signed_in("Ada"),
        "who keeps it": events.owner,
    }
    visitor = await visitors[who]()
    for number in range(MANY):
        await grow(events, number)
    for number in range(3):
        await replied(events, number)
        await offered(events, number)

    asked = {path: (await visitor.get(path)).queries for path in ALL}

    assert {path: count for path, count in asked.items() if count > BUDGET} == {}


async def test_the_queue_of_a_calendar_is_read_at_once(events):
    owner = await events.owner()
    await offered(events, 0)
    few = await owner.get("/calendars/main")

    for number in range(1, 9):
        await offered(events, number)
    many = await owner.get("/calendars/main")

    assert "Rye 8" in many.words.partition("Offered posts")[2]
    assert few.queries == many.queries <= BUDGET


async def test_a_calendar_with_posts_asks_as_often_as_with_many(events):
    visitor = await events.visitor()
    for number in range(2):
        await grow(events, number)
    few = {path: (await visitor.get(path)).queries for path in ALL}

    for number in range(2, MANY):
        await grow(events, number)
    many = {path: (await visitor.get(path)).queries for path in ALL}

    assert "Gig 9" in (await visitor.get("/calendars/main")).words
    assert few == many
