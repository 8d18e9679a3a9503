"""Letters about what is not paid: so many an hour, as the address may be anybody's.

Whoever types it makes us write to it, and again when the order ends without having
been paid.  What came of one that was good is always told.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from peer.node.records import digest
from peer.protocol.moment import wire
from store.interface import Transaction

_SPACE = "rationed"
MOST, WITHIN = 20, timedelta(hours=1)


def left(tx: Transaction, to: str, now: datetime) -> int:
    """How many may be written to ``to`` from here on, this one among them."""
    key = digest(to.lower())
    told = tx.recall(_SPACE, key, now=wire(now))
    count = int(told["count"]) if told else 0
    until = str(told["until"]) if told else wire(now + WITHIN)
    if count < MOST:
        tx.keep(_SPACE, key, {"count": count + 1, "until": until}, expires=until)
    return MOST - count
