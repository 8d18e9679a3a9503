"""When to try again, and when to give up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(hours=12)
_IN_ALL = timedelta(days=14)
_JITTER = 0.2


def _waits() -> Iterator[timedelta]:
    """16 s, 31 s, 1.6 min, 4.5 min, 11 min … 12 h: two weeks together."""
    total, attempts = timedelta(), 0
    while total < _IN_ALL:
        attempts += 1
        wait = min(timedelta(seconds=attempts**4 + 15), _LONGEST)
        total += wait
        yield wait


WAITS = tuple(_waits())


def again(attempts: int, chance: float) -> timedelta | None:
    """How long to wait after so many attempts; None: it was tried often enough.

    ``chance``, from 0 to 1, keeps those that failed together from coming together.
    """
    if attempts > len(WAITS):
        return None
    return WAITS[attempts - 1] * (1 - _JITTER / 2 + _JITTER * chance)


def retry_after(text: str, now: datetime) -> timedelta:
    """How long a Retry-After asks for, in either form; nothing where it says nothing.

    >>> retry_after("120", datetime(2026, 11, 21, tzinfo=UTC))
    datetime.timedelta(seconds=120)
    """
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        wait = timedelta(seconds=int(text))
    else:
        wait = _until(text, now)
    return max(timedelta(), min(wait, _LONGEST))


def _until(date: str, now: datetime) -> timedelta:
    try:
        then = parsedate_to_datetime(date)
    except (ValueError, OverflowError, IndexError):
        return timedelta()
    return (then if then.tzinfo else then.replace(tzinfo=UTC)) - now
