"""An event for paper, and in a frame on other sites: pages that ask for nothing."""

from __future__ import annotations

from functools import partial

from aiohttp import web
from markupsafe import Markup

from peer.model.permission import STRANGER
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.protocol.thing import PUBLIC, Thing
from peer.web.exchange.headers import FRAMED_POLICY
from peer.web.pages.things import present
from peer.web.parts import qr
from peer.web.parts.around import around_cards
from peer.web.parts.view import View
from peer.web.visit import Visit


async def poster(visit: Visit) -> web.StreamResponse:
    """One sheet of paper: what, when, where, and a code that leads to the event."""
    event = await visit.read(partial(_event, visit))
    return visit.page(
        "poster.html",
        event=event,
        address=_in_parts(event.id.partition("://")[2]),
        code=qr.svg(event.id, f"QR code of {event.id}"),
    )


async def embed(visit: Visit) -> web.StreamResponse:
    """The same for all who look: no session is read, no cookie is set."""
    event = await visit.read(partial(_public, visit))
    text = visit.site.pages.render(
        "embed.html", {"event": event, "today": visit.today()}
    )
    answer = web.Response(text=text, content_type="text/html")
    answer.headers["Content-Security-Policy"] = FRAMED_POLICY
    return answer


def _in_parts(address: str) -> Markup:
    """``address``, which may go on in the next line after each of its parts."""
    return Markup("/<wbr>").join(address.split("/"))


def _event(visit: Visit, read: Read) -> View:
    found = present(visit, f"{visit.node.base}/events/{visit.part('slug')}", read)
    if found.kind not in visit.node.lexicon.descendants("Event"):
        raise Refused("Nothing is here, or its author keeps it back.", 404)
    return _view(visit, found, read)


def _public(visit: Visit, read: Read) -> View:
    event = _event(visit, read)
    if event.audience != PUBLIC:
        raise Refused("Nothing is here, or its author keeps it back.", 404)
    return event


def _view(visit: Visit, event: Thing, read: Read) -> View:
    around = around_cards(read, [event], visit.node.lexicon, STRANGER)
    return View(event, around, visit.setting)
