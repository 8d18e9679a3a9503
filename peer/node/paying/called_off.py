"""An event was called off: who has paid for it is paid back, all of them, one by one.

What was paid by hand goes back by hand.  An order that is also for something else is
looked at by somebody: the rest of it stands.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from peer.model.ledger import Account, accounts
from peer.model.ordering import CONTAINS, SATISFIES, SELLS
from peer.model.permission import Viewer
from peer.model.query import Query
from peer.model.reading import Read
from peer.node.paying.by_hand import DOOR, TRANSFER
from peer.node.paying.refunding import Refund, refund
from peer.node.refusal import Refused
from peer.protocol.thing import AUDIENCES, Thing

if TYPE_CHECKING:
    from peer.node.node import Node

REASON = "The event was cancelled."
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Owed:
    """An order for a cancelled event that was paid for, and how its money stands."""

    order: Thing
    book: Account
    is_mixed: bool  # is it for something else as well?

    @property
    def left(self) -> Sequence[tuple[Thing, int]]:
        """What can still go back, payment by payment."""
        if self.is_mixed and self.order.get("request") != "cancelled":
            return ()  # somebody has looked at it, and the rest of it stands
        found = ((paid, self.book.left_of(paid)) for paid in self.book.came)
        return [(paid, amount) for paid, amount in found if amount > 0]

    @property
    def is_done(self) -> bool:
        return not self.left and not self.book.open_refunds

    def tried(self, paid: Thing) -> str:
        """What is another after each refund of ``paid`` that failed."""
        failed = [r for r in self.book.refunds if r["state"] == "failed"]
        times = sum(r.get("returns") == paid.id for r in failed)
        return f"-{times}" if times else ""

    @property
    def trouble(self) -> Sequence[str]:
        failed = (r for r in self.book.refunds if r["state"] == "failed")
        return [str(r.get("reason") or "It did not go back.") for r in failed]


@dataclass(frozen=True, slots=True)
class Refunds:
    """All that was paid for one event that was called off."""

    event: Thing
    owed: Sequence[Owed]

    @property
    def done(self) -> int:
        return sum(each.is_done for each in self.owed)

    @property
    def waiting(self) -> Sequence[Owed]:
        return [each for each in self.owed if not each.is_done]

    @property
    def returned(self) -> int:
        return sum(each.book.returned for each in self.owed)

    @property
    def paid(self) -> int:
        return sum(each.book.paid for each in self.owed)

    @property
    def currency(self) -> str:
        return self.owed[0].book.currency if self.owed else ""


@dataclass(frozen=True, slots=True)
class Off:
    """An event that was called off, and what was sold here for it."""

    event: Thing
    tickets: frozenset[str]


def events_off(read: Read) -> Sequence[Off]:
    """Those of the events that tickets are sold for here that were called off."""
    query = Query(("Ticket",), audiences=AUDIENCES, limit=_MOST)
    tickets = [ticket.id for ticket in read.find(query).items]
    edges = read.edges_from(tickets, (SELLS,))
    events = read.many({edge.object for edge in edges}).values()
    off = [
        Off(each, frozenset(e.subject for e in edges if e.object == each.id))
        for each in events
        if each.deleted or each.get("status") == "CANCELLED"
    ]
    return sorted(off, key=lambda o: str(o.event.get("startTime", "")), reverse=True)


def refunds_for(off: Off, read: Read) -> Refunds:
    """Its orders that were paid for, in as many questions whether few or many."""
    event, edges = off.event, read.edges_into(off.tickets, (SATISFIES,))
    known = read.many(dict.fromkeys(edge.subject for edge in edges))
    orders = [each for each in known.values() if each.kind == "Order"]
    books, lines = accounts(orders, read), _lines(orders, read)
    owed = [
        Owed(order, books[order.id], lines.get(order.id, set()) > {event.id})
        for order in orders
        if books[order.id].came or books[order.id].refunds
    ]
    return Refunds(event, sorted(owed, key=lambda each: each.order.published))


def _lines(orders: Sequence[Thing], read: Read) -> Mapping[str, set[str]]:
    """By order, what its lines are for: events, and of goods the goods."""
    edges = read.edges_from([order.id for order in orders], (CONTAINS,))
    parts = read.many(edge.object for edge in edges)
    found: dict[str, set[str]] = {}
    for edge in edges:
        part = parts.get(edge.object)
        if part is not None and part.kind == "Line":
            about = part.get("event") or part["satisfies"]
            found.setdefault(edge.subject, set()).add(str(about))
    return found


def by_hand(paid: Thing) -> bool:
    """Does somebody have to give it back, or send it, before it is written down?"""
    return paid["provider"] in (DOOR.name, TRANSFER.name)


async def pay_back_all(
    node: Node, staff: Viewer, refunds: Refunds, is_time: Callable[[], bool]
) -> Sequence[str]:
    """One refund after the other while ``is_time``; what went wrong, in sentences.

    Asked again it goes on where it was: each has a token that follows from what is
    left, and from how often it has failed.
    """
    wrong: list[str] = []
    for each in refunds.waiting:
        for paid, amount in each.left:
            if each.is_mixed or by_hand(paid):
                continue
            if not is_time():
                return wrong
            token = f"all-{amount}-of-{paid.slug}{each.tried(paid)}"
            try:
                await refund(node, staff, Refund(paid.id, amount, REASON, token))
            except Refused as refused:
                wrong.append(f"{each.order['number']}: {refused.reason}")
            await asyncio.sleep(0)
    return wrong
