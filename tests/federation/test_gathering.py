"""Events: as Mobilizon, Gancio and Mastodon want them, with guests from everywhere."""

from __future__ import annotations

import pytest

from tests.federation.fediverse.dialects import DIALECTS
from tests.federation.peers import soon

EVENT = {
    "name": "Night of short films",
    "content": "Twelve films, one intermission.",
    "startTime": "2030-09-12T19:30:00+01:00",
    "endTime": "2030-09-12T23:00:00+01:00",
    "timezone": "Europe/Lisbon",
}


def is_event(said):
    return isinstance(said["object"], dict) and said["object"].get("type") == "Event"


@pytest.fixture
async def calendar(events):
    return await events.makes("Calendar", name="City")


@pytest.fixture
async def schedule(events, calendar):
    """``await schedule(capacity=2)``: an event of the calendar's."""

    async def make(**values):
        return await events.makes_related(
            "Event", "scheduled", subject=calendar, **{**EVENT, **values}
        )

    return make


@pytest.fixture
async def follower(server, calendar):
    """Each kind follows the calendar as it can: Mobilizon in the name of the server."""
    fan = server.itself if server.dialect.name == "mobilizon" else server.actor("ana")
    await fan.follow(calendar)
    await server.got("Accept")
    return fan


# -- they hear of it -----------------------------------------------------------------


async def test_an_event_is_the_calendars(server, follower, calendar, schedule):
    id = await schedule()

    create = await server.got(is_event)
    event = create.object
    assert event["id"] == id
    assert create.activity["actor"] == event["attributedTo"] == calendar
    assert event["startTime"].startswith("2030-09-12T19:30:00")
    assert event["timezone"] == "Europe/Lisbon"


async def test_an_event_that_is_put_on_a_calendar_later_is_told_then(
    mastodon, events, calendar
):
    await mastodon.actor("ana").follow(calendar)
    id = await events.makes("Event", **EVENT)

    await events.does("Add", subject=calendar, relation="scheduled", object=id)

    told = await mastodon.got(lambda said: id in str(said["object"]))
    assert told.activity["actor"] == calendar


async def test_date_and_place_are_in_the_summary_for_mastodon(
    mastodon, calendar, schedule
):
    await mastodon.actor("ana").follow(calendar)

    await schedule()

    create = await mastodon.got(is_event)
    assert "2030" in create.object["summary"]
    assert "19:30" in create.object["summary"]


async def test_what_is_cancelled_says_so(server, follower, events, schedule):
    id = await schedule()
    await server.got(is_event)

    await events.does("Update", id, values={"status": "CANCELLED"})

    update = await server.got("Update")
    assert update.object["status"] == update.object["ical:status"] == "CANCELLED"
    assert update.object["name"].startswith("CANCELLED")


async def test_gancio_reads_the_outbox_when_it_follows(gancio, calendar, schedule):
    id = await schedule()
    await gancio.itself.follow(calendar)
    await gancio.got("Accept")

    actor = await gancio.lookup(calendar)
    outbox = await gancio.read(actor["outbox"])
    first = outbox["first"]
    page = first if isinstance(first, dict) else await gancio.read(first)

    events = [said["object"] for said in page["orderedItems"]]
    assert [event["id"] for event in events if event["type"] == "Event"] == [id]
    for said in page["orderedItems"]:
        for rule in DIALECTS["gancio"].rules:
            assert list(rule(said, b"")) == []


async def test_what_is_next_comes_first(events, calendar, schedule, mobilizon):
    later = await schedule(startTime="2031-01-01T10:00:00Z", endTime=None)
    sooner = await schedule(startTime="2030-01-01T10:00:00Z", endTime=None)

    actor = await mobilizon.lookup(calendar)
    upcoming = await events.items(actor["upcomingEvents"])

    ids = [each if isinstance(each, str) else each["id"] for each in upcoming]
    assert ids == [sooner, later]


# -- they come -----------------------------------------------------------------------


async def test_guests_of_each_kind_come_and_are_told(server, events, schedule):
    """By Join, or by accepting the event as though it were an invitation."""
    id = await schedule()
    ana = server.actor("ana")

    join = await ana.join(id)

    assert await events.holds(ana.id, "attending", id)
    if join["type"] == "Join":
        accept = await server.got("Accept")
        assert accept.object["id"] == join["id"]


async def test_guests_of_each_kind_stay_at_home_after_all(server, events, schedule):
    id = await schedule()
    ana = server.actor("ana")
    join = await ana.join(id)

    await ana.leave(id, join)

    assert not await events.holds(ana.id, "attending", id)


@pytest.mark.parametrize("name", ["friendica", "hubzilla"])
async def test_somebody_may_come(start, name, events, schedule):
    ana = (await start(name)).actor("ana")
    id = await schedule()

    await ana.join(id, verb="TentativeAccept")

    assert await events.holds(ana.id, "interested", id)
    assert not await events.holds(ana.id, "attending", id)


async def test_nobody_comes_where_there_is_no_place_left(mobilizon, events, schedule):
    id = await schedule(capacity=2)
    guests = [mobilizon.actor(name) for name in ("ana", "bob", "cleo")]

    for guest in guests:
        await guest.join(id)

    waits = await events.edges(relation="waits", object=id)
    assert [edge.subject for edge in waits] == [guests[2].id]
    await soon(events.has_said_all, "all is told")
    assert len(mobilizon.all("Accept")) == 2
    assert mobilizon.all("Reject") == []
    assert await events.total(f"{id}/attendees") == 2


async def test_a_place_that_is_given_back_is_free(mobilizon, events, schedule):
    id = await schedule(capacity=1)
    ana, bob = mobilizon.actor("ana"), mobilizon.actor("bob")
    join = await ana.join(id)

    await ana.leave(id, join)
    await bob.join(id)

    assert await events.holds(bob.id, "attending", id)


async def test_the_same_join_twice_takes_one_place(mobilizon, events, schedule):
    id = await schedule(capacity=2)
    ana = mobilizon.actor("ana")
    join = await ana.join(id)

    await ana.deliver(join, events.inbox)
    await ana.join(id)

    assert await events.node.store.read(lambda read: read.held(id)) == 1


@pytest.mark.parametrize(
    "why", [{"status": "CANCELLED"}, {"joinMode": "external"}, {"past": True}]
)
async def test_who_cannot_come_is_told_why(mobilizon, schedule, why):
    if why.pop("past", False):
        why = {"startTime": "2020-01-01T10:00:00Z", "endTime": "2020-01-01T11:00:00Z"}
    id = await schedule(**why)

    await mobilizon.actor("ana").join(id)

    reject = await mobilizon.got("Reject")
    assert reject.activity["content"]


# -- we go to theirs -----------------------------------------------------------------


async def test_we_go_to_an_event_of_theirs(mobilizon, events):
    group = mobilizon.actor("bakers", kind="Group")
    event = group.note(
        "Come!", kind="Event", name="Open doors", startTime="2030-01-01T10:00:00Z"
    )
    await events.meets(event["id"])

    await events.does("Join", event["id"])

    join = await mobilizon.got("Join")
    assert join.object == event["id"]
    await events.comes_to_hold(events.actor, "attending", event["id"])
