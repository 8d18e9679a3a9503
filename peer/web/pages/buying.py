"""Tickets for an event: how many and for whom, and then on to the shop.

The form carries a token that was made when it was drawn.  What is asked with it is
one purchase for ever: a double click, Back, a form sent again all lead to the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from peer.model.consent import mutual
from peer.model.permission import STRANGER, may_see
from peer.model.places import numbers
from peer.model.reading import Read
from peer.node.people import accounts
from peer.node.people.browser import form_token
from peer.node.refusal import Refused
from peer.node.trading import order_keys, orders, purchases
from peer.protocol import moment
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.web.exchange.headers import PAGE_POLICY
from peer.web.pages.purchasing import address_of, asked_again, go_on
from peer.web.pages.things import address, present
from peer.web.parts import basket, checkout
from peer.web.parts.around import Around
from peer.web.parts.checkout import MOST, Checkout, Choice
from peer.web.parts.view import View
from peer.web.visit import Visit

_SELLS = "sellsTicketsFor"
_LOOK_EVERY = 0.05
#: What has been asked for and is not paid yet; so many purchases are looked at.
_OPEN, _MOST_BEGUN = ("asked", "accepted", "awaiting"), 50


@dataclass(frozen=True, slots=True)
class Sale:
    """What is for sale for an event; ``closed`` says why nothing is."""

    event: Thing
    choices: Sequence[Choice] = ()
    left: int | None = None
    closed: str = ""


async def page(visit: Visit) -> web.StreamResponse:
    sale = await visit.read(partial(_sale, visit))
    again = await asked_again(visit)
    token, begun = await visit.read(partial(_begun, visit, sale.event.id))
    if again is not None:
        counts = dict(again.lines)
        typed = [each.typed(str(counts.get(each.id, ""))) for each in sale.choices]
        form = checkout.fresh(typed, again.name, again.email, token)
    else:
        choices = _suggested(sale.choices)
        form = checkout.fresh(choices, *await _viewer(visit), token=token)
    return _form(visit, sale, form, begun=address_of(visit, begun) if begun else "")


def _begun(visit: Visit, event: str, read: Read) -> tuple[str, Thing | None]:
    """The token for this browser's form, and what it has asked for with that already.

    Whoever comes back to the form before they have paid is given the same token: sent
    again it is the same purchase, though browsers load the form anew.
    """
    secret, base = visit.site.secret, visit.node.base
    for number in range(_MOST_BEGUN):
        said = f"{visit.form_cookie()}\0{event}\0{number}"
        token = form_token(secret, said)
        found = read.get(purchases.purchase_id(base, token))
        desk = f"{base}/actor"
        order = read.get(orders.order_id(desk, orders.offer_id(base, token)))
        if found is None and order is None:
            return token, None
        if (found or order or {}).get("state") in _OPEN:
            return token, found
    return "", None


def _suggested(choices: Sequence[Choice]) -> Sequence[Choice]:
    """Where there is one kind of ticket, most people want one."""
    return [each.typed("1") for each in choices] if len(choices) == 1 else choices


async def _viewer(visit: Visit) -> tuple[str, str]:
    """Name and address of who has told us before."""
    me = visit.viewer.id
    found = await visit.read(partial(accounts.find, id=me)) if me else None
    return (found.name, found.email) if found else ("", "")


async def buy(visit: Visit) -> web.StreamResponse:
    sale = await visit.read(partial(_sale, visit))
    form = checkout.told(visit.told, sale.choices)
    if visit.told.get("update"):
        return _form(visit, sale, replace(form, problems={}))
    sent = purchases.purchase_id(visit.node.base, form.token)
    before = await visit.read(partial(_known, sent))
    if before is not None and (sale.closed or form.errors):
        return await _on(visit, before)
    if sale.closed or form.errors:
        return _form(visit, sale, form, 409 if sale.closed else 422)
    try:
        return await _asked(visit, sale, form)
    except Refused as refused:
        if refused.status not in (409, 410, 422):
            raise
        reason = checkout.SENT_BEFORE if before else refused.reason
        anew = checkout.anew(form)
        return _form(visit, sale, anew, refused.status, reason)


async def _asked(visit: Visit, sale: Sale, form: Checkout) -> web.StreamResponse:
    """Ask the shop, or order where we are the shop."""
    node, viewer, token = visit.node, visit.viewer, form.token
    lines, contact = form.lines, form.contact
    if same_origin(form.chosen[0].seller, node.base):
        made = await orders.order(
            node, viewer, token=token, lines=lines, contact=contact
        )
        return visit.go(order_keys.way_to(visit.site.order_secret, made))
    purchase = await purchases.ask(
        node,
        viewer,
        token=token,
        event=sale.event.id,
        lines=lines,
        contact=contact,
    )
    return await _on(visit, purchase)


async def _on(visit: Visit, purchase: Thing) -> web.StreamResponse:
    answered = await _answered(visit, purchase)
    return go_on(visit, answered) or visit.go(address_of(visit, answered))


async def _answered(visit: Visit, purchase: Thing) -> Thing:
    """The purchase once the shop has answered, if it does so while one can wait."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    end = began + visit.site.patience
    while purchase["state"] == "asked" and loop.time() < end:
        await asyncio.sleep(_LOOK_EVERY)
        found = await visit.read(partial(_known, purchase.id))
        purchase = found or purchase
    visit.idled = loop.time() - began
    return purchase


def _known(id: str, read: Read) -> Thing | None:
    return read.get(id)


def _form(
    visit: Visit,
    sale: Sale,
    form: Checkout,
    status: int = 200,
    reason: str = "",
    begun: str = "",
) -> web.StreamResponse:
    answer = visit.page(
        "buy.html",
        status=status,
        event=View(sale.event, Around(), visit.setting),
        form=form,
        reason=reason,
        closed=sale.closed,
        left=sale.left,
        begun=begun,
        shops=sorted({urlsplit(each.seller).netloc for each in sale.choices}),
    )
    answer.headers["Content-Security-Policy"] = _policy(sale.choices)
    return answer


def _policy(choices: Sequence[Choice]) -> str:
    """The form may lead on to the shops that sell here: browsers would not follow."""
    shops = " ".join(sorted({origin(each.seller) for each in choices}))
    return PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {shops}")


# -- what is for sale -----------------------------------------------------------------


def _sale(visit: Visit, read: Read) -> Sale:
    id, _ = address(visit)
    event = present(visit, id, read)
    if event.kind != "Event" or not same_origin(event.id, visit.node.base):
        raise web.HTTPNotFound
    now = visit.node.now()
    left = numbers(event, read).left
    if event.get("status") == "CANCELLED":
        return Sale(event, closed="This event is cancelled: no tickets are sold.")
    if _is_past(event.get("endTime") or event.get("startTime"), now):
        return Sale(event, closed="This event is over: no tickets are sold.")
    tickets = _tickets(visit, event, read)
    on_sale = [each for each in tickets if _is_on_sale(each, now)]
    if not on_sale:
        return Sale(event, left=left, closed=_why(tickets, now))
    return Sale(event, [_choice(each) for each in on_sale], left)


def _tickets(visit: Visit, event: Thing, read: Read) -> Sequence[Thing]:
    """The tickets that shops sell for ``event``, with the consent of who keeps it."""
    stated = read.edges(relation=_SELLS, object=event.id)
    known = read.many(edge.subject for edge in mutual(stated, read))
    sold = (each for each in known.values() if _is_sold(visit, each))
    there = [each for each in sold if not each.deleted and may_see(STRANGER, each)]
    return sorted(there, key=lambda each: (each["price"]["amount"], each["name"]))


def _is_sold(visit: Visit, ticket: Thing) -> bool:
    """Is there a desk for it: another server's, or ours where there are orders?"""
    is_ours = same_origin(ticket.id, visit.node.base)
    return not is_ours or basket.sells(visit.node.lexicon.types)


def _is_past(told: str | None, now: datetime) -> bool:
    return told is not None and moment.read(told) < now


def _begins_later(ticket: Thing, now: datetime) -> bool:
    begins = ticket.get("salesStart")
    return begins is not None and moment.read(begins) > now


def _is_on_sale(ticket: Thing, now: datetime) -> bool:
    if _begins_later(ticket, now) or _is_past(ticket.get("salesEnd"), now):
        return False
    return int(ticket.get("quantity", 0)) > 0


def _why(tickets: Sequence[Thing], now: datetime) -> str:
    if any(_begins_later(each, now) for each in tickets):
        return "The tickets for this event are not on sale yet."
    if tickets:
        return "The tickets for this event are no longer on sale."
    return "There are no tickets on sale for this event."


def _choice(ticket: Thing) -> Choice:
    return Choice(
        id=ticket.id,
        name=ticket["name"],
        price=ticket["price"],
        seller=ticket.owner,
        note=ticket.get("summary", ""),
        most=min(MOST, ticket["quantity"]),
    )
