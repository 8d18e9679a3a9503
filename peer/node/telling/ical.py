"""Events as other calendars read them (RFC 5545): one, or all that are on a calendar.

A date of a series is an entry of its own, with an id of its own: it can be moved or
cancelled alone, and programs that know nothing of series show it rightly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from peer.model.kinds.place import in_words
from peer.node.writing.prose import excerpt
from peer.protocol import moment
from peer.protocol.thing import Thing

if TYPE_CHECKING:  # it takes 8 MB, and is only loaded where a file is made
    from icalendar import Event

MEDIA = "text/calendar"
_PRODUCT = "-//sx-peer//calendar//EN"
#: How often it is worth asking again.
_REFRESH = timedelta(hours=1)
_LONGEST = 1000
#: Nobody says of other years when the clocks are changed; each would take longer.
_FIRST, _LAST = 1970, 2100
_STATUS = ("TENTATIVE", "CONFIRMED", "CANCELLED")


def calendar(
    name: str, events: Iterable[Thing], *, url: str = "", about: str = ""
) -> bytes:
    """``events`` as one file, with the time zones that they are told in."""
    from icalendar import Calendar

    told = list(events)
    file = Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("name", name)
    file.add("x-wr-calname", name)
    if about:
        file.add("description", about)
    if url:
        file.add("url", url)
        file.add("source", f"{url}.ics", parameters={"VALUE": "URI"})
    file.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    file.add("x-published-ttl", "PT1H")
    for each in told:
        file.add_component(entry(each))
    if told:
        first, last = _years(told)
        file.add_missing_timezones(first_date=first, last_date=last)
    return bytes(file.to_ical())


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
    zone = event.get("timezone") if _FIRST <= when.year <= _LAST else None
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


def _years(events: Sequence[Thing]) -> tuple[date, date]:
    """The years whose changes of the clock have to be told."""
    years = [moment.read(event["startTime"]).year for event in events]
    first, last = (min(max(year, _FIRST), _LAST) for year in (min(years), max(years)))
    return date(first - 1, 1, 1), date(last + 2, 1, 1)
