"""An event as its page will be, before anybody else has seen it; of many, the dates.

Nothing is kept: all that was typed travels in the two forms below the notice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from peer.model import recurrence
from peer.model.reading import Read
from peer.node.trading.allotments import Row as Allotted
from peer.protocol.moment import wire
from peer.protocol.thing import DRAFT, Thing
from peer.web.exchange import csrf
from peer.web.exchange.body import Told
from peer.web.parts.around import Around
from peer.web.parts.repeating import EXCEPT
from peer.web.parts.schedule import FEATURES, Schedule
from peer.web.parts.view import View
from peer.web.visit import Visit

LOOK, LEAVE = "look", "repeats.leave"
#: The buttons: first to the preview, then on to the calendar or back to the form.
LOOKING, BACK = "yes", "back"
_AHEAD, _MOST = timedelta(days=400), 100


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of a series, as a list in which some can be left out."""

    starts: Sequence[tuple[date, str]]  # each with its time, by the clock there
    without: Sequence[date]
    is_more: bool


def left_out(told: Told) -> dict[str, str]:
    """What was typed, with the days that were ticked among those left out."""
    texts = told.flat()
    if ticked := told.all(LEAVE):
        texts[EXCEPT] = " ".join([texts.get(EXCEPT, ""), *ticked]).strip()
    return texts


async def page(
    visit: Visit,
    calendar: Thing,
    told: Schedule,
    values: Mapping[str, Any],
    given: Sequence[Allotted],
) -> web.StreamResponse:
    """``values`` are those of the event, and how it repeats."""
    event = _event(visit, told)
    around = await visit.read(partial(_around, event, calendar, told))
    view = View(event, around, visit.setting)
    return visit.page(
        "preview-event.html",
        thing=view,
        kind=view.type,
        drawn=visit.site.pages.of_type(view.type, visit.node.lexicon, "page.html"),
        calendar=calendar,
        sent=list(_sent(visit.told, told)),
        dates=_dates(values) if told.repeating.often else None,
        given=given,
        times=told.times.others,
        share=None,
        thanks="",
    )


def _event(visit: Visit, told: Schedule) -> Thing:
    now = wire(visit.node.now())
    owner = visit.viewer.id or ""
    id = f"{visit.node.base}/events/preview"
    return Thing(id, "Event", told.values, owner, now, now, DRAFT)


def _around(event: Thing, calendar: Thing, told: Schedule, read: Read) -> Around:
    related = {(event.id, "~scheduled"): [calendar.id]}
    things = {event.id: event, calendar.id: calendar}
    if post := read.get(told.featured) if told.featured else None:
        things[post.id] = post
        related[event.id, FEATURES] = [post.id]
    return Around(things, related)


def _sent(sent: Told, told: Schedule) -> Iterator[tuple[str, str]]:
    """All fields once more, but for the buttons and what is taken up into others."""
    taken = {csrf.FIELD, LOOK, LEAVE, EXCEPT}
    for name, values in sent.fields.items():
        if name not in taken:
            yield from ((name, value) for value in values)
    yield EXCEPT, told.repeating.without


def _dates(values: Mapping[str, Any]) -> Dates:
    rule = recurrence.rule_of(values)
    first = rule.first.date()
    days = recurrence.days(rule, first, first + _AHEAD, _MOST + 1)
    starts = [(day, recurrence.starts(rule, day).isoformat()) for day in days[:_MOST]]
    is_endless = rule.until is None and "COUNT" not in rule.parts
    is_more = len(days) > _MOST or is_endless
    return Dates(starts, sorted(rule.without), is_more)
