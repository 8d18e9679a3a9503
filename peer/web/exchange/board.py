"""Who is shown numbers while they change, and how they hear of it.

One task looks for all of them: once a second, and only while somebody listens, it
asks the store whether anything was committed, by whatever worker; if so, it reads
what anybody wants to know once, and tells each what is new to them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from peer.model.permission import STRANGER, may_see
from peer.model.places import Numbers, numbers_of
from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.thing import Thing
from store.interface import Busy, Store

log = structlog.get_logger(__name__)

#: So many may listen at one worker, and from one network.
MOST, MOST_OF_ONE = 2000, 500
_EVERY = 1.0
#: What a buyer waits for changes; who may not see it is told that, and not how.
_CHANGES = ("Purchase", "Order")

#: What is told of one thing: numbers for whom they are, else only a mark of it.
State = Numbers | str


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who listens.  What they have not taken yet is replaced by the newest."""

    ids: frozenset[str]
    network: str
    known: dict[str, State] = field(default_factory=dict)
    news: dict[str, State] = field(default_factory=dict)
    is_over: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, states: Mapping[str, State]) -> None:
        for id in self.ids & states.keys():
            if self.known.get(id) != states[id]:
                self.known[id] = self.news[id] = states[id]
        if self.news:
            self.woken.set()

    def end(self) -> None:
        self.is_over = True
        self.woken.set()

    async def next(self, patience: float) -> Mapping[str, State]:
        """What is new, as soon as there is something; nothing once patience ends."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self.woken.wait()
        self.woken.clear()
        news, self.news = self.news, {}
        return news


@dataclass(eq=False, slots=True)
class Board:
    store: Store
    most: int = MOST
    most_of_one: int = MOST_OF_ONE
    is_closed: bool = False
    _listeners: set[Listener] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._listeners)

    async def join(self, ids: Collection[str], network: str) -> Listener | None:
        """Somebody who listens from now on; None where there are too many."""
        listener = Listener(frozenset(ids), network)
        if not self._has_room(network):
            return None
        self._listeners.add(listener)
        try:
            listener.tell(await self._read(listener.ids))
        except BaseException:
            self.leave(listener)
            raise
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        return listener

    def _has_room(self, network: str) -> bool:
        if self.is_closed or len(self._listeners) >= self.most:
            return False
        theirs = Counter(each.network for each in self._listeners)[network]
        return theirs < self.most_of_one

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def close(self) -> None:
        """Let everybody go: their browsers ask again, whoever then answers."""
        self.is_closed = True
        for listener in self._listeners:
            listener.end()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        """Tell of what changes, for as long as there is anybody to be told."""
        mark: Hashable = None
        while self._listeners:
            mark = await self._look(mark)
            await asyncio.sleep(_EVERY)

    async def _look(self, mark: Hashable) -> Hashable:
        """Tell what was committed after ``mark``; the mark of what was told."""
        try:
            now = await self.store.mark()
            if now == mark:
                return mark
            wanted = frozenset[str]().union(*(each.ids for each in self._listeners))
            states = await self._read(wanted)
        except Busy:
            return mark  # in a second, then
        except Exception:
            log.exception("live.failed")  # whoever listens is told the next time
            return mark
        for listener in self._listeners:
            listener.tell(states)
        return now

    async def _read(self, ids: Iterable[str]) -> Mapping[str, State]:
        wanted = sorted(ids)
        return await self.store.read(lambda read: states_of(wanted, read))


def states_of(ids: Iterable[str], read: Read) -> Mapping[str, State]:
    """What anybody may be told of each of ``ids``."""
    things = [each for each in read.many(ids).values() if not each.deleted]
    open = [each for each in things if may_see(STRANGER, each)]
    kept = {each.id: mark_of(each) for each in things if each.kind in _CHANGES}
    return {**numbers_of(open, read), **kept}


def mark_of(thing: Thing) -> str:
    """Another one whenever the thing changes; nothing can be read off it."""
    return cid([thing.id, thing.updated])[-12:]
