"""A series as other calendars read it: a rule, and what is otherwise on some dates.

Where no rule says rightly what is on, there is none, and its dates are told one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from peer.model import recurrence, series
from peer.model.recurrence import BadRule, Rule
from peer.node.telling.entries import entry
from peer.protocol import moment
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from icalendar import Event

#: So far beyond the last date that there is a rule is looked at.
_AHEAD = timedelta(days=800)
#: What is said of a date in a file for calendars; of the rest they do not know.
_TOLD = ("name", "summary", "content", "location")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A series, and those of its dates that are to be told, by day."""

    series: Thing
    dates: Mapping[date, Thing]


@dataclass(frozen=True, slots=True)
class _Told:
    """``regular`` are the days that the rule names from its first date on."""

    of: Repeated
    rule: Rule
    regular: Sequence[date]

    @property
    def start(self) -> datetime:
        return recurrence.starts(self.rule, self.regular[0])

    @property
    def last(self) -> date:
        """Until then there is an event for each date that takes place."""
        return max(self.of.dates)

    @property
    def without(self) -> Sequence[date]:
        gone = {day for day in self.regular if day <= self.last} - self.of.dates.keys()
        return sorted(gone | {day for day in self.rule.without if day > self.last})

    @property
    def also(self) -> Sequence[date]:
        ahead = {day for day in self.rule.also if day > self.last}
        return sorted((self.of.dates.keys() | ahead) - set(self.regular))


def entries(of: Repeated) -> Sequence[Event] | None:
    """The series, and each date that is not as it says; None where no rule does."""
    told = _told(of)
    if told is None:
        return None
    changed = [_otherwise(told, day) for day in sorted(of.dates) if _differs(told, day)]
    return [_master(told), *changed]


def _told(of: Repeated) -> _Told | None:
    try:
        rule = recurrence.rule_of(of.series.values)
    except BadRule:
        return None
    days = sorted(of.dates)
    until = days[-1] + _AHEAD
    plain = replace(rule, without=frozenset(), also=frozenset())
    regular = recurrence.days(plain, days[0], until)
    if not regular or not all(_is_there(rule, day) for day in regular):
        return None
    return _Told(of, rule, regular)


def _is_there(rule: Rule, day: date) -> bool:
    """Is that hour on the clock then?  What is not, no program counts."""
    at = recurrence.starts(rule, day).replace(tzinfo=None)
    return at == datetime.combine(day, rule.first.time())


# -- the series ------------------------------------------------------------------------


def _master(told: _Told) -> Event:
    thing, dates = told.of.series, told.of.dates.values()
    end = recurrence.ends(told.rule, told.regular[0])
    values = {
        **thing.values,
        "startTime": told.start.isoformat(),
        "endTime": end.isoformat() if end else None,
        "timezone": told.rule.zone,
    }
    updated = max(thing.updated, *(event.updated for event in dates))
    found = entry(replace(thing, values=values, updated=updated))
    found.add("rrule", _rule(told))
    if told.without:
        found.add("exdate", [_at(told, day) for day in told.without])
    if told.also:
        found.add("rdate", [_at(told, day) for day in told.also])
    return found


def _at(told: _Told, day: date) -> datetime:
    return recurrence.starts(told.rule, day)


def _rule(told: _Told) -> Mapping[str, Any]:
    """As the first date has it that is told; its last day ends by the clock there."""
    rule, first = told.rule, told.regular[0]
    later = first > rule.first.date()
    parts = (recurrence.after(rule, first) if later else rule).parts
    found: dict[str, Any] = {name: text.split(",") for name, text in parts.items()}
    if rule.until:
        end = datetime.combine(rule.until, time(23, 59, 59), ZoneInfo(rule.zone))
        found["UNTIL"] = [end.astimezone(UTC)]
    return found


# -- a date ------------------------------------------------------------------------


def _otherwise(told: _Told, day: date) -> Event:
    """What takes the place of the date that the rule names: moved, changed, off."""
    found = entry(told.of.dates[day])
    del found["uid"]
    found.add("uid", told.of.series.id)
    found.add("recurrence-id", _at(told, day))
    return found


def _differs(told: _Told, day: date) -> bool:
    event, thing = told.of.dates[day], told.of.series
    if event.get("status", "CONFIRMED") != "CONFIRMED":
        return True
    if any(event.get(term) != thing.get(term) for term in _TOLD):
        return True
    return _times(event) != tuple(_expected(told, day))


def _times(event: Thing) -> tuple[datetime | None, ...]:
    told = (event.get(term) for term in series.TIMES)
    return tuple(moment.read(each) if each else None for each in told)


def _expected(told: _Told, day: date) -> Iterator[datetime | None]:
    """When programs have it: as long, to the minute, as the first."""
    start = _at(told, day)
    yield start
    end = recurrence.ends(told.rule, told.regular[0])
    lasts = end.astimezone(UTC) - told.start.astimezone(UTC) if end else None
    yield (start.astimezone(UTC) + lasts) if lasts is not None else None
