"""Letters of an organizer: who they go to, and who passes them on.

Whoever keeps an event knows its places and who said that they are coming.  Where
buyers are written to only the shop knows, so it is told of which orders they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peer.model.allotting import allotments_of, ticket_id
from peer.model.ordering import buyer_of, contact_of
from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing

WRITES = "writes"
ALL, KIND, OUTSIDE = "all", "kind", "outside"
#: So many letters a day to those of one event, and orders named in one.
MOST_A_DAY, MOST_NAMED = 5, 3000
_ADMITS, _ARRIVED, _ATTENDING = "admits", "arrived", "attending"

OFTEN = f"{MOST_A_DAY} letters a day are passed on to those of one event, and no more."
TOO_MANY = f"More than {MOST_NAMED} orders are not in yet: write to everybody instead."


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom a letter goes to: orders by the desk that has them, and people by id."""

    orders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    places: int = 0
    people: Sequence[str] = ()

    @property
    def count(self) -> int:
        """How many orders."""
        return sum(map(len, self.orders.values()))

    @property
    def is_empty(self) -> bool:
        return not self.orders and not self.people


@dataclass(frozen=True, slots=True)
class Crowd:
    """All who are coming to an event, to choose among them without asking again."""

    seats: Sequence[Thing]
    inside: frozenset[str]
    people: Mapping[str, str]  # who says that they are coming, and their seat if any
    kinds: Mapping[str, frozenset[str]]  # the tickets that are called the same

    def readers(self, among: str = ALL, kind: str = "") -> Readers:
        tickets = self.kinds.get(kind, frozenset())
        orders: dict[str, dict[str, None]] = {}
        places = 0
        for seat in self.seats:
            is_one = among != KIND or seat.get("ticket") in tickets
            if is_one and (among != OUTSIDE or seat.id not in self.inside):
                places += 1
                orders.setdefault(seat.owner, {})[seat["order"]] = None
        people = [] if among == KIND else [*self._people(among)]
        return Readers({d: list(ids) for d, ids in orders.items()}, places, people)

    def _people(self, among: str) -> Iterator[str]:
        for id, seat in self.people.items():
            if among != OUTSIDE or seat not in self.inside:
                yield id


def crowd(event: Thing, read: Read) -> Crowd:
    edges = read.edges_into([event.id], (_ADMITS, _ARRIVED, _ATTENDING))
    joined = {e.subject: e.activity for e in edges if e.relation == _ATTENDING}
    seats = _valid(read, (e.subject for e in edges if e.relation == _ADMITS))
    guests = {seat["order"]: seat.id for seat in seats if _is_guests(seat, event)}
    kinds: dict[str, set[str]] = {}
    for given in reversed(allotments_of(event, read)):
        kinds.setdefault(given["name"], set()).add(ticket_id(given))
    return Crowd(
        [seat for seat in seats if not _is_guests(seat, event)],
        frozenset(edge.subject for edge in edges if edge.relation == _ARRIVED),
        {id: guests.get(said, "") for id, said in joined.items()},
        {name: frozenset(ids) for name, ids in kinds.items()},
    )


def _is_guests(seat: Thing, event: Thing) -> bool:
    """Is it of somebody who says that they are coming, and bought nothing?"""
    is_own = same_origin(seat.id, event.id)
    return is_own and "/orders/" not in str(seat.get("order"))


def _valid(read: Read, seats: Iterable[str]) -> list[Thing]:
    found = read.many(seats)
    return [s for s in found.values() if s.get("state") == "valid" and not s.deleted]


def letters_of(event: Thing, read: Read) -> list[Thing]:
    """What was written to those who are coming, the newest first."""
    edges = read.edges(subject=event.id, relation=WRITES)
    known = read.many(edge.object for edge in edges)
    return [each for edge in edges if (each := known.get(edge.object))]


# -- at the shop that passes it on ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Buyer:
    """One of those that a letter is passed on to: by mail, or else by a note."""

    order: Thing
    name: str
    email: str
    actor: str = ""


def buyers(letter: Thing, told: Mapping[str, Any], read: Read) -> Sequence[Buyer]:
    """Those that it is for, each once: of the orders told of, those with a place."""
    tickets, named = told.get("tickets"), told.get("orders")
    edges = read.edges_into([letter["event"]], (_ADMITS,))
    seats = _valid(read, (edge.subject for edge in edges))
    seats = [seat for seat in seats if seat.owner == told["shop"]]
    ids = {s["order"] for s in seats if tickets is None or s.get("ticket") in tickets}
    chosen = ids if named is None else ids.intersection(named)
    orders = read.many(sorted(chosen))
    found: dict[str, Buyer] = {}
    for order in orders.values():
        if order.kind == "Order" and not order.deleted:
            each = buyer(order, read)
            found.setdefault(each.email.casefold() or each.actor, each)
    found.pop("", None)
    return list(found.values())


def buyer(order: Thing, read: Read) -> Buyer:
    """Who ordered; ``actor`` where they left no address, and are written to there."""
    contact = contact_of(order, read)
    name, email = (str(contact.get(term) or "") for term in ("name", "email"))
    who = buyer_of(order, read) or ""
    is_guest = who.endswith("/peer")
    is_elsewhere = bool(who) and not is_guest and not same_origin(who, order.id)
    return Buyer(order, name, email, who if is_elsewhere and not email else "")


def day_of(event: str, now: str) -> str:
    """What every letter of one day to those of ``event`` holds one of."""
    return f"{event}#letters-{now[:10]}"
