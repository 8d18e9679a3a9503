"""Bank transfer: the buyer is told where to and what to write on it; staff look."""

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
class Transfer:
    """``account`` is what the buyer has to know of the seller's bank."""

    account: str
    name: str = "transfer"
    label: str = "Bank transfer"
    about: str = "You are shown the account, and the words to write on the transfer."
    by_hand: bool = True
    trusted: bool = False
    lasts: timedelta | None = None

    async def begin(self, bill: Bill) -> Checkout:
        return Checkout(bill.mark, bill.order)

    async def status(self, reference: str) -> Standing:
        raise Unavailable("Only the bank knows, and nobody asks it from here.")

    async def refund(self, reference: str, money: Money) -> None:
        """Whoever books it has sent the money back."""
