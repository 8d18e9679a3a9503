"""Putting an event on a calendar: one screen, and one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from peer.model.kinds import Site
from peer.model.permission import Role, may, may_see
from peer.model.query import Query
from peer.model.reading import Read
from peer.model.series import SLOTS
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading.allotments import Row as Allotted
from peer.node.trading.allotments import offers
from peer.protocol import moment
from peer.protocol.thing import MEMBERS, PUBLIC, Thing
from peer.web.pages import previewing
from peer.web.pages.things import present
from peer.web.parts import schedule, ticketing
from peer.web.parts.allocated import allocated
from peer.web.parts.desks import allotted, known_desk
from peer.web.parts.pickers import option
from peer.web.parts.repeating import ON
from peer.web.parts.schedule import Offered, Schedule
from peer.web.parts.taken import Taken, taken
from peer.web.visit import Visit

_MOST_CALENDARS = 50
_MOST_PLACES = 200
#: The calendar that is meant where nobody says which.
_MAIN = "main"


async def anywhere(visit: Visit) -> web.StreamResponse:
    """The form, on the calendar that is chosen first."""
    calendars = await visit.read(partial(_calendars, visit))
    if not calendars:
        raise Refused("There is no calendar yet that you may put something on.", 404)
    main = next((each for each in calendars if each.slug == _MAIN), calendars[0])
    return visit.go(f"{main.id.removeprefix(visit.node.base)}/schedule")


async def page(visit: Visit) -> web.StreamResponse:
    offered, calendar = await visit.read(partial(_offered, visit))
    zone = calendar.get("timezone") or visit.node.domain.zone
    like, tickets = await visit.read(partial(_like, visit))
    values = {"timezone": zone, schedule.JOIN: "free", **like}
    told = schedule.blank(visit.node.lexicon, _site(visit), offered, values, tickets)
    return _show(visit, calendar, told, Refused("", 200))


async def another(visit: Visit) -> web.StreamResponse:
    """The form, on the calendar of an event, filled in like that event."""
    id = f"{visit.node.base}/events/{visit.part('slug')}"
    calendar = await visit.read(partial(_calendar_of, visit, id))
    home = calendar.removeprefix(visit.node.base)
    return visit.go(f"{home}/schedule?{urlencode({'like': id})}")


def _calendar_of(visit: Visit, id: str, read: Read) -> str:
    event = present(visit, id, read)
    edges = read.edges(object=event.id, relation="scheduled", limit=1)
    return edges[0].subject if edges else f"{visit.node.base}/calendars/{_MAIN}"


def _like(visit: Visit, read: Read) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """What another event like that one has, but for when it is; and its tickets."""
    id = visit.query.get("like", "")
    if not id:
        return {}, {}
    event = present(visit, id, read)
    terms = ("name", "timezone", "location", schedule.JOIN, "capacity")
    values = {t: event[t] for t in terms if event.get(t) is not None}
    for edge in read.edges(subject=id, relation="features", limit=1):
        values[schedule.FEATURES] = edge.object
    rows = read.many(e.object for e in read.edges(subject=id, relation="allots"))
    given = [row for row in rows.values() if may_see(visit.viewer, row)]
    return values, ticketing.typed(given)


async def create(visit: Visit) -> web.StreamResponse:
    """All of it happens, or nothing, and then the form says what is wrong."""
    offered, calendar = await visit.read(partial(_offered, visit))
    texts = previewing.left_out(visit.told)
    told = schedule.answered(
        visit.node.lexicon, _site(visit), offered, texts, visit.told.all(ON)
    )
    looks = visit.told.get(previewing.LOOK)
    if looks == previewing.BACK:
        return _show(visit, calendar, told, Refused("", 200))
    if told.problems:
        return _show(visit, calendar, told, Refused("", 422, told.problems))
    given, unsold = await allotted(visit, told.tickets)
    if unsold:
        return _show(visit, calendar, told, Refused("", 422, unsold))
    if _is_over(visit, told):
        return _show(visit, calendar, told, Refused("", 409), is_over=True)
    clash = await _clash(visit, told)
    if clash:
        return _show(visit, calendar, told, Refused("", 409), clash)
    chosen = _chosen(offered, texts.get("calendar", ""), calendar)
    if looks:
        return await previewing.page(visit, chosen, told, _values(told), given)
    try:
        await visit.publish(*_asks(chosen, told, given, visit.node.token()))
    except Refused as refused:
        return _show(visit, calendar, told, refused)
    return visit.go(chosen.id.removeprefix(visit.node.base), "scheduled")


def _site(visit: Visit) -> Site:
    return Site(visit.node.domain.zone, visit.node.domain.currency)


def _chosen(offered: Offered, id: str, otherwise: Thing) -> Thing:
    return next((each for each in offered.calendars if each.id == id), otherwise)


def _is_over(visit: Visit, told: Schedule) -> bool:
    """Is it in the past, most likely by a slip, and nobody has said they mean it?"""
    if told.repeating.often or visit.told.get("past") == "yes":
        return False
    end = told.values.get("endTime") or told.values["startTime"]
    return bool(moment.read(end) < visit.node.now())


async def _clash(visit: Visit, told: Schedule) -> Taken:
    """Who has the place then, unless whoever schedules knows of them."""
    venue = told.venue
    if venue is None or visit.told.get("anyway") == "yes":
        return Taken()
    for values in told.times.each(_values(told)):
        found = await visit.read(partial(taken, venue=venue, values=values))
        if found:
            return found
    return Taken()


def _show(
    visit: Visit,
    calendar: Thing,
    told: Schedule,
    refused: Refused,
    clash: Taken | None = None,
    is_over: bool = False,
) -> web.StreamResponse:
    """The form, with all that was typed."""
    chosen = _chosen(told.offered, told.told.get("calendar", ""), calendar)
    return visit.page(
        "schedule.html",
        status=refused.status,
        calendar=chosen,
        told=told,
        questions={
            each.term: replace(each, error=refused.problems.get(each.term, ""))
            for each in told.form.questions
        },
        problems=refused.problems,
        clash=clash,
        is_over=is_over,
        reason=refused.reason,
        featured=told.featured or visit.query.get("post", ""),
        place=told.place,
        shop=told.offered.shop,
    )


# -- what may be chosen ----------------------------------------------------------------


def _calendars(visit: Visit, read: Read) -> Sequence[Thing]:
    """Those that the viewer may put something on."""
    kind = visit.node.lexicon.types.get("Calendar")
    if kind is None or "Event" not in visit.node.lexicon.types:
        return ()
    is_member = visit.viewer.role >= Role.MEMBER
    audiences = (PUBLIC, MEMBERS) if is_member else (PUBLIC,)
    query = Query((kind.name,), "name", audiences, limit=_MOST_CALENDARS)
    who = kind.permits.get("Add", "nobody")
    return [each for each in read.find(query).items if may(who, visit.viewer, each)]


def _offered(visit: Visit, read: Read) -> tuple[Offered, Thing]:
    node, viewer = visit.node, visit.viewer
    calendar = read.get(f"{node.base}/calendars/{visit.part('slug')}")
    if calendar is None or calendar.deleted or not may_see(viewer, calendar):
        raise Refused("There is no such calendar here.", 404)
    if not may(node.lexicon.types["Event"].permits["Create"], viewer):
        raise Refused("Members put events on: ask to be made one.", 403)
    calendars = _calendars(visit, read)
    if calendar.id not in {each.id for each in calendars}:
        raise Refused("You may not put events on this calendar.", 403)
    ids = dict.fromkeys((calendar.id, *(each.id for each in calendars)))
    by_calendar = allocated(read, ids)
    posts = {post.id: post for id in ids for post in by_calendar.get(id, ())}
    places = read.find(Query(("Place",), "name", limit=_MOST_PLACES)).items
    return (
        Offered(
            calendars,
            [option(node.lexicon, node.base, post) for post in posts.values()],
            [each for each in places if each.get("location")],
            known_desk(visit),
        ),
        calendar,
    )


# -- what is asked for -----------------------------------------------------------------


def _asks(
    calendar: Thing, told: Schedule, given: Sequence[Allotted], mark: str
) -> Sequence[Ask]:
    """What was filled in, as one event or as a series of them; at each of its times.

    Those of one day have the same ``mark``, by which they know of one another.
    """
    asks: list[Ask] = []
    for values in told.times.each(_values(told)):
        slot = {**values, SLOTS: mark} if told.times.others else values
        if told.repeating.often:
            asks.append(_series(calendar, told, slot, given))
        else:
            event = f"@{len(asks)}"
            asks += [*_event(calendar, told, slot, event), *offers(event, given)]
    return asks


def _event(
    calendar: Thing, told: Schedule, values: Mapping[str, Any], event: str
) -> Sequence[Ask]:
    """The event, and all that it stands in relation to; it will be ``event``."""
    asks = [
        Ask("Create", kind="Event", values=values, audience=PUBLIC),
        Ask("Add", subject=calendar.id, relation="scheduled", object=event),
    ]
    if told.featured:
        asks.append(
            Ask("Add", subject=event, relation="features", object=told.featured)
        )
    if told.venue:
        asks.append(Ask("Add", subject=event, relation="located", object=told.venue.id))
    return asks


def _series(
    calendar: Thing,
    told: Schedule,
    of_one: Mapping[str, Any],
    given: Sequence[Allotted],
) -> Ask:
    """A series, which makes its dates itself, each with what is said here."""
    values = {**of_one, "calendar": calendar.id}
    if told.featured:
        values["features"] = told.featured
    if told.venue:
        values["venue"] = told.venue.id
    if given:
        values["tickets"] = [_ticket(row) for row in given]
    return Ask("Create", kind="Series", values=values, audience=PUBLIC)


def _values(told: Schedule) -> dict[str, Any]:
    """What was typed of the event, and how it repeats."""
    values = dict(told.values)
    return {**values, **told.repeating.values(values["startTime"])}


def _ticket(row: Allotted) -> Mapping[str, Any]:
    return {
        "name": row.name,
        "price": dict(row.price),
        "quantity": row.quantity,
        "shop": row.shop,
        **row.more,
    }
