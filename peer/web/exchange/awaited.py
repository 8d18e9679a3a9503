"""Who waits for a thing to change, while their request is open: for a shop's answer.

One task looks for all of them.  It asks the store a few times a second whether anything
was committed, by whatever worker; if so, it reads at once what all of them wait for.
With many of them it looks less often, so that it never takes much of the time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from peer.protocol.thing import Thing
from store.interface import Busy, Store

_EVERY = 0.05  # seconds
_SHARE = 10  # of the time at most so small a part is spent on looking

log = structlog.get_logger(__name__)


@dataclass(eq=False, slots=True)
class _Waiting:
    """Somebody who knows ``thing`` as it is here."""

    thing: Thing
    woken: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False, slots=True)
class Awaited:
    store: Store
    is_closed: bool = False
    _waiting: set[_Waiting] = field(default_factory=set)
    _mark: Hashable = None
    _task: asyncio.Task[None] | None = None

    async def change(self, thing: Thing, patience: float) -> bool:
        """Wait until ``thing`` is another than this: was it, within so many seconds?"""
        if self.is_closed or patience <= 0:
            return False
        one = _Waiting(thing)
        self._waiting.add(one)
        self._mark = None  # it may have changed before anybody looked for it
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await one.woken.wait()
                    return not self.is_closed
            return False
        finally:
            self._waiting.discard(one)

    async def close(self) -> None:
        """Nobody waits any longer."""
        self.is_closed = True
        for each in self._waiting:
            each.woken.set()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            began = loop.time()
            try:
                await self._look()
            except Busy:
                self._mark = None  # the next time, then
            except Exception:
                log.exception("awaited.failed")  # who waits looks when they are done
                return
            took = loop.time() - began
            await asyncio.sleep(max(_EVERY, took * _SHARE))

    async def _look(self) -> None:
        """Wake those for whom something has changed since the last look."""
        mark = await self.store.mark()
        if mark == self._mark:
            return
        self._mark = mark  # who comes from now on has it looked again
        waiting = list(self._waiting)
        ids = sorted({each.thing.id for each in waiting})
        now = await self.store.read(lambda read: read.many(ids))
        _wake(waiting, now.values())


def _wake(waiting: Sequence[_Waiting], now: Iterable[Thing]) -> None:
    updated = {each.id: each.updated for each in now}
    for each in waiting:
        if updated.get(each.thing.id) != each.thing.updated:
            each.woken.set()
