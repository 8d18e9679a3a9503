"""Days as people write them: 2031-08-12, 12 August, 19 Aug 2031."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date

from peer.model.recurrence import MONTHS, BadRule

_DAY = re.compile(
    r"(?P<whole>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"|(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\.? ?(?P<month>[A-Za-z]{3,9})\.?"
    r"(?: (?P<year>[0-9]{4})(?![-0-9]))?"
)
_BETWEEN = re.compile(r"[\s,;]*")
#: A leap day comes once in so many years at the latest.
_LATEST = 8


def days_in(text: str, first: date) -> frozenset[date]:
    """The days that ``text`` lists; without a year, the next such day from ``first``.

    BadRule where something in it is none.
    """
    found: set[date] = set()
    at = 0
    for match in _DAY.finditer(text):
        if not _BETWEEN.fullmatch(text, at, match.start()):
            break
        found.add(_day(match, first))
        at = match.end()
    if not _BETWEEN.fullmatch(text, at):
        raise _bad(text[at:])
    return frozenset(found)


def _bad(text: str) -> BadRule:
    said = " ".join(text.split())[:40]
    return BadRule(f"“{said}” is no day such as 12 August or 2031-08-12.", "except")


def _day(match: re.Match[str], first: date) -> date:
    for day in _meant(match, first):
        return day
    raise _bad(match[0])


def _meant(match: re.Match[str], first: date) -> Iterator[date]:
    """The days that it may be, the likeliest first."""
    if match["whole"]:
        year, month, day = map(int, match["whole"].split("-"))
        yield from _there([year], month, day)
        return
    month, day = _month(match["month"]), int(match["day"])
    if match["year"]:
        yield from _there([int(match["year"])], month, day)
        return
    later = range(first.year, first.year + _LATEST + 1)
    yield from (each for each in _there(later, month, day) if each >= first)


def _there(years: Iterable[int], month: int, day: int) -> Iterator[date]:
    """That day of each year which has it."""
    for year in years:
        with suppress(ValueError):
            yield date(year, month, day)


def _month(text: str) -> int:
    """Its number, from three letters on; or 0, which no month has."""
    told = text.lower()
    fits = (n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(told))
    return next(fits, 0)
