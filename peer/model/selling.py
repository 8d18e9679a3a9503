"""When a ticket is on sale, and how many of it at a time, in words for who asks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from peer.protocol import moment
from peer.protocol.thing import Thing


def closed(ticket: Thing, event: Thing, now: datetime) -> str:
    """Why ``ticket`` cannot be bought ``now``, and until or since when."""
    start, end = ticket.get("salesStart"), ticket.get("salesEnd")
    zone, name = str(event.get("timezone") or "UTC"), ticket.get("name") or "This"
    if start and now < moment.read(start):
        return f"{name}: not on sale yet, but from {when(start, zone)}."
    if end and now >= moment.read(end):
        return f"{name}: no longer on sale since {when(end, zone)}."
    begins = event.get("startTime")
    if not end and begins and now >= moment.read(begins):
        return f"{name}: no longer on sale, as it has begun."
    return ""


def too_many(thing: Thing, most: int) -> str:
    if not thing.get("most"):
        return f"How many you want is a whole number from 1 to {most}."
    return f"{thing.get('name') or 'This'}: no more than {most} in one order."


def none_left(left: int) -> str:
    """The sentence for who wants more than there are."""
    if left < 1:
        return "Sold out: there are none left."
    return "There is only 1 left." if left == 1 else f"There are only {left} left."


def when(text: str, zone: str) -> str:
    """A moment in words, by the clock of ``zone``.

    >>> when("2031-03-14T19:30:00+00:00", "Europe/Berlin")
    'Friday, 14 March 2031, at 20:30 (Europe/Berlin)'
    """
    if not text:
        return ""
    try:
        local = moment.read(text).astimezone(ZoneInfo(zone))
    except (ValueError, KeyError, OSError):  # a zone that nobody here knows
        return text
    day = f"{local:%A}, {local.day} {local:%B} {local.year}"
    return f"{day}, at {local:%H:%M} ({zone})"
