"""How an event stands, for those who keep it: figures, and the way to all they do."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.permission import may
from peer.model.reading import Read
from peer.model.voice import SCHEDULED
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.pages.things import present
from peer.web.parts import figures
from peer.web.parts.around import Around
from peer.web.parts.sharing import thanks_at
from peer.web.parts.view import View
from peer.web.visit import Visit


async def page(visit: Visit) -> web.StreamResponse:
    event = await visit.read(partial(_kept, visit))
    node = visit.node
    await visit.site.views.write(node.store, node.now())
    zone = event.get("timezone") or node.domain.zone
    found = await visit.read(
        partial(figures.figures, event=event, today=visit.today(), zone=zone)
    )
    around = await visit.read(partial(_on_calendars, event, found.inside))
    answer = visit.page(
        "dashboard.html",
        event=View(event, around, visit.setting),
        figures=found,
        counts_views=node.config.views,
        thanks=thanks_at(visit, event, around),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


def _on_calendars(event: Thing, inside: int, read: Read) -> Around:
    """What is said about it in thanks."""
    edges = read.edges_into([event.id], (SCHEDULED,))
    calendars = read.many(edge.subject for edge in edges)
    related = {(event.id, f"~{SCHEDULED}"): list(calendars)}
    return Around(calendars, related, {(event.id, "arrived"): inside})


def _kept(visit: Visit, read: Read) -> Thing:
    event = present(visit, f"{visit.node.base}/events/{visit.part('slug')}", read)
    if event.kind not in visit.node.lexicon.descendants("Event"):
        raise web.HTTPNotFound
    if not may("owner", visit.viewer, event):
        raise Refused("This is for those who keep the event.", 403)
    return event
