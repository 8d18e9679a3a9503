"""A ticket: its page, its file, and into whose hands it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

import orjson
from aiohttp import web
from markupsafe import Markup

from peer.model.reading import Read
from peer.node.keys import Keys, keys_of
from peer.node.refusal import Refused
from peer.node.telling import ical
from peer.node.trading import passing, tickets
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.exchange.negotiation import ACTIVITY, HTML, JSON, LINKED, chosen
from peer.web.pages import things
from peer.web.parts import qr
from peer.web.parts.around import Around
from peer.web.parts.authors import href_of
from peer.web.parts.view import View
from peer.web.visit import Visit

#: The same whether there was such a ticket or not: nobody learns that by asking.
_NO_LONGER = (
    "This address opens no ticket, or none any more. A ticket that was passed on has a "
    "new address, which whoever has it now was given."
)


@dataclass(frozen=True, slots=True)
class Held:
    """A seat that the visitor holds, and what its page says beside it."""

    seat: Thing
    event: Thing | None
    order: Thing | None
    keys: Keys | None
    token: str
    key: str  # what opens this page, so that it can be handed on
    with_key: bool  # did they come by it?

    @property
    def is_void(self) -> bool:
        return bool(self.seat.get("state") == "void")

    @property
    def query(self) -> str:
        return "?" + urlencode({"key": self.key}) if self.with_key else ""

    @property
    def here(self) -> str:
        return f"/seats/{self.seat.slug}"

    @property
    def zone(self) -> str | None:
        """By the clocks where the event is."""
        told = self.event.get("timezone") if self.event else None
        return told if isinstance(told, str) else None


async def page(visit: Visit) -> web.StreamResponse:
    """The ticket for who holds it; for everybody else there is nothing here."""
    held = await _held(visit)
    if held is None:
        if visit.query.get("key"):
            raise Refused(_NO_LONGER, 404)
        return await things.page(visit)
    accept = visit.request.headers.get("Accept", "")
    if chosen(accept, (HTML, JSON, LINKED, ACTIVITY)) not in (HTML, None):
        return _credential(held)
    return _page(visit, held)


def _page(
    visit: Visit, held: Held, refused: Refused | None = None, told: str = ""
) -> web.Response:
    view = View(held.seat, Around(), visit.setting)
    pages = visit.site.pages
    answer = visit.page(
        "ticket.html",
        status=refused.status if refused else 200,
        thing=view,
        kind=view.type,
        drawn=pages.of_type(view.type, visit.node.lexicon, "page.html"),
        ticket=held,
        event=View(held.event, Around(), visit.setting) if held.event else None,
        order_href=_order_href(visit, held),
        code=_drawn(held),
        problem=refused.reason if refused else "",
        told=told,
    )
    answer.headers["Cache-Control"] = OWN
    return answer


def _drawn(held: Held) -> Markup:
    if held.is_void or not held.token:
        return Markup("")
    return qr.svg(held.token, f"QR code of the ticket {held.seat['code']}")


def _order_href(visit: Visit, held: Held) -> str:
    """The order, for who may see it without a key of its own."""
    if held.with_key or held.order is None:
        return ""
    return href_of(held.order.id, visit.node.base)


# -- who may ------------------------------------------------------------------------


async def _held(visit: Visit) -> Held | None:
    id, suffix = things.address(visit)
    if suffix:
        return None
    secret = visit.site.order_secret
    told = visit.told.get("key") or visit.query.get("key", "")
    return await visit.read(partial(_read, visit, id, secret, told))


def _read(visit: Visit, id: str, secret: bytes, told: str, read: Read) -> Held | None:
    seat = read.get(id)
    if seat is None or seat.deleted or seat.kind != "Seat":
        return None
    with_key = tickets.opens(secret, seat, told)
    if not with_key and not tickets.is_of(visit.viewer, seat, read):
        return None
    around = read.many(filter(None, (seat.get("event"), seat.get("order"))))
    return Held(
        seat,
        _there(around.get(seat.get("event", ""))),
        _there(around.get(seat.get("order", ""))),
        keys_of(read, seat.owner),
        tickets.token_of(seat, read),
        tickets.key_of(secret, seat),
        with_key,
    )


def _there(thing: Thing | None) -> Thing | None:
    return None if thing is None or thing.deleted else thing


async def _required(visit: Visit) -> Held:
    held = await _held(visit)
    if held is None:
        raise Refused("There is no ticket here, or it was passed on.", 404)
    return held


# -- as a file ------------------------------------------------------------------------


async def credential(visit: Visit) -> web.StreamResponse:
    """The ticket as a document that proves itself, to be kept."""
    return _credential(await _required(visit))


def _credential(held: Held) -> web.Response:
    if held.is_void or held.keys is None:
        raise Refused("This ticket is void: there is nothing to prove with it.", 410)
    told = tickets.credential_of(held.seat, held.event, held.keys)
    name = tickets.filename_of(held.seat)
    return web.Response(
        body=orjson.dumps(told, option=orjson.OPT_INDENT_2),
        content_type=LINKED,
        headers={
            "Cache-Control": OWN,
            "Content-Disposition": f'inline; filename="{name}.json"',
        },
    )


async def calendar(visit: Visit) -> web.StreamResponse:
    """What the ticket is for, as an entry for a calendar."""
    held = await _required(visit)
    if held.event is None or not held.event.get("startTime"):
        raise Refused("When this is, is not known here yet.", 404)
    name, event = tickets.filename_of(held.seat), _named(held, held.event)
    return web.Response(
        body=ical.calendar(event["name"], [event]),
        content_type=ical.MEDIA,
        headers={
            "Cache-Control": OWN,
            "Content-Disposition": f'attachment; filename="{name}.ics"',
        },
    )


def _named(held: Held, event: Thing) -> Thing:
    """The event, as somebody with this ticket has it in their calendar."""
    told = {**event.values, "summary": f"Ticket {held.seat['code']}"}
    if held.is_void:
        told["status"] = "CANCELLED"
    return replace(event, values=told, updated=max(event.updated, held.seat.updated))


# -- whose it is -----------------------------------------------------------------------


async def rename(visit: Visit) -> web.StreamResponse:
    """Another name on the ticket, which stays what it is."""
    held = await _required(visit)
    holder = visit.told.get("holder")
    try:
        await passing.rename(visit.node, held.seat.id, holder, held.seat["code"])
    except Refused as refused:
        return _page(visit, held, refused, holder)
    return visit.go(held.here + held.query, "saved")


async def pass_on(visit: Visit) -> web.StreamResponse:
    """A new ticket for somebody else; this one ends, its address and code with it."""
    held = await _required(visit)
    holder = visit.told.get("holder")
    code = held.seat["code"]
    try:
        changed = await passing.pass_on(visit.node, held.seat.id, holder, code)
    except Refused as refused:
        return _page(visit, held, refused, holder)
    key = urlencode({"key": tickets.key_of(visit.site.order_secret, changed)})
    return visit.go(f"{held.here}?{key}", "passed-on")
