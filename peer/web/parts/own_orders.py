"""What somebody has bought: orders at this shop, or what was asked of shops elsewhere.

However many there are, the store is asked as often.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from peer.model.indexing import KEPT_BACK
from peer.model.ledger import Account
from peer.model.ordering import BOUGHT, CONTAINS
from peer.model.query import Query
from peer.model.reading import Read
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import AUDIENCES, Edge, Thing
from peer.web.parts.ordered import Line, Ordered

_SHOWN = 25
#: As many places are looked for in what was ordered elsewhere.
_PLACES = 20


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place that somebody has, or had; ``href`` is where it is shown."""

    seat: Thing
    event: Thing | None
    href: str

    @property
    def state(self) -> str:
        if self.seat["state"] == "void":
            return f"Void: {self.seat['reason']}" if self.seat.get("reason") else "Void"
        if self.seat.get("passed"):
            return "Passed on"
        is_off = self.event is not None and self.event.get("status") == "CANCELLED"
        return "The event is cancelled" if is_off else "Valid"

    @property
    def starts(self) -> str:
        return str(self.event.get("startTime", "")) if self.event else ""


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is what comes next, where there is more."""

    orders: Sequence[Ordered]
    purchases: Sequence[Thing]
    tickets: Sequence[Ticket]
    after: str


def orders_of(person: str, read: Read, after: str) -> Page:
    """At the shop itself: the orders of ``person``, the newest first."""
    edges = read.edges(
        subject=person, relation=BOUGHT, limit=_SHOWN + 1, before=after or None
    )
    shown = edges[:_SHOWN]
    known = read.many(edge.object for edge in shown)
    orders = [known[e.object] for e in shown if e.object in known]
    parts, payments = _parts(orders, read), _payments(orders, read)
    ends = _ends([part for some in parts.values() for part in some])
    things = read.many(ends)
    found = [
        _ordered(order, parts.get(order.id, []), payments.get(order.id, []), things)
        for order in orders
    ]
    tickets = [
        Ticket(seat, things.get(seat["event"]), "") for o in found for seat in o.seats
    ]
    more = shown[-1].id if len(edges) > _SHOWN else ""
    return Page(found, [], _sorted(tickets), more)


def purchases_of(person: str, read: Read, after: str) -> Page:
    """At the buyer's peer: what was asked for, with the tickets that the door knows."""
    query = Query(
        ("Purchase",),
        order="-published",
        audiences=(*AUDIENCES, KEPT_BACK),
        owner=person,
        limit=_SHOWN,
        cursor=after or None,
    )
    page = read.find(query)
    orders = {p["order"]: p for p in page.items if p.get("order")}
    seats = read.many(id for order in orders for id in _seats_of(order))
    events = read.many(str(seat.get("event")) for seat in seats.values())
    tickets = [
        Ticket(seat, events.get(seat["event"]), _page_of(orders[seat["order"]]))
        for seat in seats.values()
        if seat.get("order") in orders
    ]
    return Page([], page.items, _sorted(tickets), page.next or "")


def _page_of(purchase: Thing) -> str:
    """Where the shop shows it, and only there."""
    page = str(purchase.get("page") or "")
    return page if same_origin(page, purchase["shop"]) else ""


def _seats_of(order: str) -> Iterable[str]:
    slug = order.rpartition("/")[2]
    return (f"{origin(order)}/seats/{slug}-{n}" for n in range(1, _PLACES + 1))


def _sorted(tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """What starts last first, so what is still to come is at the top."""
    by_number = sorted(tickets, key=lambda t: (t.seat["order"], t.seat["number"]))
    return sorted(by_number, key=lambda each: each.starts, reverse=True)


def _parts(orders: Sequence[Thing], read: Read) -> Mapping[str, list[Thing]]:
    edges = read.edges_from([order.id for order in orders], (CONTAINS,))
    return _grouped(edges, [(e.subject, e.object) for e in edges], read)


def _payments(orders: Sequence[Thing], read: Read) -> Mapping[str, list[Thing]]:
    edges = read.edges_into([order.id for order in orders], ("pays",))
    return _grouped(edges, [(e.object, e.subject) for e in edges], read)


def _grouped(
    edges: Sequence[Edge], pairs: Sequence[tuple[str, str]], read: Read
) -> Mapping[str, list[Thing]]:
    """By the order, what is at the other end of its edges."""
    known = read.many(end for _, end in pairs)
    found: dict[str, list[Thing]] = {}
    for order, end in pairs:
        if end in known:
            found.setdefault(order, []).append(known[end])
    return found


def _ends(parts: Sequence[Thing]) -> set[str]:
    named = (part.get(term) for part in parts for term in ("satisfies", "event"))
    return {str(each) for each in named if each}


def _ordered(
    order: Thing,
    parts: Sequence[Thing],
    payments: Sequence[Thing],
    things: Mapping[str, Thing],
) -> Ordered:
    lines = [part for part in parts if part.kind == "Line"]
    total = order["total"]
    book = Account(
        int(total["amount"]),
        str(total["currency"]),
        [p for p in payments if not p.get("returns")],
        [p for p in payments if p.get("returns")],
    )
    return Ordered(
        order,
        [
            Line(x, things.get(x.get("satisfies", "")), things.get(x.get("event", "")))
            for x in sorted(lines, key=lambda line: line.id)
        ],
        [part for part in parts if part.kind == "Seat"],
        book,
        {},
        [],
    )
