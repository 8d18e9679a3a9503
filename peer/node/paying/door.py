"""Pay at the door: the order is good at once, and the money comes with the guests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from peer.node.paying.provider import (
    Bill,
    Checkout,
    Money,
    Standing,
    Unavailable,
)


@dataclass(frozen=True, slots=True)
class Door:
    name: str = "door"
    label: str = "At the door"
    about: str = "The order is yours at once. Bring the money, or pay at the counter."
    by_hand: bool = True
    trusted: bool = True
    lasts: timedelta | None = None

    async def begin(self, bill: Bill) -> Checkout:
        return Checkout(bill.mark, bill.order)

    async def status(self, reference: str) -> Standing:
        raise Unavailable("Nobody but those at the door knows.")

    async def refund(self, reference: str, money: Money) -> None:
        """Whoever books it has handed the money over."""
