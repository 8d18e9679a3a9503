"""Moments as text: in UTC, and in the order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from peer.protocol.moment import wire


def test_a_moment_is_told_in_utc_to_the_millisecond():
    here = datetime(2031, 7, 1, 12, 0, 0, 123_456, ZoneInfo("Europe/Berlin"))

    assert wire(here) == "2031-07-01T10:00:00.123Z"
    assert wire(here.astimezone(UTC)) == wire(here)


def test_an_hour_that_comes_twice_is_told_apart():
    """Python takes both for the same, and whoever remembers one would tell it twice."""
    first = datetime(2031, 10, 26, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    again = first.replace(fold=1)

    assert first == again
    assert wire(first) == "2031-10-26T00:30:00.000Z"
    assert wire(again) == wire(first.astimezone(UTC) + timedelta(hours=1))
