"""Events as other calendars read them (RFC 5545): one, or all that are on a calendar.

A series is told by its rule and the dates that are otherwise; by any id it is the same
entry for ever, so that programs which have read it before change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from peer.node.telling.clocks import timezone
from peer.node.telling.entries import FIRST, LAST, entry
from peer.node.telling.repeated import Repeated, entries
from peer.protocol.thing import Thing

if TYPE_CHECKING:  # it takes 8 MB, and is only loaded where a file is made
    from icalendar import Event

MEDIA = "text/calendar"
_PRODUCT = "-//sx-peer//calendar//EN"
#: How often it is worth asking again.
_REFRESH = timedelta(hours=1)


def calendar(
    name: str,
    events: Iterable[Thing],
    *,
    series: Iterable[Repeated] = (),
    url: str = "",
    about: str = "",
) -> bytes:
    """``events`` and ``series`` as one file, with the clocks that they are told by."""
    from icalendar import Calendar

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
    told = [*map(entry, events), *_repeated(series)]
    for clock in _clocks(told):
        file.add_component(clock)
    for each in told:
        file.add_component(each)
    return bytes(file.to_ical())


def _repeated(series: Iterable[Repeated]) -> Iterator[Event]:
    for each in series:
        told = entries(each)
        yield from map(entry, each.dates.values()) if told is None else told


def _clocks(told: Sequence[Event]) -> Iterator[Any]:
    """The clocks of all places that are named, for all years that are."""
    years: dict[str, list[int]] = {}
    for each in told:
        for name in ("dtstart", "dtend", "recurrence-id"):
            told_in: Any = each.get(name)
            if told_in is not None and (zone := told_in.params.get("TZID")):
                years.setdefault(zone, []).append(told_in.dt.year)
    for zone, some in sorted(years.items()):
        yield timezone(zone, max(min(some) - 1, FIRST), min(max(some) + 1, LAST))
