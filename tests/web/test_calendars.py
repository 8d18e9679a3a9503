"""All calendars on one page, a month on the wall, and what an event's page says."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from peer.node.outbox import Ask
from peer.web.parts.month import bounds, first_of

ELSEWHERE = "https://blog.example/posts/rye"


@pytest.fixture
async def gig(events):
    return await made(events, "gig", startTime="2030-12-05T19:30:00+00:00")


async def made(events, slug, calendar="main", **values):
    told = {"name": slug.capitalize(), "timezone": "Europe/London", **values}
    asks = [
        Ask("Create", kind="Event", values=told, slug=slug),
        Ask(
            "Add",
            subject=f"{events.base}/calendars/{calendar}",
            relation="scheduled",
            object="@0",
        ),
    ]
    done = await events.node.publish_all(events.node.site, asks)
    return done[0].thing


# -- all calendars ---------------------------------------------------------------------


async def test_each_calendar_says_what_is_on_and_which_posts_it_was_given(events, gig):
    visitor = await events.visitor()

    page = await visitor.get("/calendars")

    words = page.words
    assert words.index("Main calendar") < words.index("Gig") < words.index("Workshops")
    assert words.count("Allocated posts") == 2
    assert ("/schedule", "Schedule an event") in page.links
    assert ("/calendars/main.ics", "Subscribe to Main calendar") in page.links


async def test_what_was_is_on_a_page_of_its_own(events):
    await made(events, "bygone", startTime="2020-01-05T19:30:00+00:00")
    visitor = await events.visitor()

    ahead = await visitor.get("/calendars")
    before = await visitor.get("/calendars?when=past")

    assert "Bygone" not in ahead.words
    assert "Bygone" in before.words


async def test_a_post_from_elsewhere_is_drawn_from_the_copy_that_is_here(events):
    blog = await events.signed_in("Author")
    values = {"name": "Rye", "content": "Flour."}
    done = await events.node.publish_all(
        blog.viewer,
        [
            Ask("Create", kind="Post", values=values),
            Ask(
                "Add",
                subject="@0",
                relation="allocatedTo",
                object=f"{events.base}/calendars/main",
            ),
        ],
    )
    offer = await _offer_of(events, done[1].edge.id)
    await events.node.publish(events.node.site, Ask("Accept", id=offer))
    visitor = await events.visitor()

    for path in ("/calendars", "/calendars/main"):
        page = await visitor.get(path)
        given = page.words.partition("Allocated posts")[2]
        assert given.strip().startswith("Rye")


async def _offer_of(peer, edge):
    entries = await peer.node.store.read(lambda read: read.log(type="Offer"))
    offers = (e.activity for e in entries)
    return next(a.id for a in offers if a.object.id == edge)


async def test_it_asks_as_often_for_many_events_as_for_few(events):
    visitor = await events.visitor()
    few = await visitor.get("/calendars")
    for n in range(10):
        await made(events, f"gig-{n}", startTime=f"2030-12-{n + 1:02}T19:30:00+00:00")

    many = await visitor.get("/calendars")

    assert "Gig-9" in many.words
    assert many.queries <= few.queries + 1


async def test_a_list_of_calendars_can_still_be_sorted(events):
    visitor = await events.visitor()

    page = await visitor.get("/calendars?sort=-name")

    assert page.words.index("Workshops") < page.words.index("Main calendar")


async def test_a_peer_without_calendars_has_no_such_page(blog):
    visitor = await blog.visitor()

    assert (await visitor.get("/calendars")).status == 404


# -- a month ---------------------------------------------------------------------------


async def test_a_month_shows_each_event_on_its_day(events, gig):
    visitor = await events.visitor()

    page = await visitor.get("/calendars?view=month&month=2030-12")

    assert "December 2030" in page.words
    assert ("/events/gig", "19:30 Gig") in page.links
    assert ("/calendars?view=month&month=2030-11", "Month before") in page.links
    assert ("/calendars?view=month&month=2031-01", "Month after") in page.links


async def test_a_month_that_is_none_is_this_one(events):
    visitor, there = await events.visitor(), ZoneInfo("Europe/London")
    before = datetime.now(there)

    page = await visitor.get("/calendars?view=month&month=2030-13")

    assert page.status == 200
    now = {f"{moment:%B %Y}" for moment in (before, datetime.now(there))}
    assert any(month in page.words for month in now)


@pytest.mark.parametrize("told", ["2030-02", "2028-02", "2026-12", "2026-03"])
def test_the_weeks_of_a_month_are_whole(told):
    start, end = bounds(first_of(told, date(2026, 1, 1)), "Europe/London")

    assert (start.weekday(), end.weekday()) == (0, 0)
    assert start.date() <= date.fromisoformat(f"{told}-01") < end.date()


# -- an event ----------------------------------------------------------------------


async def test_whoever_keeps_an_event_calls_it_off_and_is_told_who_hears(events, gig):
    ada, owner = await events.signed_in("Ada"), await events.owner()
    await events.node.publish(ada.viewer, Ask("Join", id=gig.id))
    asking = await owner.get("/events/gig/cancel")
    assert "1 person who is coming" in asking.words

    page = await owner.send(asking)

    assert "This event is cancelled." in page.words
    assert "changed Gig" in (await ada.get("/notices")).words
    calendar = await owner.get("/calendars/main")
    assert "Cancelled" in calendar.words


async def test_what_was_called_off_can_be_held_after_all(events, gig):
    owner = await events.owner()
    await owner.fill(await owner.get("/events/gig/cancel"), "", {"status": "off"})

    page = await owner.fill(await owner.get("/events/gig/cancel"), "", {"status": "on"})

    assert "This event is cancelled." not in page.words


async def test_an_event_is_postponed_to_another_day_or_to_none_yet(events, gig):
    owner = await events.owner()

    page = await owner.send(
        await owner.get("/events/gig/postpone"), startTime="2030-12-12T19:30"
    )
    assert "It was to be on Thu 5 December 2030, 19:30" in page.words
    assert "Thu 12 December 2030, 19:30" in page.words

    page = await owner.send(await owner.get("/events/gig/postpone"), open="yes")
    assert "the new date is not certain yet" in page.words


async def test_postponing_to_when_it_is_anyway_is_a_mistake(events, gig):
    owner = await events.owner()

    page = await owner.send(await owner.get("/events/gig/postpone"))

    assert page.status == 422
    assert "choose another time" in page.words


@pytest.mark.parametrize("what", ["cancel", "postpone"])
async def test_nobody_else_calls_it_off_or_puts_it_off(events, gig, what):
    eve = await events.signed_in("Eve")

    assert (await eve.get(f"/events/gig/{what}")).status == 403
    assert (await eve.post(f"/events/gig/{what}", open="yes")).status == 403


async def test_another_like_it_is_a_form_that_is_filled_in(events, gig):
    steward = await events.signed_in("Steward")

    page = await steward.get("/events/gig/duplicate", follow=True)

    assert dict(page.form("").fields)["name"] == "Gig"
    assert dict(page.form("").fields)["startTime"] == ""


async def test_where_it_is_full_one_can_wait(events):
    await made(events, "small", startTime="2030-12-05T19:30:00+00:00", capacity=1)
    ada, bob = await events.signed_in("Ada"), await events.signed_in("Bob")
    await ada.send(await ada.get("/events/small"), "/do/Join")

    page = await bob.get("/events/small")
    page = await bob.send(page, "/do/Wait")
    assert "You are on the waiting list" in page.words

    await ada.send(await ada.get("/events/small"), "/do/Leave")
    assert "I am not coming after all" in (await bob.get("/events/small")).words


async def test_places_given_to_shops_are_no_reason_to_wait_while_there_are_some(events):
    gig = await made(
        events,
        "dear",
        startTime="2030-12-05T19:30:00+00:00",
        joinMode="external",
        capacity=2,
    )
    await events.node.store.transact(
        lambda tx: tx.hold(gig.id, f"{events.base}/allotments/a", 2, 2)
    )
    ada = await events.signed_in("Ada")

    page = await ada.get("/events/dear")

    assert "Join the waiting list" not in page.words


async def test_who_has_no_account_reads_how_to_wait_for_a_place(events):
    await made(events, "small", startTime="2030-12-05T19:30:00+00:00", capacity=1)
    ada, guest = await events.signed_in("Ada"), await events.visitor()
    way = ("/sign-in?next=/events/small", "Sign in to join the waiting list")
    assert way not in (await guest.get("/events/small")).links

    await ada.send(await ada.get("/events/small"), "/do/Join")

    assert way in (await guest.get("/events/small")).links
