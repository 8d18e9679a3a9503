"""Who has let so much lapse that they are given less: nobody else is refused anything.

Whoever asks for what is left gets it.  But to order again and again, and never to pay,
is to keep it from others; who does that has few orders at a time, until they pay or a
day is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from peer.model.ordering import CannotBe
from peer.protocol.moment import read as moment
from peer.protocol.thing import Thing

WITHIN = timedelta(days=1)
#: So many unpaid orders at a time whoever has let too many lapse may have.
AT_A_TIME = 2
_OPEN = ("asked", "accepted", "awaiting")


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody was kept: to be paid, or not paid in time within a day."""

    unpaid: list[Thing] = field(default_factory=list)
    lapsed: list[Thing] = field(default_factory=list)

    def take(self, order: Thing | None, now: datetime) -> bool:
        """Put it where it belongs; False where it says nothing of anybody any more."""
        among = self._among(order, now) if order and not order.deleted else None
        if order is None or among is None:
            return False
        among.append(order)
        return True

    def _among(self, order: Thing, now: datetime) -> list[Thing] | None:
        state = order["state"]
        if state in _OPEN or (state == "confirmed" and order.get("payAt") == "door"):
            return self.unpaid
        is_fresh = now - moment(order.updated) < WITHIN
        return self.lapsed if state == "expired" and is_fresh else None


def check(kept: Kept, most: int) -> None:
    """CannotBe, where somebody let ``most`` lapse and has enough to pay for.

    0 is no limit.
    """
    if most and len(kept.lapsed) >= most and len(kept.unpaid) >= AT_A_TIME:
        raise CannotBe(
            f"{len(kept.lapsed)} of your orders were not paid in time since yesterday, "
            f"and {len(kept.unpaid)} wait to be paid. Pay for one of them, then order "
            "more: we wrote to you where they are. Or come back tomorrow."
        )
