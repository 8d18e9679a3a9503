"""Connections that are kept open for later: to servers that are spoken with again.

A post goes to many servers, each of which hears of it once; most are not written to
again before they would have hung up.  So there is a limit to how many are kept, and
whoever is met while there is room has the place for as long as they are met again.
"""

from __future__ import annotations

import resource
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

#: Connections to one server at a time.
TO_ONE = 8
#: Seconds that an unused connection stays open; the servers of many close it later.
KEPT_OPEN = 30.0
_MOST = 1000


def _most() -> int:
    """To so many servers: a quarter of the files that this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if soft == resource.RLIM_INFINITY else min(_MOST, soft // 4 // TO_ONE)


@dataclass(slots=True)
class Kept:
    most: int = field(default_factory=_most)
    clock: Callable[[], float] = time.monotonic
    _until: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def keeps(self, host: str) -> bool:
        """Is the connection to ``host``, which is about to be used, kept open?"""
        now = self.clock()
        while self._until and next(iter(self._until.values())) <= now:
            self._until.popitem(last=False)
        if host not in self._until and len(self._until) >= self.most:
            return False
        self._until[host] = now + KEPT_OPEN
        self._until.move_to_end(host)
        return True
