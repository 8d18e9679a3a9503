"""What is remembered of hosts: which kind of signature they understand.

Nothing is kept of those that take what everybody takes, nor of any for good: so few
are left that all are known at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from peer.model.reading import Read
from peer.node.outgoing.pen import Dialect, Signer
from peer.protocol.moment import wire
from store.interface import Busy, Store, Transaction

_SPACE = "host"
_KEPT = timedelta(days=7)
_BELIEVED = timedelta(minutes=10)  # before the store is asked what others have learned
_HOSTS = 10_000


@dataclass(slots=True)
class Hosts:
    store: Store
    now: Callable[[], datetime]
    _known: dict[str, Dialect] = field(default_factory=dict)
    _until: datetime | None = None

    async def knocks(self, host: str, signer: Signer) -> Sequence[Dialect]:
        """The ways to sign for ``host``, in the order to try them."""
        now = self.now()
        if self._until is None or now >= self._until:
            self._until = now + _BELIEVED
            self._known = await self.store.read(partial(_remembered, wire(now)))
        wanted = self._known.get(host)
        return sorted(signer.dialects, key=lambda each: each is not wanted)

    async def learn(self, host: str, dialect: Dialect) -> None:
        """``dialect`` was understood where another was not."""
        usual = dialect is Dialect.CAVAGE
        if usual:
            self._known.pop(host, None)
        elif len(self._known) < _HOSTS:
            self._known[host] = dialect
        until = wire(self.now() + _KEPT)
        work = partial(_forget, host) if usual else partial(_keep, host, dialect, until)
        with suppress(Busy):  # then the others find out for themselves
            await self.store.transact(work)


def _remembered(now: str, read: Read) -> dict[str, Dialect]:
    kept = read.recall_all(_SPACE, limit=_HOSTS)
    return {
        host: Dialect(told["dialect"]) for host, told in kept if told["until"] > now
    }


def _keep(host: str, dialect: Dialect, until: str, tx: Transaction) -> None:
    told = {"dialect": dialect.value, "until": until}
    tx.keep(_SPACE, host, told, expires=until)


def _forget(host: str, tx: Transaction) -> None:
    tx.drop(_SPACE, host)
