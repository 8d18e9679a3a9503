"""What was paid for an order, what went back, and what is still due.

Money that does not fit is flagged: it is there, but makes no order good.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from peer.model.reading import Read
from peer.protocol.thing import Thing


@dataclass(frozen=True, slots=True)
class Account:
    """Of one order; amounts are minor units of ``currency``."""

    total: int
    currency: str
    payments: Sequence[Thing]
    refunds: Sequence[Thing]

    @property
    def counted(self) -> Sequence[Thing]:
        """What has come in and is not in question."""
        return [p for p in self.came if not p.get("flag")]

    @property
    def came(self) -> Sequence[Thing]:
        return [p for p in self.payments if p["state"] == "paid"]

    @property
    def flagged(self) -> Sequence[Thing]:
        """What came in, is in question, and has not gone back yet."""
        return [p for p in self.came if p.get("flag") and self.left_of(p) > 0]

    @property
    def pending(self) -> Sequence[Thing]:
        return [p for p in self.payments if p["state"] == "pending"]

    @property
    def open_refunds(self) -> Sequence[Thing]:
        """Refunds that nobody knows of whether they were made."""
        return [r for r in self.refunds if r["state"] == "pending"]

    @property
    def paid(self) -> int:
        return amounts(self.counted, self.currency)

    @property
    def returned(self) -> int:
        return sum(self.returned_of(payment) for payment in self.counted)

    @property
    def due(self) -> int:
        return max(0, self.total - self.paid)

    @property
    def is_paid(self) -> bool:
        return self.due == 0

    def returned_of(self, payment: Thing) -> int:
        """How much of ``payment`` has gone back."""
        return self._back(payment, "returned")

    def left_of(self, payment: Thing) -> int:
        """How much of ``payment`` can still go back: what is on its way cannot."""
        amount = int(payment["amount"]["amount"])
        return amount - self.returned_of(payment) - self._back(payment, "pending")

    def _back(self, payment: Thing, state: str) -> int:
        return sum(
            int(refund["amount"]["amount"])
            for refund in self.refunds
            if refund.get("returns") == payment.id and refund["state"] == state
        )


def account(order: Thing, read: Read) -> Account:
    """The account of ``order``, oldest payment first."""
    edges = read.edges(object=order.id, relation="pays")
    things = read.many(edge.subject for edge in reversed(edges))
    payments = [things[e.subject] for e in reversed(edges) if e.subject in things]
    return _account(order, payments)


def accounts(orders: Sequence[Thing], read: Read) -> Mapping[str, Account]:
    """The same of many, by id, in two questions."""
    edges = read.edges_into([order.id for order in orders], ("pays",))
    things = read.many(edge.subject for edge in edges)
    payments: dict[str, list[Thing]] = {}
    for edge in sorted(edges, key=lambda each: (each.since, each.id)):
        if edge.subject in things:
            payments.setdefault(edge.object, []).append(things[edge.subject])
    return {each.id: _account(each, payments.get(each.id, ())) for each in orders}


def _account(order: Thing, payments: Sequence[Thing]) -> Account:
    total = order["total"]
    return Account(
        int(total["amount"]),
        str(total["currency"]),
        [p for p in payments if not p.get("returns")],
        [p for p in payments if p.get("returns")],
    )


def amounts(payments: Iterable[Thing], currency: str) -> int:
    """What those in ``currency`` come to."""
    told = (payment["amount"] for payment in payments)
    return sum(int(m["amount"]) for m in told if m["currency"] == currency)
