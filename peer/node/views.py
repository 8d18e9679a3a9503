"""How often public pages are looked at: a number a page and day, and nothing else.

No address, no cookie, no browser is written down, so nobody can be told from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from peer.model.reading import Read
from peer.node import records
from peer.protocol.moment import wire
from store.interface import Store, Transaction

_SPACE = "views"
_KEPT = timedelta(days=400)

#: Of a page, by its id, on a day such as 2026-11-21.
Seen = Mapping[tuple[str, str], int]


@dataclass(slots=True)
class Views:
    """What was seen since it was last written down, all of it together."""

    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def see(self, id: str, day: str) -> None:
        self._seen[id, day] += 1

    async def write(self, store: Store, now: datetime) -> None:
        """Add it to what is kept; where that fails, it is still there to be added."""
        seen, self._seen = self._seen, Counter()
        if not seen:
            return
        try:
            await store.transact(partial(_add, seen, wire(now + _KEPT)))
        except BaseException:
            self._seen.update(seen)
            raise


def _add(seen: Seen, expires: str, tx: Transaction) -> None:
    for (id, day), count in seen.items():
        key = _key(id, day)
        before = tx.recall(_SPACE, key) or {}
        tx.keep(_SPACE, key, {"views": before.get("views", 0) + count}, expires)


def _key(id: str, day: str) -> str:
    return f"{id} {day}"


def by_day(read: Read, id: str) -> Mapping[str, int]:
    """How often the page of ``id`` was looked at, day by day."""
    prefix = _key(id, "")
    return {
        key.removeprefix(prefix): kept["views"]
        for key, kept in records.each(read, _SPACE, prefix)
    }
