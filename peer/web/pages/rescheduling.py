"""An event is called off, put off, or held after all: whoever keeps it is asked first.

The page says who will be told, because none of that can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.declaration import Type
from peer.model.form import Form, form_of, submitted
from peer.model.kinds import Site
from peer.model.permission import may
from peer.model.places import numbers
from peer.model.reading import Read
from peer.node.moderation.blocks import host_of
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.cid import content_id
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.web.pages.things import present
from peer.web.parts.around import Around
from peer.web.parts.view import View
from peer.web.visit import Visit

_OFF, _ON, _OPEN = "CANCELLED", "CONFIRMED", "TENTATIVE"


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of it: how many of each, and on which other servers."""

    coming: int
    waiting: int
    sold: int
    following: int
    elsewhere: tuple[str, ...]


async def ask_to_cancel(visit: Visit) -> web.StreamResponse:
    event, told = await visit.read(partial(_kept, visit))
    return visit.page(
        "cancel.html",
        thing=View(event, Around(), visit.setting),
        is_off=event.get("status") == _OFF,
        told=told,
    )


async def cancel(visit: Visit) -> web.StreamResponse:
    """Off; or, where it is off already, on again."""
    event, _ = await visit.read(partial(_kept, visit))
    is_off = visit.told.get("status") != "on"
    values = {"status": _OFF if is_off else _ON}
    await visit.publish(Ask("Update", id=event.id, values=values))
    href = event.id.removeprefix(visit.node.base)
    return visit.go(href, "cancelled" if is_off else "held-after-all")


async def ask_to_postpone(visit: Visit) -> web.StreamResponse:
    event, told = await visit.read(partial(_kept, visit))
    form = form_of(_asked(visit), _site(visit), event.values)
    return _form(visit, event, told, form)


async def postpone(visit: Visit) -> web.StreamResponse:
    event, told = await visit.read(partial(_kept, visit))
    kind, texts = _asked(visit), visit.told.flat()
    texts["timezone"] = event.get("timezone") or visit.node.domain.zone
    is_open = visit.told.get("open") == "yes"
    found = submitted(kind, texts, _site(visit), None if is_open else event.values)
    problems = {} if is_open else found.problems
    if not is_open and not problems and not _is_other(event, found.values):
        problems = {"startTime": "That is when it is now: choose another time."}
    if problems:
        form = form_of(kind, _site(visit), told=texts, problems=problems)
        return _form(visit, event, told, form, 422)
    values = {"status": _OPEN} if is_open else _moved(found.values)
    was = event.get("previousStart") or event["startTime"]
    ask = Ask("Update", id=event.id, values={**values, "previousStart": was})
    await visit.publish(replace(ask, was=visit.told.get("was") or None))
    return visit.go(event.id.removeprefix(visit.node.base), "postponed")


def _moved(values: Any) -> dict[str, Any]:
    return {
        "startTime": values["startTime"],
        "endTime": values.get("endTime"),
        "status": _ON,
    }


def _is_other(event: Thing, values: Any) -> bool:
    return any(event.get(t) != values.get(t) for t in ("startTime", "endTime"))


def _form(
    visit: Visit, event: Thing, told: Told, form: Form, status: int = 200
) -> web.StreamResponse:
    return visit.page(
        "postpone.html",
        status=status,
        thing=View(event, Around(), visit.setting),
        kind=form.kind,
        questions={question.term: question for question in form.questions},
        errors=form.errors,
        is_open=visit.told.get("open") == "yes",
        was=content_id(event),
        told=told,
    )


def _asked(visit: Visit) -> Type:
    kind = visit.node.lexicon.types["Event"]
    labels = {"startTime": "New start", "endTime": "New end"}
    fields = {t: replace(kind.fields[t], label=said) for t, said in labels.items()}
    return replace(kind, fields=fields, relations={})


def _site(visit: Visit) -> Site:
    return Site(visit.node.domain.zone, visit.node.domain.currency)


def _kept(visit: Visit, read: Read) -> tuple[Thing, Told]:
    """The event, for whoever keeps it."""
    id = f"{visit.node.base}/events/{visit.part('slug')}"
    event = present(visit, id, read)
    kind = visit.node.lexicon.types.get(event.kind)
    who = kind.permits.get("Update", "nobody") if kind else "nobody"
    if (
        kind is None
        or "startTime" not in kind.fields
        or not may(who, visit.viewer, event)
    ):
        raise Refused("Only who keeps an event calls it off or puts it off.", 403)
    return event, _told(event, read)


def _told(event: Thing, read: Read) -> Told:
    counts = read.tally([event.id])
    near = read.edges_from([event.id], ("features", "allots"))
    given = read.many([e.object for e in near if e.relation == "allots"])
    ends = [e.object for e in near if e.relation == "features"]
    ends += [each["shop"] for each in given.values() if each.get("shop")]
    calendars = read.edges(object=event.id, relation="scheduled")
    following = sum(
        read.degree(relation="follows", object=edge.subject) for edge in calendars
    )
    hosts = {host_of(id) for id in ends if not same_origin(id, event.id)}
    return Told(
        coming=counts.get((event.id, "attending"), 0),
        waiting=counts.get((event.id, "waits"), 0),
        sold=numbers(event, read).sold,
        following=following,
        elsewhere=tuple(sorted(hosts)),
    )
