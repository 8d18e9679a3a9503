"""The test provider: a page of this peer, on which whoever tries things out decides.

No money moves.  It is there in development, or where an operator switched it on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model.reading import Read
from peer.node.paying.provider import (
    Bill,
    Checkout,
    Declined,
    Money,
    Standing,
    State,
    Unavailable,
)
from peer.node.refusal import Refused
from peer.protocol import moment
from peer.protocol.moment import wire
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

_SPACE = "trial"
_KEPT = timedelta(days=90)
SLOW = timedelta(seconds=20)

#: What may be decided on the page, and what becomes of the payment.
CHOICES: Mapping[str, str] = {
    "approve": "paid",
    "decline": "failed",
    "slow": "paid",
    "twice": "paid",
    "lost": "paid",
    "less": "paid",
    "again": "paid",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What the provider has written down; ``ripe`` is when it begins to say so."""

    order: str
    number: str
    title: str
    back: str
    amount: int
    currency: str
    state: str = "pending"
    ripe: str = ""
    returned: int = 0
    extra: int = 0

    def standing(self, now: datetime) -> Standing:
        is_known = not self.ripe or moment.read(self.ripe) <= now
        state = State(self.state) if is_known else State.PENDING
        money = Money(self.amount, self.currency)
        return Standing(state, money, self.returned, self.extra if is_known else 0)


@dataclass(frozen=True, slots=True)
class TrialProvider:
    node: Node
    name: str = "trial"
    label: str = "Test payment"
    about: str = "No money moves: a page on which you decide how the payment ends."
    by_hand: bool = False
    trusted: bool = False
    lasts: timedelta | None = None
    account: Mapping[str, str] = field(default_factory=dict)

    async def begin(self, bill: Bill) -> Checkout:
        fresh = Trial(
            bill.order,
            bill.number,
            bill.title,
            bill.back,
            bill.money.amount,
            bill.money.currency,
        )
        reference = f"trial-{bill.mark}"
        await self.node.store.transact(partial(self._begin, reference, fresh))
        return Checkout(reference, f"{self.node.base}/pay/trial/{reference}")

    def _begin(self, reference: str, fresh: Trial, tx: Transaction) -> None:
        if find(tx, reference) is None:
            self._keep(reference, fresh, tx)

    def _keep(self, reference: str, trial: Trial, tx: Transaction) -> None:
        until = wire(self.node.now() + _KEPT)
        tx.keep(_SPACE, reference, asdict(trial), expires=until)

    async def status(self, reference: str) -> Standing:
        found = await self.node.store.read(lambda read: find(read, reference))
        if found is None:
            raise Unavailable("The test provider knows of no such payment.")
        return found.standing(self.node.now())

    async def refund(self, reference: str, money: Money) -> None:
        await self.node.store.transact(partial(self._refund, reference, money))

    def _refund(self, reference: str, money: Money, tx: Transaction) -> None:
        found = find(tx, reference)
        if found is None or found.state != "paid":
            raise Declined("There is nothing to pay back.")
        left = found.amount + found.extra - found.returned
        if money.currency != found.currency or money.amount > left:
            raise Declined("That is more than was paid.")
        self._keep(
            reference, replace(found, returned=found.returned + money.amount), tx
        )

    async def decide(self, reference: str, choice: str) -> Trial:
        """End the payment as ``choice`` says; one that has ended stays as it is."""
        return await self.node.store.transact(partial(self._decide, reference, choice))

    def _decide(self, reference: str, choice: str, tx: Transaction) -> Trial:
        found = find(tx, reference)
        if found is None:
            raise Refused("There is no such payment.", 404)
        if choice not in CHOICES:
            raise Refused("Choose how the payment ends.", 400)
        if found.state != "pending":
            return found
        ended = replace(found, **self._ending(found, choice))
        self._keep(reference, ended, tx)
        return ended

    def _ending(self, found: Trial, choice: str) -> Mapping[str, Any]:
        ending: dict[str, Any] = {"state": CHOICES[choice]}
        match choice:
            case "slow":
                ending["ripe"] = wire(self.node.now() + SLOW)
            case "less":
                ending["amount"] = found.amount // 2
            case "again":
                ending["extra"] = found.amount
        return ending


def find(read: Read, reference: str) -> Trial | None:
    told = read.recall(_SPACE, reference)
    return Trial(**told) if told else None
