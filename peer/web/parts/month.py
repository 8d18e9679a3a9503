"""A month as a page of a wall calendar: weeks of days, and what is on each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from peer.protocol import moment
from peer.web.parts.view import View

_TOLD = re.compile(r"(20[0-9]{2}|19[0-9]{2})-(0[1-9]|1[0-2])")
_WEEK = 7


@dataclass(slots=True)
class Day:
    date: date
    is_inside: bool  # of the month, and not of the one before or after
    is_today: bool
    events: list[View] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """``weeks`` begin on Mondays, and cover the whole month."""

    first: date
    weeks: Sequence[Sequence[Day]]

    @property
    def name(self) -> str:
        return f"{self.first:%B %Y}"

    @property
    def count(self) -> int:
        return sum(len(day.events) for week in self.weeks for day in week)

    @property
    def calendars(self) -> Sequence[View]:
        """Those that something of the month is on, by name: what the colors mean."""
        found = {
            calendar.id: calendar
            for week in self.weeks
            for day in week
            for event in day.events
            for calendar in event.related("~scheduled")
        }
        return sorted(found.values(), key=lambda each: each.title.casefold())

    @property
    def before(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def after(self) -> str:
        return f"{_next(self.first):%Y-%m}"


def first_of(told: str, today: date) -> date:
    """The first day of the month that ``told`` names; of this one, where it names none.

    >>> first_of("2026-12", date(2026, 11, 21)), first_of("soon", date(2026, 11, 21))
    (datetime.date(2026, 12, 1), datetime.date(2026, 11, 1))
    """
    named = _TOLD.fullmatch(told)
    return date(int(named[1]), int(named[2]), 1) if named else today.replace(day=1)


def bounds(first: date, zone: str) -> tuple[datetime, datetime]:
    """When the first of its weeks begins here, and when its last ends."""
    start, end = _days(first)
    here = ZoneInfo(zone)
    return (
        datetime(start.year, start.month, start.day, tzinfo=here),
        datetime(end.year, end.month, end.day, tzinfo=here),
    )


def month(first: date, events: Sequence[View], today: date, zone: str) -> Month:
    start, end = _days(first)
    count = (end - start).days
    dates = [start + timedelta(days=n) for n in range(count)]
    days = {d: Day(d, d.month == first.month, d == today) for d in dates}
    for event in events:
        day = days.get(day_of(event.values["startTime"], zone))
        if day is not None:
            day.events.append(event)
    each = list(days.values())
    weeks = [each[n : n + _WEEK] for n in range(0, count, _WEEK)]
    return Month(first, weeks)


def day_of(text: str, zone: str) -> date:
    """The day by the clock on the wall there; ours, where it says none."""
    when = moment.read(text)
    return (when.astimezone(ZoneInfo(zone)) if text.endswith("Z") else when).date()


def _days(first: date) -> tuple[date, date]:
    start = first - timedelta(days=first.weekday())
    last = _next(first)
    return start, last + timedelta(days=-last.weekday() % _WEEK)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
