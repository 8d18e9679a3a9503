"""A fuse for each host: one that does not answer is left in peace for a while.

Kept in memory and bounded: a host that we have once tried to reach is nothing to
remember for good.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

#: So many failures in a row, and then this long; twice as long each time it is
#: found to be silent still.
_FAILURES = 5
_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(minutes=5)
_PROBE = timedelta(minutes=1)
#: Between one return and the next; twice as long each time it comes so soon.
_SETTLED, _SELDOM = timedelta(seconds=10), timedelta(hours=1)
_HOSTS = 10_000


class Way(Enum):
    CLEAR = auto()
    WAIT = auto()  # it asked us to, or somebody is trying whether it is back
    DOWN = auto()  # there is no need to try: it does not answer


@dataclass(slots=True)
class _Fuse:
    failures: int = 0
    missed: bool = False
    down_until: datetime | None = None
    wait_until: datetime | None = None


@dataclass(slots=True)
class Breaker:
    now: Callable[[], datetime]
    _fuses: OrderedDict[str, _Fuse] = field(default_factory=OrderedDict)
    _returned: OrderedDict[str, tuple[datetime, timedelta]] = field(
        default_factory=OrderedDict
    )

    @property
    def down(self) -> int:
        """How many hosts are not even tried."""
        return sum(fuse.down_until is not None for fuse in self._fuses.values())

    def way(self, host: str) -> Way:
        """May ``host`` be spoken to?  Whoever is let through after a silence probes."""
        fuse = self._fuses.get(host)
        if fuse is None:
            return Way.CLEAR
        now = self.now()
        if fuse.down_until is not None and now < fuse.down_until:
            return Way.DOWN
        if fuse.wait_until is not None and now < fuse.wait_until:
            return Way.WAIT
        if fuse.down_until is not None:
            fuse.wait_until = now + _PROBE
        return Way.CLEAR

    def rests(self, host: str) -> datetime | None:
        """Until when it is not spoken to, if it is not now."""
        fuse, now = self._fuses.get(host), self.now()
        known = (fuse.down_until, fuse.wait_until) if fuse else ()
        return max((each for each in known if each and each > now), default=None)

    def forget(self, host: str | None) -> None:
        """Whatever is known of ``host``, or of all: try it."""
        if host is None:
            self._fuses.clear()
        else:
            self._fuses.pop(host, None)

    def answered(self, host: str) -> bool:
        """It is there, whatever it said; True where it had not been.

        Not of one that comes and goes all the time, as far as we can see: whatever
        failed there would be tried as often, and be given up before long.
        """
        fuse = self._fuses.pop(host, None)
        if fuse is None or not (fuse.missed or fuse.down_until):
            return False
        if self._has_returned(host):
            return True
        self._fuse(host).missed = True  # to be said when it has settled
        return False

    def _has_returned(self, host: str) -> bool:
        """Once more, and not too soon after the last time?"""
        now = self.now()
        until, rest = self._returned.get(host, (now, _SETTLED / 2))
        if now < until:
            return False
        rest = min(2 * rest, _SELDOM) if now < until + 4 * rest else _SETTLED
        self._returned[host] = now + rest, rest
        self._returned.move_to_end(host)
        if len(self._returned) > _HOSTS:
            self._returned.popitem(last=False)
        return True

    def missed(self, host: str) -> bool:
        """Was nobody there, when last we tried?"""
        fuse = self._fuses.get(host)
        return fuse is not None and fuse.missed

    def silent(self, host: str, missed: bool = False) -> None:
        """It did not answer, or only that something is wrong with it.

        It was ``missed`` if nobody listens there: that is not due to what was said.
        """
        fuse, now = self._fuse(host), self.now()
        fuse.missed |= missed
        if fuse.down_until is not None and now < fuse.down_until:
            return  # what was under way when it went down tells nothing new
        fuse.failures += 1
        if fuse.failures >= _FAILURES:
            doubled = min(fuse.failures - _FAILURES, 10)
            fuse.down_until = now + min(_SHORTEST * 2**doubled, _LONGEST)

    def pause(self, host: str, wait: timedelta) -> None:
        """It asked us to wait."""
        self._fuse(host).wait_until = self.now() + wait

    def _fuse(self, host: str) -> _Fuse:
        fuse = self._fuses.pop(host, None) or _Fuse()
        self._fuses[host] = fuse
        if len(self._fuses) > _HOSTS:
            self._fuses.popitem(last=False)
        return fuse
