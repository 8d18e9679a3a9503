"""Series that nobody could mean: refused at the form, and nothing waits for them."""

from __future__ import annotations

from time import process_time

import pytest

WEEKLY = {"name": "Odd", "repeats": "FREQ=DAILY", "timezone": "UTC"}
ODD = {
    "begins before anybody": {"startTime": "0001-01-02T10:00"},
    "begins before the clocks": {
        "startTime": "0001-01-01T00:00",
        "timezone": "America/New_York",
    },
    "lasts for ever": {"startTime": "2031-07-12T10:00", "endTime": "9999-12-31T22:00"},
    "begins at the end": {
        "startTime": "9999-12-31T23:00",
        "timezone": "Pacific/Auckland",
    },
}


@pytest.mark.parametrize("told", ODD.values(), ids=ODD)
async def test_a_series_that_cannot_be_is_refused_at_once(events, told):
    member = await events.signed_in("Mo")
    page = await member.get("/series/new")

    began = process_time()
    page = await member.fill(page, "", {**WEEKLY, **told})

    assert page.status == 422
    assert process_time() - began < 10
