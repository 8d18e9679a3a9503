"""Connections that are kept open for later: to servers that are spoken with again.

A post goes to many servers, each of which hears of it once; most are not written to
again before they would have hung up.  So there is a limit to how many are kept, and
whoever is met while there is room has the place for as long as they are met again.
"""

from __future__ import annotations

import asyncio
import resource
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp.client_proto import ResponseHandler

#: Connections to one server at a time.
TO_ONE = 8
#: Seconds that an unused connection stays open; the servers of many close it later.
KEPT_OPEN = 30.0
_MOST = 4000


def _most() -> int:
    """A quarter of the files that this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // 4)


@dataclass(slots=True)
class Kept:
    """Connections that nobody uses, by the origin they lead to."""

    most: int = field(default_factory=_most)
    clock: Callable[[], float] = time.monotonic
    _by_origin: defaultdict[str, list[ResponseHandler]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _until: OrderedDict[ResponseHandler, tuple[str, float]] = field(
        default_factory=OrderedDict
    )
    _clearing: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._until)

    def take(self, origin: str) -> ResponseHandler | None:
        """One that leads there and is still open: the one that was used last."""
        while origin in self._by_origin:
            kept = self._by_origin[origin][-1]
            self._forget(kept)
            if kept.is_connected() and not kept.should_close:
                return kept
            kept.abort()
        return None

    def keep(self, origin: str, used: ResponseHandler) -> None:
        """Nobody uses it any more: it is closed at once only if there is no room."""
        self.clear()
        if len(self._until) >= self.most:
            used.close()
            return
        self._by_origin[origin].append(used)
        self._until[used] = origin, self.clock() + KEPT_OPEN
        if self._clearing is None:
            self._clear_later()

    def clear(self) -> None:
        """Close those that were not used for long."""
        now = self.clock()
        while self._until:
            kept, (_, until) = next(iter(self._until.items()))
            if until > now:
                return
            self._forget(kept)
            kept.close()

    def leave(self, origin: str) -> None:
        """Close those that lead there."""
        for kept in self._by_origin.pop(origin, ()):
            del self._until[kept]
            kept.abort()

    def close(self) -> None:
        for origin in list(self._by_origin):
            self.leave(origin)
        if self._clearing is not None:
            self._clearing.cancel()
            self._clearing = None

    def _forget(self, kept: ResponseHandler) -> None:
        origin, _ = self._until.pop(kept)
        others = self._by_origin[origin]
        others.remove(kept)
        if not others:
            del self._by_origin[origin]

    def _clear_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._clearing = loop.call_later(KEPT_OPEN, self._clear_again)

    def _clear_again(self) -> None:
        self._clearing = None
        self.clear()
        if self._until:
            self._clear_later()
