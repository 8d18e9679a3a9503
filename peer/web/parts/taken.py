"""Is a place of ours free when something is to be there?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peer.model import recurrence
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.model.slots import Slot, clashes, next_free, slot
from peer.protocol import moment
from peer.protocol.moment import wire
from peer.protocol.thing import MEMBERS, PUBLIC, Thing

_MOST, _DATES = 500, 60
#: Of what began so long before it may still be there.
_LONG = timedelta(days=2)
_FAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Taken:
    """What is there then, and when the place is free for as long."""

    place: str = ""
    by: Sequence[Thing] = ()
    free: str = ""  # the moment, by the clock on the wall there

    def __bool__(self) -> bool:
        return bool(self.by)


def taken(read: Read, venue: Thing, values: Mapping[str, Any]) -> Taken:
    """Who has ``venue`` when an event, or a series, with ``values`` would be there."""
    wanted = _wanted(values)
    if not wanted:
        return Taken()
    events = _events(read, venue, wanted)
    slots = [_slot(event) for event in events]
    met = clashes(wanted, slots)
    if not met:
        return Taken()
    known = {event.id: event for event in events}
    free = next_free(wanted[0], slots).start if len(wanted) == 1 else None
    zone = wanted[0].start.tzinfo
    return Taken(
        venue["name"],
        [known[each.of] for each in met],
        free.astimezone(zone).isoformat() if free else "",
    )


def _wanted(values: Mapping[str, Any]) -> Sequence[Slot]:
    if not values.get("repeats"):
        return [_span(values)]
    rule = recurrence.rule_of(values)
    first = rule.first.date()
    days = recurrence.days(rule, first, first + _FAR, _DATES)
    return [slot(recurrence.starts(rule, d), recurrence.ends(rule, d)) for d in days]


def _span(values: Mapping[str, Any], of: str = "") -> Slot:
    end = values.get("endTime")
    return slot(moment.read(values["startTime"]), moment.read(end) if end else None, of)


def _slot(event: Thing) -> Slot:
    return _span(event.values, event.id)


def _events(read: Read, venue: Thing, wanted: Sequence[Slot]) -> Sequence[Thing]:
    """What is at that place around then, and not cancelled."""
    query = Query(
        kinds=("Event",),
        order="startTime",
        audiences=(PUBLIC, MEMBERS),
        where=(Where("startTime", ">=", wire(wanted[0].start - _LONG)),),
        related=("located", venue.id),
        limit=_MOST,
    )
    found = read.find(query).items
    return [event for event in found if event.get("status") != "CANCELLED"]
