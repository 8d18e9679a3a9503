"""What is remembered of a host: which kind of signature it understands.

Nothing is kept of hosts that take what everybody takes, nor of any for good.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from peer.node.outgoing.pen import Dialect, Signer
from peer.protocol.moment import wire
from store.interface import Busy, Store, Transaction

_SPACE = "host"
_KEPT = timedelta(days=7)
_BELIEVED = timedelta(hours=1)  # before the store is asked what others have learned
_HOSTS = 10_000


@dataclass(slots=True)
class Hosts:
    store: Store
    now: Callable[[], datetime]
    _known: OrderedDict[str, tuple[Dialect | None, datetime]] = field(
        default_factory=OrderedDict
    )

    async def knocks(self, host: str, signer: Signer) -> Sequence[Dialect]:
        """The ways to sign for ``host``, in the order to try them."""
        wanted = await self._wanted(host)
        return sorted(signer.dialects, key=lambda each: each is not wanted)

    async def learn(self, host: str, dialect: Dialect) -> None:
        """``dialect`` was understood where another was not."""
        self._believe(host, dialect)
        work = _forget if dialect is Dialect.CAVAGE else _keep
        expires = wire(self.now() + _KEPT)
        with suppress(Busy):  # then the others find out for themselves
            await self.store.transact(partial(work, host, dialect, expires))

    async def _wanted(self, host: str) -> Dialect | None:
        known = self._known.get(host)
        if known is not None and self.now() < known[1]:
            return known[0]
        now = wire(self.now())
        kept = await self.store.read(lambda read: read.recall(_SPACE, host, now=now))
        wanted = Dialect(kept["dialect"]) if kept else None
        self._believe(host, wanted)
        return wanted

    def _believe(self, host: str, dialect: Dialect | None) -> None:
        self._known.pop(host, None)
        self._known[host] = dialect, self.now() + _BELIEVED
        if len(self._known) > _HOSTS:
            self._known.popitem(last=False)


def _keep(host: str, dialect: Dialect, expires: str, tx: Transaction) -> None:
    tx.keep(_SPACE, host, {"dialect": dialect.value}, expires=expires)


def _forget(host: str, dialect: Dialect, expires: str, tx: Transaction) -> None:
    tx.drop(_SPACE, host)
