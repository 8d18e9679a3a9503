"""Putting an event on a calendar: one screen, and all of it or nothing."""

from __future__ import annotations

import pytest

from peer.model.query import Query
from peer.node.outbox import Ask
from tests.started import BEGINNING

GIG = {
    "name": "Summer Gig",
    "startTime": "2031-07-12T19:30",
    "endTime": "2031-07-12T22:00",
    "timezone": "Europe/London",
    "location.name": "The Old Bakery",
}


@pytest.fixture
async def events(events):
    """In November 2026, whenever it really is: what is put on below lies just ahead."""
    events.clock.set(BEGINNING)
    return events


@pytest.fixture
async def steward(events):
    return await events.signed_in("Steward")


async def things(peer, kind, name):
    query = Query((kind,), "published", limit=200)
    found = await peer.node.store.read(lambda read: read.find(query).items)
    return [thing for thing in found if thing.get("name") == name]


async def edges(peer, **ends):
    return await peer.node.store.read(lambda read: read.edges(**ends))


async def schedule(visitor, **told):
    page = await visitor.get("/schedule", follow=True)
    return await visitor.fill(page, "", {**GIG, **told})


async def test_one_screen_puts_an_event_on_the_main_calendar(steward):
    page = await schedule(steward)

    assert page.path == "/calendars/main"
    assert "It is on the calendar." in page.words
    assert "Summer Gig" in page.words


async def test_who_is_not_signed_in_is_led_through_signing_in(events):
    stranger = await events.visitor()

    page = await stranger.get("/schedule")

    assert page.status == 303
    assert page.location == "/sign-in?next=%2Fschedule"


async def test_the_zone_of_the_calendar_is_set_already(steward):
    page = await steward.get("/schedule", follow=True)

    assert "<option selected>Europe/London" in page.text


async def test_times_are_meant_by_the_clocks_of_the_zone(events, steward):
    await schedule(steward, timezone="America/New_York")

    [gig] = await things(events, "Event", "Summer Gig")
    assert gig["startTime"] == "2031-07-12T19:30:00-04:00"


async def test_a_place_of_ours_brings_its_address_and_lists_the_event(events, steward):
    await schedule(steward)

    [gig] = await things(events, "Event", "Summer Gig")
    bakery = f"{events.base}/places/the-old-bakery"
    assert gig["location"]["street"] == "3 Mill Lane"
    [edge] = await edges(events, subject=gig.id, relation="located")
    assert edge.object == bakery


async def test_any_other_place_is_a_name(events, steward):
    await schedule(steward, **{"location.name": "Behind the weir"})

    [gig] = await things(events, "Event", "Summer Gig")
    assert gig["location"] == {"name": "Behind the weir"}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": ""}, "Title is required."),
        ({"startTime": "soon"}, "Starts is a date and a time"),
        ({"endTime": "2031-07-12T18:00"}, "Ends"),
        ({"joinMode": "external"}, "Name one kind of ticket"),
        ({"ticket-1.price.amount": "10.00"}, "Tickets are named below"),
        (
            {"joinMode": "external", "ticket-1.price.amount": "10.00"},
            "Ticket 1: Places is required.",
        ),
        (
            {
                "joinMode": "external",
                "ticket-2.price.amount": "ten",
                "ticket-2.quantity": "5",
            },
            "Ticket 2: Ticket is required. Price",
        ),
        (
            {
                "capacity": "40",
                "joinMode": "external",
                "ticket-1.price.amount": "10.00",
                "ticket-1.quantity": "50",
            },
            "There are 50 tickets below for 40 places.",
        ),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    events, steward, told, said
):
    page = await schedule(steward, **told)

    assert page.status == 422
    assert said in page.words
    typed = {**GIG, **told}
    assert f"<option selected>{typed.pop('timezone')}" in page.text
    assert typed.items() <= dict(page.form("").fields).items()
    assert await things(events, "Event", "Summer Gig") == []


# -- again and again -------------------------------------------------------------------

CHESS = {
    "name": "Chess",
    "location.name": "Behind the weir",
    "startTime": "2026-12-03T19:00",
    "endTime": "2026-12-03T21:30",
    "repeats.every": "week",
    "repeats.until": "2026-12-31",
    "repeats.except": "2026-12-24",
}


async def test_every_thursday_until_the_end_of_the_year_but_not_on_one(events, steward):
    page = await schedule(steward, **CHESS)

    assert page.path == "/calendars/main"
    starts = sorted(e["startTime"] for e in await things(events, "Event", "Chess"))
    assert starts == [f"2026-12-{day:02}T19:00:00+00:00" for day in (3, 10, 17, 31)]
    assert page.words.count("Chess") == 4


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"repeats.on": ["TU"]}, "It starts on a Thursday"),
        ({"repeats.count": "9"}, "not both"),
        ({"repeats.until": "2026-11-30"}, "The last day is before the first."),
        ({"repeats.until": "soon"}, "is not a date such as"),
        ({"repeats.count": "0", "repeats.until": ""}, "from once to 400 times"),
        ({"repeats.except": "Christmas"}, "is no day such as"),
    ],
)
async def test_a_repetition_that_means_nothing_is_said_at_its_place(
    events, steward, told, said
):
    page = await schedule(steward, **{**CHESS, **told})

    assert page.status == 422
    assert said in page.words
    assert await things(events, "Series", "Chess") == []
    assert ("repeats.every", "week") in page.form("").fields


# -- tickets --------------------------------------------------------------------------

SHOP = "http://shop.localhost:1"
TICKETED = {
    "joinMode": "external",
    "ticket-1.price.amount": "10.00",
    "ticket-1.quantity": "50",
}


@pytest.fixture
async def keeper(make_peer):
    """Somebody of an events peer whose cooperative has a shop."""
    peer = await make_peer("events", peers={"shop": SHOP})
    peer.clock.set(BEGINNING)
    return peer, await peer.signed_in("Keeper")


async def test_places_are_offered_to_the_known_shop_with_the_event(keeper):
    peer, steward = keeper

    await schedule(steward, **TICKETED)

    [gig] = await things(peer, "Event", "Summer Gig")
    [edge] = await edges(peer, subject=gig.id, relation="allots")
    given = await peer.node.store.read(lambda read: read.get(edge.object))
    assert given["name"] == "Standard"
    assert given["price"] == {"amount": 1000, "currency": "GBP"}
    assert (given["quantity"], given["shop"]) == (50, f"{SHOP}/actor")


async def test_a_shop_that_is_nobody_is_said_at_its_row_and_nothing_is_made(keeper):
    peer, steward = keeper

    page = await schedule(steward, **TICKETED, **{"ticket-1.shop": "no shop at all"})

    assert page.status == 422
    assert "Ticket 1: Write an address like" in page.words
    assert await things(peer, "Event", "Summer Gig") == []


async def test_every_date_of_a_series_has_places_of_its_own(keeper):
    peer, steward = keeper

    await schedule(steward, **CHESS, **TICKETED)

    found = await things(peer, "Event", "Chess")
    given = {e.id: await edges(peer, subject=e.id, relation="allots") for e in found}
    assert len({edge.object for some in given.values() for edge in some}) == 4


# -- places --------------------------------------------------------------------------


async def test_a_place_that_is_taken_then_is_said_and_can_be_shared(events, steward):
    await schedule(steward)
    later = {"name": "Choir", "startTime": "2031-07-12T20:00"}

    page = await schedule(steward, **later)
    assert page.status == 409
    assert "The Old Bakery is taken then by Summer Gig" in page.words
    assert "It is free for as long from Sat 12 July 2031, 22:00" in page.words
    assert await things(events, "Event", "Choir") == []

    await steward.fill(page, "", {"anyway": "yes"})
    assert len(await things(events, "Event", "Choir")) == 1


async def test_a_series_that_meets_something_once_is_told_of_it(events, steward):
    await schedule(steward)
    weekly = {"startTime": "2031-07-05T21:00", "endTime": "", "repeats.every": "week"}

    page = await schedule(steward, name="Chess", **weekly)

    assert page.status == 409
    assert "is taken then by Summer Gig" in page.words
    assert await things(events, "Series", "Chess") == []


async def test_a_place_says_how_many_fit_unless_the_event_does(events, steward):
    bakery = f"{events.base}/places/the-old-bakery"
    room = Ask("Update", id=bakery, values={"capacity": 60})
    await events.node.publish(events.node.site, room)

    await schedule(steward)
    await schedule(
        steward, name="Small", startTime="2031-08-01T19:30", endTime="", capacity="12"
    )

    [gig] = await things(events, "Event", "Summer Gig")
    [small] = await things(events, "Event", "Small")
    assert (gig["capacity"], small["capacity"]) == (60, 12)


# -- what helps whoever fills it in ---------------------------------------------------


async def test_what_is_wrong_stands_at_its_field_as_well(steward):
    page = await schedule(steward, name="", endTime="2031-07-12T18:00")

    told = {each["id"]: each for _, each in page.tags if each.get("id")}
    for field in ("field-name", "field-endTime"):
        assert told[field]["aria-invalid"] == "true"
        assert told[field]["aria-describedby"] == f"{field}-error"
        assert f"{field}-error" in told


async def test_what_is_over_already_is_put_on_only_if_that_is_meant(events, steward):
    past = {"startTime": "2020-07-12T19:30", "endTime": "2020-07-12T22:00"}

    page = await schedule(steward, **past)

    assert page.status == 409
    assert "That is over already" in page.words
    assert await things(events, "Event", "Summer Gig") == []

    after = await steward.fill(page, "", {"past": "yes"})

    assert after.path == "/calendars/main"
    assert len(await things(events, "Event", "Summer Gig")) == 1


async def test_zones_are_offered_by_continent_without_aliases(steward):
    page = await steward.get("/schedule", follow=True)

    for offered in ("Europe/Berlin", "Pacific/Auckland", "UTC"):
        assert f"<option>{offered}\n" in page.text
    for left_out in ("Factory", "localtime", "GB-Eire", "Etc/GMT+1", "US/Pacific"):
        assert left_out not in page.text
