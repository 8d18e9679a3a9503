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
    _last: dict[Lane, asyncio.Event] = field(default_factory=dict)
    _failed: OrderedDict[Lane, tuple[int, datetime]] = field(
        default_factory=OrderedDict
    )

    # -- among those under way ---------------------------------------------------------

    def join(self, lane: Lane, ended: asyncio.Event) -> asyncio.Event | None:
        """Whose end to wait for, before what is the last in ``lane`` from now on."""
        before = self._last.get(lane)
        self._last[lane] = ended
        return before

    def leave(self, lane: Lane, ended: asyncio.Event) -> None:
        ended.set()
        if self._last.get(lane) is ended:
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
