"""Moments on the wire and in the store: RFC 3339, and never without an offset."""

from __future__ import annotations

from datetime import UTC, datetime


def wire(moment: datetime) -> str:
    """``moment`` in UTC to the millisecond, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def read(text: str) -> datetime:
    """The moment that ``text`` says; ValueError where it says none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment
