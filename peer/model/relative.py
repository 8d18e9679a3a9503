"""Days told from today: what seeds use, so that a calendar is always ahead."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_TOLD = re.compile(
    r"(?P<day>today|tomorrow|yesterday|in (?P<ahead>\d+) days?|(?P<ago>\d+) days? ago"
    rf"|next (?P<weekday>{'|'.join(_DAYS)})) at (?P<hour>\d\d):(?P<minute>\d\d)"
)
_NAMED = {"today": 0, "tomorrow": 1, "yesterday": -1}


def moment(told: str, now: datetime, zone: str) -> str | None:
    """The moment that ``told`` means, with its offset; None where it means none.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    >>> moment("in 2 days at 19:30", noon, "Europe/London")
    '2026-07-03T19:30:00+01:00'
    """
    said = _TOLD.fullmatch(told)
    if said is None:
        return None
    here = now.astimezone(ZoneInfo(zone))
    day = here.date() + timedelta(days=_days(said, here.weekday()))
    at = datetime(
        day.year, day.month, day.day, int(said["hour"]), int(said["minute"])
    ).replace(tzinfo=ZoneInfo(zone))
    return at.isoformat(timespec="seconds")


def _days(said: re.Match[str], today: int) -> int:
    if said["ahead"]:
        return int(said["ahead"])
    if said["ago"]:
        return -int(said["ago"])
    if said["weekday"]:
        return (_DAYS.index(said["weekday"]) - today - 1) % 7 + 1
    return _NAMED[said["day"]]
