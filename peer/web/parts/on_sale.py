"""What is for sale for an event, and why nothing is.

A ticket is offered here while whoever keeps the event agrees that its shop sells it.
Where several shops sell the same, it is one thing to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.model.consent import mutual
from peer.model.permission import STRANGER, may_see
from peer.model.places import numbers
from peer.model.reading import Read
from peer.protocol import moment
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.web.parts.checkout import MOST, Choice

_SELLS = "sellsTicketsFor"


@dataclass(frozen=True, slots=True)
class Sale:
    """What is for sale for an event; ``closed`` says why nothing is."""

    event: Thing
    choices: Sequence[Choice] = ()
    left: int | None = None
    closed: str = ""


def sale_of(event: Thing, read: Read, now: datetime, *, is_shop: bool) -> Sale:
    """``is_shop``: is this a peer that sells its own tickets?"""
    left = numbers(event, read).left
    if event.get("status") == "CANCELLED":
        return Sale(event, closed="This event is cancelled: no tickets are sold.")
    if _is_past(event.get("endTime") or event.get("startTime"), now):
        return Sale(event, closed="This event is over: no tickets are sold.")
    tickets = _tickets(event, read, is_shop)
    on_sale = [each for each in tickets if _is_on_sale(each, now)]
    if not on_sale:
        return Sale(event, left=left, closed=_why(tickets, now))
    return Sale(event, _choices(on_sale, event), left)


def _tickets(event: Thing, read: Read, is_shop: bool) -> Sequence[Thing]:
    """The tickets that shops sell for ``event``, with the consent of who keeps it."""
    stated = read.edges(relation=_SELLS, object=event.id)
    known = read.many(edge.subject for edge in mutual(stated, read))
    sold = [t for t in known.values() if is_shop or not same_origin(t.id, event.id)]
    there = [each for each in sold if not each.deleted and may_see(STRANGER, each)]
    return sorted(there, key=_order)


def _order(ticket: Thing) -> tuple[int, str, str]:
    return ticket["price"]["amount"], ticket["name"], ticket.id


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


def _choices(tickets: Sequence[Thing], event: Thing) -> Sequence[Choice]:
    """What can be chosen: the same ticket at several shops is one choice."""
    alike: dict[tuple[Any, ...], list[Thing]] = {}
    for each in tickets:
        price = each["price"]
        said = (each["name"], price["amount"], price["currency"], each.get("summary"))
        alike.setdefault(said, []).append(each)
    return [_choice(some, event) for some in alike.values()]


def _choice(alike: Sequence[Thing], event: Thing) -> Choice:
    ticket, *others = alike
    return Choice(
        id=ticket.id,
        name=ticket["name"],
        price=ticket["price"],
        seller=_seller(ticket, event),
        note=ticket.get("summary", ""),
        most=min(MOST, max(each["quantity"] for each in alike)),
        elsewhere={_seller(each, event): each.id for each in others},
    )


def _seller(ticket: Thing, event: Thing) -> str:
    """The desk; our own tickets may be anybody's of us."""
    is_ours = same_origin(ticket.id, event.id)
    return f"{origin(event.id)}/actor" if is_ours else ticket.owner
