"""Moments on the wire and in the store: RFC 3339, and never without an offset."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

_REMEMBERED = 256  # what happens together is told by the same moment


def wire(moment: datetime) -> str:
    """``moment`` in UTC to the millisecond, so that text sorts as time does."""
    return _written(moment if moment.tzinfo is UTC else moment.astimezone(UTC))


@lru_cache(_REMEMBERED)
def _written(moment: datetime) -> str:
    """Only of UTC: elsewhere an hour comes twice a year, and both are equal."""
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"


def whole(moment: datetime) -> str:
    """``moment`` in UTC to the second, which all write in the same way."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """The moment that ``text`` says; ValueError where it says none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment
