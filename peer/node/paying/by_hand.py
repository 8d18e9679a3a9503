"""Ways to pay that no program can be asked about: people look, and say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from peer.node.paying.provider import (
    Bill,
    Checkout,
    Money,
    Standing,
    Unavailable,
)


@dataclass(frozen=True, slots=True)
class ByHand:
    name: str
    label: str
    about: str
    trusted: bool = False
    by_hand: bool = True
    lasts: timedelta | None = None
    account: Mapping[str, str] = field(default_factory=dict)

    async def begin(self, bill: Bill) -> Checkout:
        return Checkout(bill.mark, bill.order)

    async def status(self, reference: str) -> Standing:
        raise Unavailable("Only those who keep the shop know.")

    async def refund(self, reference: str, money: Money) -> None:
        """Whoever books it has handed the money over, or sent it back."""


#: The order is good at once, and the money comes with the guests.
DOOR = ByHand(
    "door",
    "At the door",
    "The order is yours at once. Bring the money, or pay at the counter.",
    trusted=True,
)
#: The buyer is told where to, and what to write on it.
TRANSFER = ByHand(
    "transfer",
    "Bank transfer",
    "You are shown the account, and the words to write on the transfer.",
)
