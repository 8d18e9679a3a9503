"""A series and its dates: made ahead, kept in step, and left alone where changed."""

from __future__ import annotations

import pytest

from peer.model.series import dates_of
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.ripening import carry_out_ripe

CHESS = {
    "name": "Chess",
    "startTime": "2026-12-03T19:00:00+00:00",
    "endTime": "2026-12-03T21:30:00+00:00",
    "timezone": "Europe/London",
    "repeats": "FREQ=WEEKLY;BYDAY=TH;COUNT=4",
}


@pytest.fixture
async def calendar(node, owner):
    ask = Ask("Create", kind="Calendar", values={"name": "Main"})
    return (await node.publish(owner, ask)).thing


@pytest.fixture
async def chess(node, ada, calendar):
    values = {**CHESS, "calendar": calendar.id}
    return (await node.publish(ada, Ask("Create", kind="Series", values=values))).thing


async def dates(node):
    events = await node.all("Event")
    return sorted(events, key=lambda e: e["startTime"])


async def days(node):
    return [event["startTime"][:10] for event in await dates(node)]


async def test_each_date_is_an_event_of_its_own_on_the_calendar(node, chess, calendar):
    events = await dates(node)

    assert [e["startTime"] for e in events] == [
        f"2026-12-{day:02}T19:00:00+00:00" for day in (3, 10, 17, 24)
    ]
    assert {e["name"] for e in events} == {"Chess"}
    assert events[0].id == f"{node.base}/events/chess-2026-12-03"
    for event in events:
        [series] = await node.edges(subject=event.id, relation="occurs")
        [there] = await node.edges(object=event.id, relation="scheduled")
        assert (series.object, there.subject) == (chess.id, calendar.id)


async def test_a_rule_that_is_none_is_refused_at_its_field(node, ada):
    values = {**CHESS, "repeats": "now and then"}

    with pytest.raises(Refused) as refused:
        await node.publish(ada, Ask("Create", kind="Series", values=values))

    assert list(refused.value.problems) == ["repeats"]
    assert await node.all("Event") == []


async def test_days_that_are_left_out_are_not_made_and_others_are_added(node, ada):
    told = {"except": "2026-12-10", "also": "2026-12-12"}

    await node.publish(ada, Ask("Create", kind="Series", values={**CHESS, **told}))

    assert await days(node) == ["2026-12-03", "2026-12-12", "2026-12-17", "2026-12-24"]


async def test_seven_stays_seven_when_the_clocks_change(node, ada):
    values = {**CHESS, "repeats": "FREQ=WEEKLY;BYDAY=TH"}

    await node.publish(ada, Ask("Create", kind="Series", values=values))

    starts = [event["startTime"][10:] for event in await dates(node)]
    assert set(starts) == {"T19:00:00+00:00", "T19:00:00+01:00"}


async def test_what_goes_on_for_ever_is_made_as_time_goes_on(node, ada, clock):
    values = {**CHESS, "repeats": "FREQ=WEEKLY;BYDAY=TH"}
    await node.publish(ada, Ask("Create", kind="Series", values=values))
    before = await days(node)

    for _ in range(3):
        clock.tick(days=31)
        await carry_out_ripe(node.node)

    after = await days(node)
    assert after[: len(before)] == before
    assert len(after) > len(before) + 8
    assert len(after) == len(set(after))


async def test_a_change_of_the_series_is_a_change_of_every_date_ahead(
    node, ada, chess, clock
):
    clock.tick(days=15)  # two of them were
    await node.publish(ada, Ask("Update", id=chess.id, values={"name": "Go"}))

    assert [e["name"] for e in await dates(node)] == ["Chess", "Go", "Go", "Go"]


async def test_a_date_that_was_moved_stays_where_it_was_moved(node, ada, chess):
    second = (await dates(node))[1]
    moved = {"startTime": "2026-12-11T18:00:00+00:00", "endTime": None}
    await node.publish(ada, Ask("Update", id=second.id, values=moved))

    later = {
        "startTime": "2026-12-03T20:00:00+00:00",
        "endTime": "2026-12-03T22:00:00+00:00",
        "name": "Late chess",
    }
    await node.publish(ada, Ask("Update", id=chess.id, values=later))

    starts = [event["startTime"] for event in await dates(node)]
    assert starts == [
        "2026-12-03T20:00:00+00:00",
        "2026-12-11T18:00:00+00:00",
        "2026-12-17T20:00:00+00:00",
        "2026-12-24T20:00:00+00:00",
    ]
    assert {e["name"] for e in await dates(node)} == {"Late chess"}


async def test_a_date_that_was_cancelled_stays_cancelled(node, ada, chess):
    second = (await dates(node))[1]
    await node.publish(ada, Ask("Update", id=second.id, values={"status": "CANCELLED"}))

    await node.publish(ada, Ask("Update", id=chess.id, values={"name": "Go"}))

    assert (await node.get(second.id))["status"] == "CANCELLED"


async def test_a_date_that_was_deleted_does_not_come_back(node, ada, chess):
    second = (await dates(node))[1]
    await node.publish(ada, Ask("Delete", id=second.id))

    await node.publish(ada, Ask("Update", id=chess.id, values={"name": "Go"}))

    assert (await node.get(second.id)).deleted
    assert await days(node) == ["2026-12-03", "2026-12-17", "2026-12-24"]


async def test_a_date_that_is_none_any_more_goes_or_is_cancelled_where_one_came(
    node, ada, bob, chess
):
    first, second, *_ = await dates(node)
    await node.publish(bob, Ask("Join", id=second.id))

    told = {"repeats": "FREQ=WEEKLY;BYDAY=FR;COUNT=2"}
    await node.publish(ada, Ask("Update", id=chess.id, values=told))

    assert await days(node) == ["2026-12-04", "2026-12-10", "2026-12-11"]
    assert (await node.get(first.id)).deleted
    assert (await node.get(second.id))["status"] == "CANCELLED"


async def test_followers_are_not_told_of_all_dates_at_once(node, ada, chess, clock):
    created = [e.activity for e in await node.log() if e.activity.type == "Create"]
    quiet = {
        a.object["startTime"][:10]: bool(a.notes.get("quiet"))
        for a in created
        if a.object.kind == "Event"
    }
    assert quiet == {
        "2026-12-03": False,
        "2026-12-10": False,
        "2026-12-17": False,
        "2026-12-24": True,
    }

    clock.tick(days=6)
    await carry_out_ripe(node.node)

    told = [e.activity for e in await node.log() if e.activity.type == "Announce"]
    assert [a.object["startTime"][:10] for a in told] == ["2026-12-24"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": -1},
        {"quantity": True},
        {"price": {"amount": -5, "currency": "GBP"}},
        {"price": 5},
        {"shop": "javascript:alert(1)"},
        {"shop": 7},
        {"name": ""},
    ],
)
async def test_tickets_that_no_shop_could_be_offered_are_refused(node, ada, wrong):
    row = {
        "name": "Standard",
        "price": {"amount": 1000, "currency": "GBP"},
        "quantity": 5,
        "shop": "https://shop.example/actor",
    }
    values = {**CHESS, "tickets": [{**row, **wrong}]}

    with pytest.raises(Refused, match="cannot be offered"):
        await node.publish(ada, Ask("Create", kind="Series", values=values))


async def test_an_event_of_somebody_else_is_no_date_of_a_series(node, bob, chess):
    values = {
        "name": "Bob's",
        "startTime": CHESS["startTime"],
        "original": "2026-12-03",
    }
    asks = [
        Ask("Create", kind="Event", values=values),
        Ask("Add", subject="@0", relation="occurs", object=chess.id),
    ]
    await node.publish_all(bob, asks)

    there = await node.store.read(lambda read: dates_of(chess.id, read))

    assert {event["name"] for event in there.values()} == {"Chess"}
