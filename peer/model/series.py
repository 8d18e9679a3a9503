"""A series and its dates: what an event is to be that is one date of a series."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from operator import sub
from typing import Any
from zoneinfo import ZoneInfo

from peer.model import recurrence
from peer.model.reading import Read
from peer.model.recurrence import Rule
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.thing import Thing
from peer.protocol.wire.loose import is_address

OCCURS = "occurs"
#: The mark that events have in common which are slots of the same thing.
SLOTS = "slots"
#: What every date has from its series, unless it was changed there.
SHARED = (
    *("name", "summary", "content", "image", "location"),
    *("timezone", "joinMode", "capacity", "questions", SLOTS),
)
TIMES = ("startTime", "endTime")
_MOST = 1000
#: What a shop is offered for each date: so many kinds of tickets, each with these.
_ROWS = 12
_OF_ROWS = ("name", "price", "quantity", "shop")
_WINDOW = ("salesStart", "salesEnd")
_MORE = ("most", *_WINDOW)


def day_of(event: Thing) -> date | None:
    """Which date of its series ``event`` is, wherever it was moved."""
    told = event.get("original")
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None


def dates_of(series: str, read: Read) -> Mapping[date, Thing]:
    """The events that are dates of ``series``, by their date.

    Anybody can say of an event of their own that it is one: then it is none.
    """
    edges = read.edges(object=series, relation=OCCURS, limit=_MOST)
    known = dict(read.many([series, *(edge.subject for edge in edges)]))
    own = known.pop(series, None)
    there = (
        (day_of(event), event)
        for event in known.values()
        if own is not None and event.owner == own.owner and not event.deleted
    )
    return {day: event for day, event in sorted(there, key=_by_day) if day}


def _by_day(pair: tuple[date | None, Thing]) -> date:
    return pair[0] or date.min


def series_of(event: str, read: Read) -> Thing | None:
    edges = read.edges(subject=event, relation=OCCURS, limit=1)
    found = read.get(edges[0].object) if edges else None
    return None if found is None or found.deleted else found


def id_of(series: Thing, day: date, read: Read) -> str:
    """Where the event of that date lives: the same however often it is asked."""
    plain = f"{origin(series.id)}/events/{series.slug}-{day.isoformat()}"
    there = read.get(plain)
    own = day.isoformat()
    if there is None or there.deleted or there.get("original") == own:
        return plain
    return f"{plain}-{cid([series.id, day.isoformat()])[-6:]}"


def values_on(rule: Rule, series: Mapping[str, Any], day: date) -> Mapping[str, Any]:
    """What the event on ``day`` is to be."""
    shared = {term: series[term] for term in SHARED if series.get(term) is not None}
    return {
        "joinMode": "free",
        **shared,
        **times_on(rule, day),
        "status": "CONFIRMED",
        "original": day.isoformat(),
    }


def times_on(rule: Rule, day: date) -> Mapping[str, str]:
    end = recurrence.ends(rule, day)
    times = {"startTime": recurrence.starts(rule, day).isoformat()}
    return {**times, "endTime": end.isoformat()} if end else times


def followed(
    event: Thing, day: date, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The values of ``event`` once its series, which was ``before``, is ``after``.

    What was changed on this date alone stays as it was changed.
    """
    was = {**_shared(before), **times_on(recurrence.rule_of(before), day)}
    now = {**_shared(after), **times_on(recurrence.rule_of(after), day)}
    values = dict(event.values)
    for term in (*SHARED, *TIMES):
        if values.get(term) == was.get(term):
            values[term] = now.get(term)
    return {term: value for term, value in values.items() if value is not None}


def _shared(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return {term: values.get(term) for term in SHARED}


def are_tickets(told: Any) -> bool:
    """Are these rows that a shop could be offered for each date?"""
    return isinstance(told, list) and len(told) <= _ROWS and all(map(_is_row, told))


def _is_row(told: Any) -> bool:
    if not isinstance(told, Mapping) or set(told) - {*_MORE} != {*_OF_ROWS}:
        return False
    if not all(_is_moment(told[term]) for term in _WINDOW if term in told):
        return False
    price, name = told["price"], told["name"]
    return (
        isinstance(name, str)
        and 0 < len(name) <= 80
        and isinstance(price, Mapping)
        and set(price) == {"amount", "currency"}
        and _counts(price["amount"], 1_000_000)
        and re.fullmatch("[A-Z]{3}", str(price["currency"])) is not None
        and _counts(told["quantity"], 100_000)
        and _counts(told.get("most", 1), 100)
        and isinstance(told["shop"], str)
        and is_address(told["shop"])
    )


def _is_moment(told: Any) -> bool:
    try:
        moment.read(told)
    except (TypeError, ValueError):
        return False
    return True


def row_on(row: Mapping[str, Any], first: str, start: str, zone: str) -> dict[str, Any]:
    """``row`` for the date that begins at ``start``: as long before as for the first.

    By the clocks there, so that what goes on sale at ten does so in winter as well.
    """
    there = ZoneInfo(zone)
    begins = (moment.read(each).astimezone(there).date() for each in (first, start))
    days = -sub(*begins)
    moved = {term: _later(row[term], days, there) for term in _WINDOW if row.get(term)}
    return {**row, **moved}


def _later(told: str, days: timedelta, there: ZoneInfo) -> str:
    local = moment.read(told).astimezone(there).replace(tzinfo=None)
    return (local + days).replace(tzinfo=there).isoformat()


def _counts(told: Any, most: int) -> bool:
    return isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= most


def missing(days: Sequence[date], there: Mapping[date, Thing]) -> Sequence[date]:
    return [day for day in days if day not in there]
