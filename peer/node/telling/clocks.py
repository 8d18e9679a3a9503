"""When the clocks of a place are changed, as files for calendars say it (VTIMEZONE).

An onset is told by the clock as it was before the change: RFC 5545, section 3.6.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:  # loaded where a file is made
    from icalendar import Component, Timezone

#: So many years are told at least: enough to see whether there is a rule.
_YEARS = 15
_STEP = timedelta(days=5)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    onset: datetime  # by the clock as it was
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool

    @property
    def sort(self) -> tuple[Any, ...]:
        """Alike are those that do the same to the clock."""
        return (self.before, self.after, self.name, self.is_summer)


def timezone(zone: str, first: int, last: int) -> Timezone:
    """The clocks of ``zone`` from the year ``first`` to ``last``, or longer."""
    from icalendar import Timezone

    told = Timezone()
    told.add("tzid", zone)
    last = max(last, first + _YEARS)
    alike: dict[tuple[Any, ...], list[_Change]] = {}
    for change in _changes(ZoneInfo(zone), first, last):
        alike.setdefault(change.sort, []).append(change)
    for some in alike.values():
        told.add_component(_component(some, last))
    return told


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    """How the clocks stood at the beginning, and every change from there on."""
    at, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    now = _offset(zone, at)
    yield _change(zone, at, now)
    while at < end:
        then = at + _STEP
        if (next := _offset(zone, then)) != now:
            yield _change(zone, _between(zone, at, then), now)
            now = next
        at = then


def _between(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """The first second at which the clocks stand as they do at ``late``."""
    then = _offset(zone, late)
    while late - early > timedelta(seconds=1):
        half = early + timedelta(seconds=(late - early).total_seconds() // 2)
        early, late = (early, half) if _offset(zone, half) == then else (half, late)
    return late


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _change(zone: ZoneInfo, at: datetime, before: timedelta) -> _Change:
    local = at.astimezone(zone)
    return _Change(
        onset=(at + before).replace(tzinfo=None),
        before=before,
        after=_offset(zone, at),
        name=local.tzname() or "",
        is_summer=bool(local.dst()),
    )


def _component(some: Sequence[_Change], last: int) -> Component:
    from icalendar import TimezoneDaylight, TimezoneStandard

    first = some[0]
    told = TimezoneDaylight() if first.is_summer else TimezoneStandard()
    told.add("dtstart", first.onset)
    told.add("tzoffsetfrom", first.before)
    told.add("tzoffsetto", first.after)
    told.add("tzname", first.name)
    rule = _rule([each.onset for each in some], last)
    if rule:
        told.add("rrule", rule)
    elif len(some) > 1:
        told.add("rdate", [each.onset for each in some[1:]])
    return told


def _rule(onsets: Sequence[datetime], last: int) -> dict[str, Any]:
    """What is always on the last Sunday of March, say; nothing where it is not.

    It goes on beyond the years that were looked at.
    """
    first = onsets[0]
    years = [each.year for each in onsets]
    whole = len(years) > 1 and years == list(range(years[0], last + 1))
    same = {(each.month, each.weekday(), each.time()) for each in onsets}
    if not whole or len(same) > 1:
        return {}
    for nth in (-1, (first.day - 1) // 7 + 1):
        if all(_is_nth(each, nth) for each in onsets):
            day = f"{nth}{_DAYS[first.weekday()]}"
            return {"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": day}
    return {}


def _is_nth(day: datetime, nth: int) -> bool:
    if nth == -1:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == nth
