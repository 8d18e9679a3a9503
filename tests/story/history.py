"""Who asked for what, what they were told, and whether it is true in the end.

Buyers write down what they do and hear; when all is over the stores of all peers are
read, and :func:`problems` says in a sentence each what does not fit.  It believes no
page and no count: only things, edges and what is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from math import inf
from typing import Any

from peer.model.reading import Read
from peer.protocol import moment
from peer.protocol.thing import Edge, Thing
from store.interface import Store

GOOD = ("confirmed", "completed")
KEEPS = ("awaiting", *GOOD)
SOLD_OUT = "left"  # "there are none left", "there is only 1 left"


#: What they wanted who take whatever there is.
ANY = ""


class Heard(StrEnum):
    """What a buyer was told; or nothing, which may mean either."""

    OK = "ok"
    NO = "no"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a buyer did: ``what`` of ``about``, and what became of it."""

    buyer: str
    what: str  # buy, pay, cancel
    heard: Heard
    about: str = ""  # the id of the order or purchase, where they were told one
    ticket: str = ANY  # what they wanted, or whatever there is of ``event``
    event: str = ""
    count: int = 1
    words: str = ""
    began: float = 0.0  # as the clock says; nothing where nobody looked at it
    ended: float = 0.0


@dataclass
class History:
    said: list[Said] = field(default_factory=list)

    def note(self, *what: Any, **more: Any) -> None:
        self.said.append(Said(*what, **more))

    def were(self, what: str, heard: Heard) -> list[Said]:
        return [each for each in self.said if (each.what, each.heard) == (what, heard)]


# -- what there is in the end ------------------------------------------------------


@dataclass
class Kept:
    """All things and edges of one peer, and what is held of those that are limited."""

    base: str
    things: Mapping[str, Thing]
    edges: Sequence[Edge]
    held: Mapping[str, int]
    waiting: int = 0

    def all(self, kind: str) -> list[Thing]:
        return [
            thing
            for thing in self.things.values()
            if thing.kind == kind and not thing.deleted
        ]

    def own(self, kind: str) -> list[Thing]:
        return [each for each in self.all(kind) if each.id.startswith(self.base + "/")]

    def related(self, relation: str) -> list[Edge]:
        return [edge for edge in self.edges if edge.relation == relation]

    def parts(self, whole: str, kind: str) -> list[Thing]:
        parts = (self.things[id] for id in self._parts.get(whole, ()))
        return [thing for thing in parts if thing.kind == kind]

    @cached_property
    def _parts(self) -> Mapping[str, set[str]]:
        """What each thing contains: there may be thousands of orders."""
        found: dict[str, set[str]] = {}
        for edge in self.related("contains"):
            found.setdefault(edge.subject, set()).add(edge.object)
        return found


_LIMITED = ("Ticket", "Event", "Product", "Allotment")


async def kept(base: str, store: Store) -> Kept:
    things = {thing.id: thing async for thing in store.things()}
    edges = [edge async for edge in store.every_edge()]
    limited = [id for id, thing in things.items() if thing.kind in _LIMITED]

    def look(read: Read) -> tuple[dict[str, int], int]:
        held = {id: read.held(id) for id in limited}
        return held, len(read.deliveries(limit=10_000))

    held, waiting = await store.read(look)
    return Kept(base, things, edges, held, waiting)


# -- what does not fit -------------------------------------------------------------


def problems(history: History, shops: Iterable[Kept], events: Kept) -> list[str]:
    shops = list(shops)
    found = [
        *(each for shop in shops for each in _orders(shop)),
        *(each for shop in shops for each in _stock(shop)),
        *_sold(shops, events),
        *_places(events),
        *_purchases(shops, events),
        *_lost(history, shops, events),
        *_unsold(history, shops),
    ]
    waits = [
        f"{kept.base} has {kept.waiting} to say still" for kept in (*shops, events)
    ]
    return found + [said for said in waits if " 0 " not in said]


def _orders(shop: Kept) -> Iterator[str]:
    """One order an Offer, one seat a number, and as many seats as were paid for."""
    offers = Counter(order["offer"] for order in shop.own("Order"))
    yield from (f"{n} orders of {id}" for id, n in offers.items() if n > 1)
    for order in shop.own("Order"):
        seats = shop.parts(order.id, "Seat")
        numbers = Counter(seat["number"] for seat in seats)
        codes = Counter(seat["code"] for seat in seats)
        if max([*numbers.values(), *codes.values()], default=0) > 1:
            yield f"{order.id} has a seat twice"
        valid = sum(seat["state"] == "valid" for seat in seats)
        wanted = _places_of(shop, order) if order["state"] in GOOD else 0
        if order["state"] not in GOOD and valid:
            yield f"{order.id} is {order['state']}, with {valid} valid seats"
        if order["state"] in GOOD and not wanted >= valid:
            yield f"{order.id} has {valid} seats for {wanted} places"
        if order["state"] in GOOD and len(seats) != wanted:
            yield f"{order.id} has {len(seats)} seats, void ones too, for {wanted}"


def _places_of(shop: Kept, order: Thing) -> int:
    lines = shop.parts(order.id, "Line")
    return sum(line["quantity"] for line in lines if line.get("event"))


def _stock(shop: Kept) -> Iterator[str]:
    """What is held is what orders keep, and never more than there is."""
    keeps = _keeps(shop)
    for thing in (*shop.own("Ticket"), *shop.own("Product")):
        limit = thing.get("quantity" if thing.kind == "Ticket" else "stock")
        held = shop.held.get(thing.id, 0)
        if limit is not None and held > limit:
            yield f"{held} of {limit} are held of {thing.id}"
        if limit is not None and held != keeps[thing.id]:
            yield f"{held} are held of {thing.id}, and orders keep {keeps[thing.id]}"


def _keeps(shop: Kept) -> Counter[str]:
    """How many of what is kept for orders that stand; a void seat is nobody's."""
    keeps: Counter[str] = Counter()
    for order in shop.own("Order"):
        if order["state"] in KEEPS:
            for line in shop.parts(order.id, "Line"):
                keeps[line["satisfies"]] += line["quantity"]
            for seat in shop.parts(order.id, "Seat"):
                keeps[seat["ticket"]] -= seat["state"] == "void"
    return keeps


def _sold(shops: Sequence[Kept], events: Kept) -> Iterator[str]:
    """What events counts is what the shops have, seat by seat."""
    ends = Counter((e.subject, e.object) for e in events.related("sold"))
    yield from (f"{end} is sold {n} times" for (_, end), n in ends.items() if n > 1)
    there = {
        (seat["event"], f"{seat['order']}#{seat['number']}")
        for shop in shops
        for seat in shop.own("Seat")
        if seat["state"] == "valid" and seat["event"].startswith(events.base)
    }
    yield from (f"{end} is a seat, and not counted" for _, end in there - set(ends))
    yield from (f"{end} is counted, and no seat" for _, end in set(ends) - there)
    for shop in shops:
        yield from _copies(shop, events)


def _copies(shop: Kept, events: Kept) -> Iterator[str]:
    """The door knows each seat as the shop does: who is let in, and with which code."""
    for seat in shop.own("Seat"):
        copy = events.things.get(seat.id)
        for term in ("state", "code", "holder") if copy is not None else ():
            if copy.get(term) != seat.get(term):
                yield f"{seat.id}: {term} is {copy.get(term)} at the door"


def _places(events: Kept) -> Iterator[str]:
    """Sold ≤ allotted ≤ capacity."""
    sold = Counter(edge.subject for edge in events.related("sold"))
    allotted: Counter[str] = Counter()
    for edge in events.related("allots"):
        allotment = events.things[edge.object]
        allotted[edge.subject] += int(allotment.get("agreed") or 0)
    for event in events.own("Event"):
        id, capacity = event.id, event.get("capacity")
        if allotted[id] and sold[id] > allotted[id]:
            yield f"{sold[id]} sold, {allotted[id]} given to shops: {id}"
        if capacity is not None and max(sold[id], allotted[id]) > capacity:
            yield f"{sold[id]} sold, {allotted[id]} given, room for {capacity}: {id}"


def _purchases(shops: Sequence[Kept], events: Kept) -> Iterator[str]:
    """What buyers see of their orders is what the shops have."""
    orders = {order.id: order for shop in shops for order in shop.own("Order")}
    theirs = Counter(p["order"] for p in events.own("Purchase") if p.get("order"))
    yield from (f"{n} purchases of {id}" for id, n in theirs.items() if n > 1)
    for purchase in events.own("Purchase"):
        order = orders.get(purchase.get("order", ""))
        shown, is_open = purchase["state"], purchase["state"] in ("asked", "withdrawn")
        if order is None and not is_open and shown != "refused":
            yield f"{purchase.id} is {shown}, and there is no order"
        if shown == "asked":
            yield f"{purchase.id} was never answered"
        if order is not None and shown not in _SHOWN.get(order["state"], ()):
            yield f"{purchase.id} is {shown}, and its order {order['state']}"


_SHOWN = {
    "awaiting": ("accepted",),
    **{state: (state,) for state in ("confirmed", "completed")},
    **{state: (state, "withdrawn") for state in ("cancelled", "expired", "refunded")},
}


def _lost(history: History, shops: Sequence[Kept], events: Kept) -> Iterator[str]:
    """Whatever a buyer was told has happened."""
    things = {**events.things}
    for shop in shops:
        things |= shop.things
    for said in history.said:
        if said.heard is not Heard.OK:
            continue
        thing = things.get(said.about)
        if thing is None:
            yield f"{said.buyer} was told of {said.about}, which is lost"
        elif said.what == "pay" and thing["state"] not in (*GOOD, "refunded"):
            yield f"{said.buyer} paid for {said.about}, which is {thing['state']}"


def _unsold(history: History, shops: Sequence[Kept]) -> Iterator[str]:
    """Nobody was sent away in vain.

    Only where nothing that was kept was set free again: who is told that all is kept
    for others was told the truth.
    """
    ended = [o for shop in shops for o in shop.own("Order") if o["state"] not in KEEPS]
    freed = min(
        (moment.read(order.updated).timestamp() for order in ended), default=inf
    )
    refused = [s for s in history.were("buy", Heard.NO) if SOLD_OUT in s.words]
    if len(shops) == 1:
        yield from _too_soon(refused, history.were("buy", Heard.OK), freed)
    least: dict[str, int] = {}
    for said in refused:
        what = said.ticket or said.event
        least[what] = min(said.count, least.get(what, said.count))
    for shop in shops if not ended else ():
        events = {e.subject: e.object for e in shop.related("sellsTicketsFor")}
        for ticket in shop.own("Ticket"):
            free = int(ticket["quantity"]) - shop.held.get(ticket.id, 0)
            names = (ticket.id, events.get(ticket.id, ticket.id))
            wanted = [least[name] for name in names if name in least]
            if any(free >= count for count in wanted):
                yield f"{free} are left of {ticket.id}, and some were sent away"


def _too_soon(
    refused: Sequence[Said], served: Sequence[Said], freed: float
) -> Iterator[str]:
    """Whoever comes after somebody who was sent away gets nothing either."""
    last: dict[tuple[str, int], Said] = {}
    for said in served:
        if said.began and said.ended < freed:
            wanted = said.ticket, said.count
            last[wanted] = max(
                said, last.get(wanted, said), key=lambda each: each.began
            )
    for said in refused:
        for (ticket, count), later in last.items():
            is_same = ticket == said.ticket and count >= said.count
            if is_same and said.ended and said.ended < later.began:
                yield f"{said.buyer} was sent away, and {later.buyer} came later"
