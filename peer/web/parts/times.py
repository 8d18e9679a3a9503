"""Several times on one day: slots that people book, each an event of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from peer.protocol import moment

EVERY, LAST, AT = "times.every", "times.last", "times.at"
#: So many events a day at the most, and so many minutes apart at least.
_MOST, _SHORTEST, _LONGEST = 24, 5, 720


@dataclass(frozen=True, slots=True)
class Times:
    """What was typed; ``others`` are the times of the day beside the first."""

    every: str = ""
    last: str = ""
    at: str = ""
    others: tuple[time, ...] = ()
    problem: str = ""

    @property
    def is_told(self) -> bool:
        return bool(self.every or self.last or self.at)

    def each(self, values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """``values``, of what happens first on a day, and of each that follows."""
        return [values, *(_at(values, other) for other in self.others)]


class _Unclear(ValueError):
    """What was typed means no times; the message is a sentence."""


def times(told: Mapping[str, str], start: str) -> Times:
    """``start`` is as it was typed: the first."""
    every, last, at = (told.get(name, "").strip() for name in (EVERY, LAST, AT))
    typed = Times(every, last, at)
    first = _start(start)
    if not typed.is_told or first is None:  # which is said at its own field
        return typed
    try:
        found = {*_steps(typed, first), *map(_time, _words(typed.at))} - {first.time()}
        if any(each < first.time() for each in found):
            raise _Unclear(
                "Let it start with the first: the others are later that day."
            )
        if len(found) >= _MOST:
            raise _Unclear(f"There are up to {_MOST} times a day.")
    except _Unclear as wrong:
        return replace(typed, problem=str(wrong))
    return replace(typed, others=tuple(sorted(found)))


def _start(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _steps(typed: Times, first: datetime) -> Iterator[time]:
    """Every so many minutes after the first, until the last is reached."""
    if not (typed.every or typed.last):
        return
    if not (typed.every and typed.last):
        raise _Unclear("Say both: how many minutes apart they are, and the last one.")
    step, at = timedelta(minutes=_minutes(typed.every)), first
    last = datetime.combine(first.date(), _time(typed.last))
    while (at := at + step) <= last:
        yield at.time()


def _minutes(text: str) -> int:
    whole = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if _SHORTEST <= whole <= _LONGEST:
        return whole
    raise _Unclear(f"They are from {_SHORTEST} to {_LONGEST} minutes apart.")


def _words(text: str) -> Sequence[str]:
    return [each for each in re.split(r"[\s,;]+", text) if each]


def _time(text: str) -> time:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", text)
    if found is None:
        raise _Unclear(f"“{text[:20]}” is not a time of the day such as 14:30.")
    return time(int(found[1]), int(found[2]))


# -- at another time ------------------------------------------------------------------


def _at(values: Mapping[str, Any], other: time) -> Mapping[str, Any]:
    """The same at that time of the day, by the clock there, and as long."""
    start = moment.read(values["startTime"])
    zone = ZoneInfo(values["timezone"]) if values.get("timezone") else start.tzinfo
    local = start.astimezone(zone).replace(tzinfo=None)
    later = datetime.combine(local.date(), other) - local
    moved = {
        term: _later(values[term], later, zone)
        for term in ("startTime", "endTime")
        if values.get(term)
    }
    return {**values, **moved}


def _later(text: str, much: timedelta, zone: tzinfo | None) -> str:
    local = moment.read(text).astimezone(zone).replace(tzinfo=None) + much
    return local.replace(tzinfo=zone).isoformat()
