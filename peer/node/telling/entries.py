"""One event as other calendars read it (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from peer.model.kinds.place import in_words
from peer.node.writing.prose import excerpt
from peer.protocol import moment
from peer.protocol.thing import Thing

if TYPE_CHECKING:  # it takes 8 MB, and is only loaded where a file is made
    from icalendar import Event

#: Of other years nobody says when the clocks are changed.
FIRST, LAST = 1970, 2100
_LONGEST = 1000
_STATUS = ("TENTATIVE", "CONFIRMED", "CANCELLED")


def entry(event: Thing) -> Event:
    """One event: what changed since it was read last is told by its sequence."""
    from icalendar import Event

    told = Event()
    told.add("uid", event.id)
    told.add("dtstamp", _utc(event.updated))
    told.add("created", _utc(event.published))
    told.add("last-modified", _utc(event.updated))
    told.add("sequence", _sequence(event))
    told.add("dtstart", _local(event, "startTime"))
    if event.get("endTime"):
        told.add("dtend", _local(event, "endTime"))
    told.add("summary", event.get("name") or event.slug)
    if text := _about(event):
        told.add("description", text)
    _place(told, event)
    told.add("status", _status(event))
    told.add("url", event.id)
    told.add("transp", "TRANSPARENT" if _status(event) == "CANCELLED" else "OPAQUE")
    return told


def _utc(text: str) -> datetime:
    return moment.read(text).astimezone(UTC).replace(microsecond=0)


def _local(event: Thing, term: str) -> datetime:
    """By the clock on the wall of its place; in UTC where that is not known."""
    when = moment.read(event[term]).replace(microsecond=0)
    zone = event.get("timezone") if FIRST <= when.year <= LAST else None
    return when.astimezone(ZoneInfo(zone) if zone else UTC)


def _sequence(event: Thing) -> int:
    """Grows with every change: the seconds since it was made."""
    passed = _utc(event.updated) - _utc(event.published)
    return max(0, int(passed.total_seconds()))


def _status(event: Thing) -> str:
    told = event.get("status")
    return str(told) if told in _STATUS else "CONFIRMED"


def _about(event: Thing) -> str:
    summary = str(event.get("summary") or "")
    text = excerpt(str(event.get("content") or ""), _LONGEST)
    return "\n\n".join(filter(None, (summary, text)))


def _place(told: Event, event: Thing) -> None:
    place = event.get("location")
    if not isinstance(place, dict):
        return
    told.add("location", in_words(place))
    if "latitude" in place:
        told.add("geo", (place["latitude"], place["longitude"]))
