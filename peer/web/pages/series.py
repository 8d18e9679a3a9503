"""A date of a series is edited: that one alone, all from there on, or all ahead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from peer.model import recurrence, series
from peer.model.permission import may
from peer.model.reading import Read
from peer.model.recurrence import Rule
from peer.model.series import OCCURS, SHARED, TIMES
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol import moment
from peer.protocol.thing import Thing
from peer.web.pages import editing
from peer.web.parts import forms
from peer.web.parts.forms import Answer, Editing
from peer.web.visit import Visit

#: Beside those that every date has from its series, nothing is changed for many.
_FOR_MANY = frozenset((*SHARED, *TIMES))


@dataclass(frozen=True, slots=True)
class Dates:
    """A date of a series, and what stands around it."""

    series: Thing
    rule: Rule
    day: date
    known: Mapping[date, Thing]


async def update(visit: Visit) -> web.StreamResponse:
    """What was sent by the form of an event that may be one of many."""
    which = visit.told.get("which", "this")
    if which not in ("following", "all"):
        return await editing.update(visit)
    opened = await editing.opened(visit)
    answer = await forms.answered(opened.kind, visit.told, visit.site.media)
    found = opened.submitted(answer)
    if found.problems:
        return await _again(visit, opened, answer, Refused("", 422, found.problems))
    event = opened.thing
    assert event is not None, "it was opened"
    try:
        dates = await visit.read(partial(_dates, visit, event))
        changed = _changed(event, found.values, dates)
        if which == "following":
            dates = await _split(visit, dates)
        await visit.publish(Ask("Update", id=dates.series.id, values=changed))
    except Refused as refused:
        return await _again(visit, opened, answer, refused)
    return visit.go(event.id.removeprefix(visit.node.base), "saved")


async def _again(
    visit: Visit, opened: Editing, answer: Answer, refused: Refused
) -> web.StreamResponse:
    thing = opened.thing
    audience = thing.audience if thing else opened.kind.audience
    return await editing.again(visit, opened, answer, refused, audience)


def _dates(visit: Visit, event: Thing, read: Read) -> Dates:
    found, day = series.series_of(event.id, read), series.day_of(event)
    if found is None or day is None:
        raise Refused("Its series is gone: change this date alone.", 409)
    kind = visit.node.lexicon.types[found.kind]
    if not may(kind.permits.get("Update", "nobody"), visit.viewer, found):
        raise Refused("Only who keeps the series changes more than one date.", 403)
    rule = recurrence.rule_of(found.values)
    return Dates(found, rule, day, series.dates_of(found.id, read))


# -- what is changed -------------------------------------------------------------------


def _changed(event: Thing, after: Mapping[str, Any], dates: Dates) -> dict[str, Any]:
    """What the change of one date comes to for its series."""
    terms = {t for t in (*event.values, *after) if event.get(t) != after.get(t)}
    changed = {t: after.get(t) for t in terms & _FOR_MANY if t not in TIMES}
    if terms & set(TIMES):
        changed |= _at(after, dates, after.get("timezone") or dates.rule.zone)
    return changed


def _at(after: Mapping[str, Any], dates: Dates, zone: str) -> dict[str, Any]:
    """The first start and end of the series, at the hours that this date was given."""
    start = _local(after["startTime"], zone)
    if start.date() != dates.day:
        said = "Only one date is moved to another day: to move all, change the series."
        raise Refused("", 422, {"startTime": said})
    first = datetime.combine(dates.rule.first.date(), start.time())
    times: dict[str, Any] = {"startTime": _told(first, zone), "endTime": None}
    if end := after.get("endTime"):
        times["endTime"] = _told(first + (_local(end, zone) - start), zone)
    return times


def _local(text: str, zone: str) -> datetime:
    return moment.read(text).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _told(local: datetime, zone: str) -> str:
    return local.replace(tzinfo=ZoneInfo(zone)).isoformat()


# -- two of one ------------------------------------------------------------------------


async def _split(visit: Visit, dates: Dates) -> Dates:
    """From that date on they are a series of their own, with the same events.

    Nothing has changed by that: tickets, places and addresses stay as they are.
    """
    if dates.day <= dates.rule.first.date():
        return dates
    done = await visit.publish(*_asks(dates))
    found = done[0].thing
    rule = recurrence.rule_of(found.values)
    return Dates(found, rule, dates.day, dates.known)


def _asks(dates: Dates) -> Iterator[Ask]:
    old, rule = dates.series, recurrence.after(dates.rule, dates.day)
    following = {day: event for day, event in dates.known.items() if day >= dates.day}
    values = {
        **old.values,
        **series.times_on(dates.rule, dates.day),
        "repeats": rule.repeats,
        "except": _days([*rule.without, *_gone(dates, following)]),
        "also": _days(rule.also),
    }
    kept = {term: value for term, value in values.items() if value}
    yield Ask(
        "Create", kind="Series", values=kept, audience=old.audience, slug=old.slug
    )
    for event in following.values():
        yield Ask("Add", subject=event.id, relation=OCCURS, object="@0")
    ending = recurrence.before(dates.rule, dates.day)
    yield Ask(
        "Update",
        id=old.id,
        values={"repeats": ending.repeats, "also": _days(ending.also) or None},
    )


def _gone(dates: Dates, following: Mapping[date, Thing]) -> Sequence[date]:
    """Dates that were made and deleted: they do not come back in the new series."""
    last = max(following, default=dates.day)
    return [
        day
        for day in recurrence.days(dates.rule, dates.day, last + timedelta(days=1))
        if day <= last and day not in following
    ]


def _days(days: Any) -> str:
    return " ".join(day.isoformat() for day in sorted(days))
