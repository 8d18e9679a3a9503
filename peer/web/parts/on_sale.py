"""What is for sale for an event, and why nothing is.

A ticket is offered here while whoever keeps the event agrees that its shop sells it.
Where several shops sell the same, it is one thing to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.model.consent import ANSWERS, MUTUAL, is_of_one, standing, told_apart
from peer.model.permission import STRANGER, may_see
from peer.model.places import ALLOTS, SOLD, reckoned
from peer.model.promotion import codes_of
from peer.model.reading import Read
from peer.model.selling import closed
from peer.protocol import moment
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Edge, Thing
from peer.web.parts.asking import Asked, asked_of
from peer.web.parts.checkout import MOST, Choice

_SELLS = "sellsTicketsFor"


@dataclass(frozen=True, slots=True)
class Sale:
    """What is for sale for an event; ``closed`` says why nothing is."""

    event: Thing
    choices: Sequence[Choice] = ()
    left: int | None = None
    closed: str = ""
    unsold: Sequence[str] = ()  # of what is not on sale yet, or no longer: since when
    has_codes: bool = False

    @property
    def asked(self) -> Sequence[Asked]:
        return asked_of([self.event])


def sale_of(event: Thing, read: Read, now: datetime, *, is_shop: bool) -> Sale:
    """``is_shop``: is this a peer that sells its own tickets?"""
    left, known = _known(event, read)
    if event.get("status") == "CANCELLED":
        return Sale(event, closed="This event is cancelled: no tickets are sold.")
    if _is_past(event.get("endTime") or event.get("startTime"), now):
        return Sale(event, closed="This event is over: no tickets are sold.")
    tickets = _sold(known, event, is_shop)
    shut = {each.id: closed(each, event, now) for each in tickets}
    on_sale = [e for e in tickets if not shut[e.id] and int(e.get("quantity", 0)) > 0]
    unsold = list(dict.fromkeys(filter(None, shut.values())))
    if not on_sale:
        why = _why(tickets, now)
        return Sale(event, left=left, closed=why, unsold=unsold)
    choices = _choices(on_sale, event)
    return Sale(event, choices, left, "", unsold, has_codes(on_sale, read))


def has_codes(tickets: Iterable[Thing], read: Read) -> bool:
    """Does a code take something off any of them?  Else nobody is asked for one."""
    given = read.many(t["allotment"] for t in tickets if t.get("allotment"))
    return any(codes_of(each.get("codes")) for each in given.values())


def _known(event: Thing, read: Read) -> tuple[int | None, Sequence[Thing]]:
    """How many places are left, and the tickets that shops sell by agreement."""
    here = [event.id]
    edges, said = told_apart(
        read.edges_among((here, [ALLOTS]), (here, [_SELLS]), ANSWERS)
    )
    ends = {event.id: event, **read.many({end for e in edges for end in _ends(e)})}
    counts = read.counted(here, (SOLD,))
    given = [ends[e.object] for e in edges if e.relation == ALLOTS and e.object in ends]
    sold = counts.out.get((event.id, SOLD), 0)
    left = reckoned(event, sold, given, counts.held.get(event.id, 0)).left
    agreed = [
        edge.subject
        for edge in edges
        if edge.relation == _SELLS
        and standing(said.get(edge.id, {}), is_of_one(edge, ends)) == MUTUAL
    ]
    return left, [ends[id] for id in dict.fromkeys(agreed) if id in ends]


def _ends(edge: Edge) -> tuple[str, str]:
    return edge.subject, edge.object


def _sold(tickets: Sequence[Thing], event: Thing, is_shop: bool) -> Sequence[Thing]:
    sold = [t for t in tickets if is_shop or not same_origin(t.id, event.id)]
    there = [each for each in sold if not each.deleted and may_see(STRANGER, each)]
    return sorted(there, key=_order)


def _order(ticket: Thing) -> tuple[int, str, str]:
    return ticket["price"]["amount"], ticket["name"], ticket.id


def _is_past(told: str | None, now: datetime) -> bool:
    return told is not None and moment.read(told) < now


def _begins_later(ticket: Thing, now: datetime) -> bool:
    begins = ticket.get("salesStart")
    return begins is not None and moment.read(begins) > now


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
        price = (each["price"]["amount"], each["price"]["currency"])
        said = (each["name"], *price, each.get("summary"), each.get("most"))
        alike.setdefault(said, []).append(each)
    return [_choice(some, event) for some in alike.values()]


def _choice(alike: Sequence[Thing], event: Thing) -> Choice:
    ticket, *others = alike
    allowed = _most_an_order(ticket)
    quantity = max(each["quantity"] for each in alike)
    return Choice(
        id=ticket.id,
        name=ticket["name"],
        price=ticket["price"],
        seller=_seller(ticket, event),
        note=_note(ticket),
        most=min(allowed, quantity),
        are_left=quantity < allowed and not others,
        elsewhere={_seller(each, event): each.id for each in others},
    )


def _most_an_order(ticket: Thing) -> int:
    return int(ticket.get("most") or MOST)


def _note(ticket: Thing) -> str:
    most = f"At most {ticket['most']} in one order." if ticket.get("most") else ""
    return " ".join(filter(None, (ticket.get("summary", ""), most)))


def _seller(ticket: Thing, event: Thing) -> str:
    """The desk; our own tickets may be anybody's of us."""
    is_ours = same_origin(ticket.id, event.id)
    return f"{origin(event.id)}/actor" if is_ours else ticket.owner
