"""Events for the calendars that people keep themselves: one, many, their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from aiohttp import web

from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.model.series import OCCURS, dates_of, day_of
from peer.node.people import agenda
from peer.node.refusal import Refused
from peer.node.telling import ical
from peer.node.telling.repeated import Repeated
from peer.node.writing.prose import excerpt
from peer.protocol.moment import wire
from peer.protocol.thing import PUBLIC, Thing
from peer.web.visit import Visit

#: What was is there for so long, and so many of all are told.
_SINCE, _MOST = timedelta(days=365), 1000


async def event(visit: Visit) -> web.StreamResponse:
    """One event, as a file to open."""
    id = f"{visit.node.base}/events/{visit.part('slug')}"
    found = await visit.read(partial(_public, "Event", id))
    return _file(visit, ical.calendar(found["name"], [found]), found.slug)


async def calendar(visit: Visit) -> web.StreamResponse:
    """All that is on a calendar, to subscribe to."""
    id = f"{visit.node.base}/calendars/{visit.part('slug')}"
    found, events, repeated = await visit.read(partial(_on, visit, id))
    about = excerpt(str(found.get("summary") or ""))
    told = ical.calendar(
        found["name"], events, series=repeated, url=found.id, about=about
    )
    return _file(visit, told, found.slug)


async def series(visit: Visit) -> web.StreamResponse:
    """What happens again and again, to subscribe to."""
    id = f"{visit.node.base}/series/{visit.part('slug')}"
    found, repeated = await visit.read(partial(_again, id))
    told = ical.calendar(found["name"], (), series=repeated, url=found.id)
    return _file(visit, told, found.slug)


async def mine(visit: Visit) -> web.StreamResponse:
    """What somebody goes to, for whoever knows the address."""
    key = visit.query.get("key", "")
    person, events = await visit.read(partial(_agenda, key))
    if not person:
        raise Refused("There is no such calendar here, or not any more.", 404)
    name = f"{visit.node.domain.title}: what I go to"
    answer = _file(visit, ical.calendar(name, events), "calendar")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


async def renew(visit: Visit) -> web.StreamResponse:
    """Another address for the viewer's own calendar: the first, or a new one."""
    person = visit.viewer.id
    if person is None:
        raise Refused("Sign in to do this.", 401)
    await visit.node.store.transact(partial(agenda.renew, person=person))
    return visit.go("/account#calendar", "calendar-address")


def _file(visit: Visit, content: bytes, name: str) -> web.Response:
    answer = web.Response(body=content, content_type=ical.MEDIA, charset="utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    return answer


def _public(kind: str, id: str, read: Read) -> Thing:
    """Of what is kept back no program is told, whoever asks."""
    found = read.get(id)
    if found is None or found.audience != PUBLIC or found.kind != kind:
        raise Refused("Nothing is here, or its author keeps it back.", 404)
    if found.deleted:
        raise Refused("It was here, and its author took it away.", 410)
    return found


def _on(
    visit: Visit, id: str, read: Read
) -> tuple[Thing, Sequence[Thing], Sequence[Repeated]]:
    found = _public("Calendar", id, read)
    since = wire(visit.node.now() - _SINCE)
    query = Query(
        kinds=tuple(visit.node.lexicon.descendants("Event")),
        order="startTime",
        where=(Where("startTime", ">=", since),),
        related=("~scheduled", id),
        limit=_MOST,
    )
    events = read.find(query).items
    repeated = _repeated(events, read)
    told = {event.id for each in repeated for event in each.dates.values()}
    return found, [event for event in events if event.id not in told], repeated


def _repeated(events: Sequence[Thing], read: Read) -> Sequence[Repeated]:
    """The series that ``events`` are dates of: those that are public, and agree."""
    edges = read.edges_from([event.id for event in events], (OCCURS,))
    of = {edge.subject: edge.object for edge in edges}
    known = read.many(sorted(set(of.values())))
    dates: dict[str, dict[date, Thing]] = {}
    for event in events:
        found, day = known.get(of.get(event.id, "")), day_of(event)
        if found is not None and day is not None and _is_of(found, event):
            dates.setdefault(found.id, {})[day] = event
    return [Repeated(known[id], some) for id, some in dates.items()]


def _is_of(series: Thing, event: Thing) -> bool:
    is_public = series.kind == "Series" and series.audience == PUBLIC
    return is_public and not series.deleted and series.owner == event.owner


def _again(id: str, read: Read) -> tuple[Thing, Sequence[Repeated]]:
    found = _public("Series", id, read)
    dates = {d: e for d, e in dates_of(id, read).items() if e.audience == PUBLIC}
    return found, [Repeated(found, dates)] if dates else []


def _agenda(key: str, read: Read) -> tuple[str | None, Sequence[Thing]]:
    person = agenda.whose(read, key)
    return person, agenda.events_of(read, person) if person else ()
