"""Order: of all that is about one thing, a host gets the earlier before the later."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

Lane = tuple[str, str]

_LANES = 10_000


@dataclass(slots=True)
class Lanes:
    """Keeps order among what this process delivers.

    A delivery that has to be tried again holds back what came after it, until
    ``slack`` past its time: it may have been dropped from the queue meanwhile.
    """

    now: Callable[[], datetime]
    slack: timedelta
    _last: dict[Lane, asyncio.Task[None]] = field(default_factory=dict)
    _failed: OrderedDict[Lane, tuple[int, datetime]] = field(
        default_factory=OrderedDict
    )

    # -- among those under way ---------------------------------------------------------

    def last(self, lane: Lane) -> asyncio.Task[None] | None:
        """Whom to wait for, before one's turn in ``lane``."""
        return self._last.get(lane)

    def join(self, lane: Lane, task: asyncio.Task[None]) -> None:
        self._last[lane] = task

    def leave(self, lane: Lane, task: asyncio.Task[None]) -> None:
        if self._last.get(lane) is task:
            del self._last[lane]

    # -- among those to be tried again -------------------------------------------------

    def is_held(self, lane: Lane, id: int) -> bool:
        """Is there an earlier one that still has to be tried again?"""
        first, until = self._failed.get(lane, (id, self.now()))
        return first < id and self.now() < until

    def failed(self, lane: Lane, id: int, due: datetime) -> None:
        if self.is_held(lane, id):
            return
        self._failed.pop(lane, None)
        self._failed[lane] = id, due + self.slack
        if len(self._failed) > _LANES:
            self._failed.popitem(last=False)

    def settled(self, lane: Lane, id: int) -> None:
        """``id`` has arrived, or never will."""
        if self._failed.get(lane, (None,))[0] == id:
            del self._failed[lane]
