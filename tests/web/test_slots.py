"""Several times on one day, which people book: put on by one form, shown together."""

from __future__ import annotations

import pytest

from peer.model.query import Query
from peer.web.parts.times import times
from tests.started import BEGINNING

BENCH = {
    "name": "At the bench",
    "startTime": "2031-07-12T10:00",
    "endTime": "2031-07-12T10:50",
    "timezone": "Europe/London",
    "location.name": "The Old Bakery",
    "capacity": "6",
}
SLOTS = {"times.every": "60", "times.last": "12:00"}
SATURDAYS = {"repeats.every": "week", "repeats.count": "20"}


@pytest.fixture
async def events(events):
    """In November 2026, whenever it really is: what is put on below lies just ahead."""
    events.clock.set(BEGINNING)
    return events


@pytest.fixture
async def steward(events):
    return await events.signed_in("Steward")


async def dates(events):
    query = Query(("Event",), "startTime", limit=500)
    found = await events.node.store.read(lambda read: read.find(query).items)
    return [each for each in found if each.get("name") == "At the bench"]


async def schedule(visitor, **told):
    page = await visitor.get("/schedule", follow=True)
    return await visitor.fill(page, "", {**BENCH, **told})


async def test_one_form_puts_on_every_slot_of_a_day(events, steward):
    page = await schedule(steward, **SLOTS)

    assert page.path == "/calendars/main"
    found = await dates(events)
    assert [(e["startTime"], e["endTime"]) for e in found] == [
        ("2031-07-12T10:00:00+01:00", "2031-07-12T10:50:00+01:00"),
        ("2031-07-12T11:00:00+01:00", "2031-07-12T11:50:00+01:00"),
        ("2031-07-12T12:00:00+01:00", "2031-07-12T12:50:00+01:00"),
    ]
    assert {e["capacity"] for e in found} == {6}


async def test_every_saturday_has_its_slots_right_across_a_change_of_the_clock(
    events, steward
):
    start = {"startTime": "2026-12-05T10:00", "endTime": "2026-12-05T10:50"}

    await schedule(steward, **start, **SLOTS, **SATURDAYS)

    found = await dates(events)
    assert len(found) == 3 * 20
    assert {e["startTime"][11:16] for e in found} == {"10:00", "11:00", "12:00"}
    assert {e["startTime"][-6:] for e in found} == {"+00:00", "+01:00"}


async def test_each_slot_has_places_of_its_own_and_says_how_many_are_left(
    events, steward
):
    await schedule(steward, **SLOTS, capacity="1")
    ada = await events.signed_in("Ada")
    first, second, _ = [e.id.removeprefix(events.base) for e in await dates(events)]

    await ada.send(await ada.get(second), "/do/Join")

    words = (await ada.get(first)).words.partition("Other times")[2]
    told = " ".join(words.replace(", 12 July 2031", "").split())
    assert told.startswith("12 July 2031 11:00 Full 12:00 1 left")
    assert "10:00" not in told.partition("left")[0]


async def test_a_series_shows_the_times_of_all_its_slots(events, steward):
    start = {"startTime": "2026-12-05T10:00", "endTime": "2026-12-05T10:50"}
    await schedule(steward, **start, **SLOTS, **SATURDAYS)
    visitor = await events.visitor()

    page = await visitor.get("/series/at-the-bench")

    ahead = page.words.partition("Times ahead")[2]
    days = ahead.split("12 December 2026", 1)
    assert days[0].index("10:00") < days[0].index("11:00") < days[0].index("12:00")
    assert "6 left" in days[1]


async def test_slots_ask_for_no_more_however_many_there_are(events, steward):
    visitor = await events.visitor()
    await schedule(steward, **SLOTS)
    few = await visitor.get("/events/at-the-bench")

    long = {"name": "Long day", "location.name": "Loft", "times.every": "10"}
    await schedule(steward, **{**SLOTS, **long})
    many = await visitor.get("/events/long-day")

    assert many.words.count("6 left") > few.words.count("6 left") > 1
    assert few.queries == many.queries <= 10


async def test_a_preview_says_at_which_times_it_is_held(steward):
    page = await schedule(steward, **SLOTS, look="yes")

    assert "at 3 times" in page.words
    assert "11:00, 12:00" in page.words


async def test_what_means_no_times_is_said_at_its_place_and_nothing_is_lost(
    events, steward
):
    page = await schedule(steward, **{"times.at": "noon"})

    assert page.status == 422
    assert "“noon” is not a time of the day" in page.words
    assert dict(page.form("").fields)["times.at"] == "noon"
    assert await dates(events) == []


async def test_a_place_that_is_taken_at_one_of_the_times_is_said(events, steward):
    lunch = {"startTime": "2031-07-12T12:10", "endTime": "2031-07-12T12:40"}
    await schedule(steward, **lunch, name="Lunch")

    page = await schedule(steward, **SLOTS)

    assert page.status == 409
    assert "by Lunch" in page.words


# -- what is typed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "others"),
    [
        ({}, []),
        ({"times.at": "11:00 12.30, 9:00"}, None),
        ({"times.at": "12.30; 11:00 11:00 10:00"}, ["11:00", "12:30"]),
        ({"times.every": "90", "times.last": "13:00"}, ["11:30", "13:00"]),
        (
            {"times.every": "90", "times.last": "13:00", "times.at": "20:00"},
            ["11:30", "13:00", "20:00"],
        ),
        ({"times.every": "90", "times.last": "09:00"}, []),
    ],
)
def test_times_are_read_as_they_are_meant(told, others):
    found = times(told, "2031-07-12T10:00")

    if others is None:
        assert "Let it start with the first" in found.problem
    else:
        assert [f"{each:%H:%M}" for each in found.others] == others


@pytest.mark.parametrize(
    "told",
    [
        {"times.every": "60"},
        {"times.last": "12:00"},
        {"times.every": "1", "times.last": "12:00"},
        {"times.every": "5", "times.last": "23:59"},
        {"times.every": "1e3", "times.last": "12:00"},
        {"times.every": "\N{ARABIC-INDIC DIGIT SIX}0", "times.last": "12:00"},
        {"times.every": "60", "times.last": "25:00"},
        {"times.at": "24:00"},
        {"times.at": "10:00:00"},
    ],
)
def test_what_cannot_be_read_is_a_sentence(told):
    found = times(told, "2031-07-12T10:00")

    assert found.problem.endswith(".")
    assert found.others == ()
