"""Tickets and products as proposals that anybody can answer (FEP-0837, FEP-0ea0)."""

from __future__ import annotations

import html
import re

from peer.model import ordering
from peer.model.questions import questions_of
from peer.model.reading import Read
from peer.model.voice import voice
from peer.node.keys import ORDERS, secret_in
from peer.node.telling.market import (
    PROPOSAL,
    WORDS,
    Document,
    intents,
    link,
)
from peer.node.trading.order_keys import key_of
from peer.node.trading.order_keys import link_of as order_link
from peer.node.trading.tickets import link_of as ticket_link
from peer.protocol.terms import AS_CONTEXT, PROOFS
from peer.protocol.thing import Thing

_ON_SALE = ("Ticket", "Product")


def beside(ticket: Thing, read: Read) -> list[str]:
    """Those whose event ``ticket`` is for hear of its changes."""
    if ticket.kind != "Ticket":
        return []
    edges = read.edges(subject=ticket.id, relation=ordering.SELLS)
    events = read.many(edge.object for edge in edges)
    return [voice(event, read) for event in events.values() if not event.deleted]


def proposal(thing: Thing, told: Document, read: Read) -> Document:
    """``told`` of a ticket or product, and what it takes to order it."""
    if thing.kind not in _ON_SALE or not thing.get("price"):
        return told
    edges = read.edges(subject=thing.id, relation=ordering.SELLS, limit=1)
    event = edges[0].object if edges else None
    about = intents(
        thing.id,
        thing["price"],
        resource=event or thing.id,
        action="deliverService" if event else "transfer",
        left=ordering.left(thing, read),
    )
    told = {**told, **about}
    if thing.kind == "Ticket":
        told["type"] = "Proposal"
        told["content"] = _in_words(thing, read.get(event) if event else None)
    if event:
        told["context"] = event
    asked = [each.row for each in questions_of(read.get(event) if event else None)]
    if asked:
        told["sx:questions"] = asked
    own = told["@context"][-1] if isinstance(told["@context"], list) else {}
    told["@context"] = [AS_CONTEXT, PROOFS, {**WORDS, **own}]
    return told


def _in_words(ticket: Thing, event: Thing | None) -> str:
    name = f"{event['name']}: {ticket['name']}" if event else ticket["name"]
    more = f" {ticket['summary']}" if ticket.get("summary") else ""
    return f"<p>{html.escape(f'{name}.{more}', quote=False)}</p>"


def heralding(note: Thing, told: Document, read: Read) -> Document:
    """What a note says beside its words of the ticket that it tells of (FEP-0ea0)."""
    edges = read.edges(subject=note.id, relation="heralds", limit=1)
    about = read.get(edges[0].object) if edges else None
    if about is not None and about.kind == "Order":
        offer = read.activity(about.get("offer", ""))
        if offer is not None and not offer.notes.get("mention"):
            return _receipt(about, read)
        return {"content": _opened(str(told.get("content", "")), about.id, read)}
    if about is not None and about.kind == "Seat":
        return {"content": _shown(str(told.get("content", "")), about, read)}
    if about is None or about.kind != "Ticket":
        return {}
    return _for_sale(about)


def _opened(content: str, order: str, read: Read) -> str:
    """Its links to the order have the key with them, which the log has not."""
    secret = secret_in(read, ORDERS)
    if secret is None:
        return content
    way = re.compile(rf"{re.escape(order)}(/pay)?(?=[\"<])")
    key = key_of(secret, order)
    return way.sub(lambda found: f"{order}{found[1] or ''}?key={key}", content)


def _shown(content: str, seat: Thing, read: Read) -> str:
    """Its link to the ticket, with the key as well."""
    secret = secret_in(read, ORDERS)
    if secret is None:
        return content
    return content.replace(f'"{seat.id}"', f'"{ticket_link(seat, secret)}"')


def _receipt(order: Thing, read: Read) -> Document:
    """The confirmation of FEP-0837, for what has been paid or costs nothing."""
    secret = secret_in(read, ORDERS)
    url = order_link(secret, order.id) if secret else order.id
    seats = len(ordering.parts_of(order.id, read, "Seat"))
    name = f"{seats} tickets" if seats != 1 else "1 ticket"
    file = {"type": "Document", "mediaType": "text/html", "name": name, "url": url}
    told: Document = {
        "type": "Document",
        "name": "Receipt",
        "context": order.id,
        "mediaType": "text/html",
        "url": url,
    }
    return {**told, "attachment": [file]} if seats else told


def _for_sale(ticket: Thing) -> Document:
    rel = ["payment", PROPOSAL]
    return {
        "attachment": [
            link(ticket.id, "Buy", "text/html", rel),
            link(ticket.id, "Proposal", "application/activity+json", rel),
        ],
        "tag": [
            link(
                ticket.id,
                f"RE: {ticket.id}",
                f'application/ld+json; profile="{AS_CONTEXT}"',
                PROPOSAL,
            )
        ],
    }
