"""One date of a series, all that follow, or all: what the edit page of a date does."""

from __future__ import annotations

import pytest

from peer.model.query import Query
from peer.node.outbox import Ask
from tests.started import BEGINNING

CHESS = {
    "name": "Chess",
    "startTime": "2026-12-03T19:00:00+00:00",
    "endTime": "2026-12-03T21:30:00+00:00",
    "timezone": "Europe/London",
    "repeats": "FREQ=WEEKLY;BYDAY=TH;COUNT=5",
    "except": "2026-12-24",
}


@pytest.fixture
async def events(events):
    """In November 2026, whenever it really is: what is put on below lies just ahead."""
    events.clock.set(BEGINNING)
    return events


@pytest.fixture
async def steward(events):
    visitor = await events.signed_in("Steward")
    values = {**CHESS, "calendar": f"{events.base}/calendars/main"}
    await events.node.publish(
        visitor.viewer, Ask("Create", kind="Series", values=values)
    )
    return visitor


async def dates(events):
    query = Query(("Event",), "startTime", limit=200)
    found = await events.node.store.read(lambda read: read.find(query).items)
    return [e for e in found if "original" in e.values]


async def change(visitor, day, which, **told):
    page = await visitor.get(f"/events/chess-2026-12-{day:02}/edit")
    return await visitor.fill(page, "", {"which": which, **told})


async def test_one_date_is_changed_alone(events, steward):
    page = await change(steward, 10, "this", name="Blitz")

    assert page.path == "/events/chess-2026-12-10"
    assert [e["name"] for e in await dates(events)] == [
        "Chess",
        "Blitz",
        "Chess",
        "Chess",
    ]


async def test_all_that_lie_ahead_are_changed_at_once(events, steward):
    start, end = "2026-12-10T20:00", "2026-12-10T22:00"

    await change(steward, 10, "all", name="Late chess", startTime=start, endTime=end)

    found = await dates(events)
    assert {e["name"] for e in found} == {"Late chess"}
    assert [e["startTime"][8:16] for e in found] == [
        "03T20:00",
        "10T20:00",
        "17T20:00",
        "31T20:00",
    ]


async def test_from_one_on_they_are_another_series_with_the_same_events(
    events, steward
):
    before = await dates(events)

    await change(steward, 17, "following", name="Go")

    after = await dates(events)
    assert [e.id for e in after] == [e.id for e in before]
    assert [e["name"] for e in after] == ["Chess", "Chess", "Go", "Go"]
    edges = {
        e.id: await events.node.store.read(
            lambda read, id=e.id: read.edges(subject=id, relation="occurs")
        )
        for e in after
    }
    assert [len(some) for some in edges.values()] == [1, 1, 1, 1]
    assert len({some[0].object for some in edges.values()}) == 2


async def test_what_was_deleted_before_stays_so_when_they_are_parted(events, steward):
    gone = f"{events.base}/events/chess-2026-12-17"
    await events.node.publish(steward.viewer, Ask("Delete", id=gone))

    await change(steward, 10, "following", name="Go")

    assert [e["startTime"][8:10] for e in await dates(events)] == ["03", "10", "31"]


async def test_many_are_not_moved_to_another_day_by_one(events, steward):
    page = await change(
        steward, 10, "all", startTime="2026-12-11T19:00", endTime="2026-12-11T21:00"
    )

    assert page.status == 422
    assert "Only one date is moved to another day" in page.words
    assert dict(page.form("").fields)["startTime"] == "2026-12-11T19:00"


async def test_who_does_not_keep_it_changes_none(events, steward):
    eve = await events.signed_in("Eve")
    told = {"which": "all", "name": "Eve was here"}

    page = await eve.post("/events/chess-2026-12-10/edit", **told)

    assert page.status == 403
    assert {e["name"] for e in await dates(events)} == {"Chess"}


# -- the page of a series --------------------------------------------------------------


async def test_the_page_of_a_series_says_when_it_is_and_where_there_is_a_place(events):
    steward, ada = await events.signed_in("Steward"), await events.signed_in("Ada")
    told = {**CHESS, "repeats": "FREQ=WEEKLY;BYDAY=TH;COUNT=30", "capacity": 1}
    ask = Ask("Create", kind="Series", values={**told, "name": "Lessons"})
    await events.node.publish(steward.viewer, ask)
    first = f"{events.base}/events/lessons-2026-12-03"
    await events.node.publish(ada.viewer, Ask("Join", id=first))

    page = await ada.get("/series/lessons")

    assert "Every week on Thursday, 30 times, but not on 24 December 2026" in page.words
    assert "Next with a place: Thu 10 December 2026, 19:00" in page.words
    assert "Thu 3 December 2026, 19:00 Full" in page.words
    assert page.words.count("1 place left") > 20
