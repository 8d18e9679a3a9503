"""Somebody's own orders and tickets: of this shop, or bought elsewhere through here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from peer.model.reading import Read
from peer.node.trading import order_keys, tickets
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.pages import listing
from peer.web.pages.purchasing import address_of
from peer.web.parts.own_orders import Page, Ticket, orders_of, purchases_of
from peer.web.visit import Visit

_PATH = "/account/orders"
_STATES = {
    "asked": "The shop was asked",
    "accepted": "Kept for you, to be paid",
    "confirmed": "Confirmed",
    "completed": "Handed over",
    "refused": "Not possible",
    "withdrawn": "Withdrawn",
    "cancelled": "Cancelled",
    "expired": "Not paid in time",
    "refunded": "Paid back",
}


async def page(visit: Visit) -> web.StreamResponse:
    if not visit.buys:
        raise web.HTTPNotFound
    found = await visit.read(partial(_found, visit))
    asked = [p for p in found.purchases if not p.get("next")]
    answer = visit.page(
        "own-orders.html",
        orders=found.orders,
        purchases=[
            (p, _STATES[p["state"]], address_of(visit, p), urlsplit(p["shop"]).netloc)
            for p in asked
        ],
        tickets=[_shown(visit, each) for each in found.tickets],
        pay=_pay(visit, found),
        older=f"{_PATH}?{urlencode({'after': found.after})}" if found.after else "",
        is_first=not visit.query.get("after"),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


def _found(visit: Visit, read: Read) -> Page:
    me, after = str(visit.viewer.id), visit.query.get("after", "")
    look = orders_of if "Order" in visit.node.lexicon.types else purchases_of
    return look(me, read, after)


def _shown(visit: Visit, ticket: Ticket) -> Ticket:
    """Ours have a page of their own; of what was passed on somebody else has it."""
    seat = ticket.seat
    if ticket.href or seat.get("passed") or seat.owner != f"{visit.node.base}/actor":
        return ticket
    link = tickets.link_of(seat, visit.site.order_secret)
    return replace(ticket, href=link.removeprefix(visit.node.base))


def _pay(visit: Visit, found: Page) -> Mapping[str, str]:
    """Where to go on, by order that waits to be paid."""
    waiting: Sequence[Thing] = [o.order for o in found.orders if o.is_waiting]
    secret = visit.site.order_secret
    return {order.id: order_keys.way_to(secret, order) for order in waiting}


async def listed(visit: Visit) -> web.StreamResponse:
    """All for who keeps the shop; everybody else has, or looks for, their own."""
    if "Order" not in visit.node.lexicon.types or visit.is_owner:
        return await listing.page(visit)
    return visit.go(_PATH if visit.viewer.id else "/orders/find")
