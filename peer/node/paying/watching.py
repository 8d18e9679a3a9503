"""Which payments are still to be asked about, and when: with growing pauses.

Notifications get lost.  Whatever has begun is looked at until it has ended, at first
often, then every ten minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from peer.model.reading import Read
from peer.node.records import each
from peer.protocol import moment
from peer.protocol.moment import wire
from store.interface import Transaction

_SPACE = "paying"
_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(minutes=10)
#: A payment that failed may still be made on the same page, for as long as it is there.
FAILED_FOR = timedelta(hours=1)
GIVEN_UP = timedelta(days=7)


def watch(tx: Transaction, id: str, now: datetime) -> None:
    """Begin to look at the payment ``id``."""
    _keep(tx, id, now, now + _SHORTEST, 0)


def claim(tx: Transaction, now: datetime, limit: int = 20) -> Sequence[str]:
    """Those that are due, the caller's to ask about; each comes again by itself."""
    due = [
        (id, told) for id, told in each(tx, _SPACE) if moment.read(told["due"]) <= now
    ]
    for id, told in due[:limit]:
        tries = int(told["tries"]) + 1
        _keep(tx, id, moment.read(told["since"]), now + pause(tries), tries)
    return [id for id, _ in due[:limit]]


def pause(tries: int) -> timedelta:
    """How long to wait before asking again."""
    return min(_LONGEST, _SHORTEST * (1 << min(tries, 10)))


def since(read: Read, id: str) -> datetime | None:
    """Since when it is watched; None where it is not."""
    told = read.recall(_SPACE, id)
    return moment.read(told["since"]) if told else None


def end(tx: Transaction, id: str) -> None:
    tx.drop(_SPACE, id)


def _keep(tx: Transaction, id: str, since: datetime, due: datetime, tries: int) -> None:
    tx.keep(_SPACE, id, {"since": wire(since), "due": wire(due), "tries": tries})
