"""An event is looked at before it is published: nothing is kept, nothing is lost."""

from __future__ import annotations

import pytest

from peer.model.query import Query

SONGS = {
    "name": "Songs",
    "startTime": "2031-07-03T19:30",
    "endTime": "2031-07-03T22:00",
    "timezone": "Europe/London",
    "location.name": "Upstairs",
}
WEEKLY = {**SONGS, "repeats.every": "week", "repeats.until": "2031-08-28"}


@pytest.fixture
async def steward(events):
    return await events.signed_in("Steward")


async def looks(steward, **told):
    form = await steward.get("/calendars/main/schedule")
    return await steward.fill(form, "", {**SONGS, **told, "look": "yes"})


async def count(events):
    query = Query(("Event",), limit=1000)
    page = await events.node.store.read(lambda read: read.find(query))
    return len(page.items)


async def test_it_is_shown_as_it_will_be_and_is_not_there_yet(events, steward):
    before = await count(events)

    page = await looks(steward)

    assert "Nothing is published yet; Main calendar" in page.words
    assert "Thu 3 July 2031, 19:30" in page.words
    assert "Upstairs" in page.words
    assert await count(events) == before


async def test_from_there_it_is_published_as_it_was_typed(events, steward):
    before = await count(events)
    page = await looks(steward)

    done = await steward.send(page, "", look="")

    assert "Songs" in done.words
    assert await count(events) == before + 1


async def test_back_in_the_form_all_of_it_is_still_there(events, steward):
    page = await looks(steward, **WEEKLY)

    form = await steward.send(page, "", look="back")

    told = dict(form.form("").fields)
    assert (told["name"], told["repeats.until"]) == ("Songs", "2031-08-28")


async def test_of_a_series_the_dates_are_listed_and_some_can_be_left_out(
    events, steward
):
    page = await looks(steward, **WEEKLY)
    assert "It is held on 9 dates." in page.words

    again = await steward.fill(page, "", {"look": "yes", "repeats.leave": "2031-08-14"})

    assert "It is held on 8 dates." in again.words
    assert "Left out already: 14 August 2031" in again.words
    assert "Thu 14 August 2031" not in again.words


async def test_a_series_without_an_end_says_that_it_goes_on(events, steward):
    page = await looks(steward, **{**WEEKLY, "repeats.until": ""})

    assert "and goes on" in page.words


async def test_what_is_wrong_is_said_before_anything_is_shown(events, steward):
    page = await looks(steward, name="")

    assert page.status == 422
    assert "This is a preview" not in page.words


async def test_what_somebody_typed_is_never_markup(events, steward):
    page = await looks(steward, name='"><script>alert(1)</script>')

    assert "<script>alert" not in page.text
