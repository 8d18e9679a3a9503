"""All calendars on one page: what is on them, as a list or as a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from peer.model.permission import may, may_see
from peer.model.query import Query
from peer.model.reading import Read
from peer.protocol.thing import Thing
from peer.web.pages import listing
from peer.web.parts import month, programme
from peer.web.parts.around import Around
from peer.web.parts.programme import Span, events_in, shown_to
from peer.web.parts.view import View, views
from peer.web.visit import Visit

_MOST = 50
_MONTH = 400
#: What these ask for is a list of the calendars themselves, like that of any type.
_LISTED = ("sort", "tagged", "cursor")


@dataclass(frozen=True, slots=True)
class Found:
    calendars: Sequence[Thing]
    around: Around


async def page(visit: Visit) -> web.StreamResponse:
    is_listed = any(visit.query.get(name) for name in _LISTED)
    if is_listed or listing.kind_of(visit).name != "Calendar":
        return await listing.page(visit)
    if visit.query.get("view") == "month":
        return await _month(visit)
    return await _list(visit)


async def _list(visit: Visit) -> web.StreamResponse:
    is_past = visit.query.get("when") == "past"
    today = _today(visit)
    span = Span(until=today) if is_past else Span(since=today)
    found = await visit.read(partial(_found, visit, span))
    return _page(
        visit,
        view="past" if is_past else "list",
        calendars=views(found.calendars, found.around, visit.setting),
    )


async def _month(visit: Visit) -> web.StreamResponse:
    zone = visit.node.domain.zone
    first = month.first_of(visit.query.get("month", ""), _today(visit).date())
    span = Span(*month.bounds(first, zone))
    events = await visit.read(partial(_events, visit, span))
    drawn = month.month(first, events, _today(visit).date(), zone)
    return _page(visit, view="month", month=drawn, calendars=[])


def _page(visit: Visit, **told: Any) -> web.StreamResponse:
    kind = visit.node.lexicon.types["Calendar"]
    return visit.page(
        "calendars.html",
        kind=kind,
        may_add=may(kind.permits.get("Create", "nobody"), visit.viewer),
        **{"month": None, **told},
    )


def _today(visit: Visit) -> datetime:
    """When today began, by the clocks here."""
    here = visit.node.now().astimezone(ZoneInfo(visit.node.domain.zone))
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def _found(visit: Visit, span: Span, read: Read) -> Found:
    lexicon, viewer = visit.node.lexicon, visit.viewer
    kinds = tuple(lexicon.descendants("Calendar"))
    calendars = read.find(Query(kinds, "name", shown_to(viewer), limit=_MOST)).items
    events = read.find(events_in(span, lexicon, viewer)).items
    edges = programme.scheduling(read, events)
    on = programme.on_calendars(edges, events, [each.id for each in calendars])
    around = programme.around_calendars(read, calendars, on, lexicon, viewer, edges)
    return Found(calendars, around)


def _events(visit: Visit, span: Span, read: Read) -> Sequence[View]:
    """All of them, each with the calendars that it is on."""
    query = events_in(span, visit.node.lexicon, visit.viewer, limit=_MONTH)
    events = read.find(query).items
    on: dict[tuple[str, str], list[str]] = {}
    for edge in programme.scheduling(read, events):
        on.setdefault((edge.object, "~scheduled"), []).append(edge.subject)
    calendars = read.many(sorted({id for some in on.values() for id in some}))
    seen = {c.id: c for c in calendars.values() if may_see(visit.viewer, c)}
    return views(events, Around(seen, on), visit.setting)
