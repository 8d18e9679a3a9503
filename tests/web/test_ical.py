"""Calendars for other programs: what they subscribe to, and what is in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from peer.node.outbox import Ask
from tests.started import BEGINNING

NASTY = "Jam, chutney; and “more”\\ than that " + "é" * 60


@pytest.fixture
async def events(events):
    """In November 2026, whenever it really is: what is put on below lies just ahead."""
    events.clock.set(BEGINNING)
    return events


@pytest.fixture
async def gig(events):
    values = {
        "name": NASTY,
        "summary": "First line",
        "content": "Second\n\nthird",
        "startTime": "2027-07-12T19:30:00+01:00",
        "endTime": "2027-07-12T22:00:00+01:00",
        "timezone": "Europe/London",
        "location": {"name": "The Old Bakery", "city": "Rose Ash"},
    }
    asks = [
        Ask("Create", kind="Event", values=values, slug="gig"),
        Ask(
            "Add",
            subject=f"{events.base}/calendars/main",
            relation="scheduled",
            object="@0",
        ),
    ]
    done = await events.node.publish_all(events.node.site, asks)
    return done[0].thing


async def read(visitor, path):
    page = await visitor.get(path)
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return page, Calendar.from_ical(page.content)


def entries(calendar):
    return {str(each["uid"]): each for each in calendar.walk("VEVENT")}


async def test_an_event_is_a_file_that_any_calendar_reads(events, gig):
    visitor = await events.visitor()

    page, calendar = await read(visitor, "/events/gig.ics")

    [entry] = entries(calendar).values()
    assert str(entry["summary"]) == NASTY
    assert str(entry["uid"]) == gig.id == str(entry["url"])
    assert entry["dtstart"].params["TZID"] == "Europe/London"
    assert entry.decoded("dtstart").isoformat() == "2027-07-12T19:30:00+01:00"
    assert entry.decoded("dtend").astimezone(UTC) == datetime(
        2027, 7, 12, 21, tzinfo=UTC
    )
    assert str(entry["location"]) == "The Old Bakery, Rose Ash"
    assert str(entry["description"]).startswith("First line\n\nSecond")
    assert str(entry["status"]) == "CONFIRMED"
    assert [str(z["tzid"]) for z in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert all(len(line) <= 75 for line in page.content.split(b"\r\n"))


async def test_a_calendar_has_all_that_is_on_it_and_nothing_else(events, gig):
    visitor = await events.visitor()

    _, main = await read(visitor, "/calendars/main.ics")
    _, other = await read(visitor, "/calendars/workshops.ics")

    assert str(main["name"]) == "Main calendar"
    assert gig.id in entries(main)
    assert gig.id not in entries(other)
    assert f"{events.base}/events/members-assembly" not in entries(main)


async def test_what_changed_is_the_same_entry_with_a_higher_number(events, gig):
    visitor = await events.visitor()
    _, before = await read(visitor, "/events/gig.ics")
    events.clock.tick(hours=1)

    off = {"status": "CANCELLED"}
    await events.node.publish(events.node.site, Ask("Update", id=gig.id, values=off))
    _, after = await read(visitor, "/events/gig.ics")

    [was], [now] = entries(before).values(), entries(after).values()
    assert was["uid"] == now["uid"]
    assert now["sequence"] > was["sequence"]
    assert now.decoded("last-modified") > was.decoded("last-modified")
    assert str(now["status"]) == "CANCELLED"


@pytest.fixture
async def chess(events):
    values = {
        "name": "Chess",
        "startTime": "2026-12-03T19:00:00+00:00",
        "timezone": "Europe/London",
        "repeats": "FREQ=WEEKLY;COUNT=20",
        "calendar": f"{events.base}/calendars/main",
    }
    site = events.node.site
    done = await events.node.publish(site, Ask("Create", kind="Series", values=values))
    return done.thing


async def test_a_series_is_one_entry_with_its_rule(events, chess, gig):
    visitor = await events.visitor()

    for path in ("/calendars/main.ics", "/series/chess.ics"):
        _, calendar = await read(visitor, path)

        entry = entries(calendar)[chess.id]
        assert entry["rrule"] == {"FREQ": ["WEEKLY"], "COUNT": [20]}
        assert entry.decoded("dtstart").isoformat() == "2026-12-03T19:00:00+00:00"
        told = [each for each in calendar.walk("VEVENT") if each["summary"] == "Chess"]
        assert len(told) == 1


async def test_a_date_that_is_not_as_the_series_says_takes_its_place(events, chess):
    site, home = events.node.site, f"{events.base}/events/chess"
    off, moved = {"status": "CANCELLED"}, {"startTime": "2026-12-18T20:00:00+00:00"}
    for day, values in (("10", off), ("17", moved)):
        ask = Ask("Update", id=f"{home}-2026-12-{day}", values=values)
        await events.node.publish(site, ask)
    await events.node.publish(site, Ask("Delete", id=f"{home}-2026-12-24"))
    visitor = await events.visitor()

    _, calendar = await read(visitor, "/calendars/main.ics")

    told = [e for e in calendar.walk("VEVENT") if str(e["uid"]) == chess.id]
    days = [e.decoded("recurrence-id").day for e in told if "recurrence-id" in e]
    assert days == [10, 17]
    assert [str(e["status"]) for e in told] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert [each.dt.day for each in told[0]["exdate"].dts] == [24]


async def test_one_date_can_be_had_alone(events, chess):
    visitor = await events.visitor()

    _, calendar = await read(visitor, "/events/chess-2026-12-10.ics")

    [entry] = calendar.walk("VEVENT")
    assert str(entry["uid"]) == f"{events.base}/events/chess-2026-12-10"
    assert "rrule" not in entry


async def test_what_somebody_else_calls_a_date_of_a_series_is_an_event_of_theirs(
    events, chess
):
    eve = await events.signed_in("Eve")
    values = {
        "name": "Not chess",
        "startTime": "2026-12-05T19:00:00+00:00",
        "original": "2026-12-05",
    }
    asks = [
        Ask("Create", kind="Event", values=values, slug="not-chess"),
        Ask("Add", subject="@0", relation="occurs", object=chess.id),
    ]
    await events.node.publish_all(eve.viewer, asks)
    visitor = await events.visitor()

    _, calendar = await read(visitor, "/series/chess.ics")

    assert list(entries(calendar)) == [chess.id]
    assert "Not chess" not in str(calendar)


async def test_the_page_of_a_series_leads_to_its_file(events, chess):
    visitor = await events.visitor()

    page = await visitor.get("/series/chess")

    assert ("/series/chess.ics", "Add all of it to your calendar") in page.links
    assert (await visitor.get("/series/none.ics")).status == 404


async def test_what_has_not_changed_is_not_sent_again(events, gig):
    visitor = await events.visitor()
    first, _ = await read(visitor, "/calendars/main.ics")

    tag = first.headers["ETag"]
    again = await visitor.get("/calendars/main.ics", If_None_Match=tag)

    assert (again.status, again.content) == (304, b"")


async def test_what_is_kept_back_is_told_to_no_program(events):
    owner = await events.owner()

    page = await owner.get("/events/members-assembly.ics")

    assert page.status == 404


# -- somebody's own ------------------------------------------------------------------


async def own_address(visitor):
    page = await visitor.get("/account")
    await visitor.send(page, "/account/calendar")
    page = await visitor.get("/account")
    return next(href for href, _ in page.links if href.startswith("/account/calendar"))


async def test_what_somebody_goes_to_is_at_an_address_that_only_they_know(events, gig):
    ada, stranger = await events.signed_in("Ada"), await events.visitor()
    await events.node.publish(ada.viewer, Ask("Join", id=gig.id))

    address = await own_address(ada)
    page, calendar = await read(stranger, address)  # programs sign in nowhere

    assert list(entries(calendar)) == [gig.id]
    assert page.headers["Cache-Control"].startswith("private")
    assert (await stranger.get("/account/calendar.ics?key=guess")).status == 404
    assert (await stranger.get("/account/calendar.ics")).status == 404


async def test_another_address_ends_the_one_before(events, gig):
    ada, stranger = await events.signed_in("Ada"), await events.visitor()
    first = await own_address(ada)

    second = await own_address(ada)

    assert (await stranger.get(first)).status == 404
    assert (await stranger.get(second)).status == 200
