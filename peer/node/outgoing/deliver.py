"""Delivering: empties the queue of the store into the inboxes of other servers.

What waits is in the store and nowhere else, and the order in which it goes as well.
A worker leases what it is about to send.  What it does not get to it hands back; if
it is killed, the lease runs out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from peer.model.reading import Delivery
from peer.node.outgoing.outcomes import Counts, Outcome, write
from peer.node.outgoing.parcel import Packing, Parcel, Unsendable
from peer.node.outgoing.reach import Place
from peer.node.outgoing.sending import Sending
from peer.protocol import moment
from peer.protocol.moment import wire
from store.interface import Busy, Store, Transaction

#: How long what was claimed is ours, and until when of that it may be begun.
_LEASE, _LAST_START = timedelta(seconds=60), timedelta(seconds=40)

_CLAIM, _IN_HAND = 256, 512  # rows at a time, and altogether
_ENOUGH, _MOST = 32, 64  # for one host: no more are claimed, and none are kept
_TICK = 0.01  # seconds: what ends within them is written down together
_ROUND = 5.0  # seconds between looks for what another process has enqueued
_GRACE = 5.0  # seconds for what is under way when we are stopped
_HOSTS, _UNHEARD = 10_000, timedelta(hours=6)

OnGone = Callable[[Delivery], Awaitable[None]]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Deliverer:
    """``worker`` is a name that no other process has.

    Who is ``alone`` knows at the start that nobody has leased anything.  An inbox
    that is gone is told of to ``on_gone``.
    """

    store: Store
    sending: Sending
    packing: Packing
    worker: str
    alone: bool = False
    on_gone: OnGone | None = None
    counts: Counts = field(default_factory=Counts)
    _under_way: dict[asyncio.Task[None], str] = field(default_factory=dict)
    _in_hand: Counter[str] = field(default_factory=Counter)
    _heard: dict[str, datetime] = field(default_factory=dict)
    _outcomes: list[Outcome] = field(default_factory=list)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def _now(self) -> datetime:
        return self.sending.line.now()

    def wake(self) -> None:
        """Something was enqueued."""
        self._stirred.set()

    def heard(self, place: Place) -> None:
        """The server at ``place`` has spoken to us: what waits for it goes now.

        Once in a while only: some who speak do not listen, and are tried so often.
        """
        now, last = self._now(), self._heard.get(place.origin)
        if last is not None and now - last < _UNHEARD:
            return
        if len(self._heard) >= _HOSTS:
            self._heard.clear()
        self._heard[place.origin] = now
        self.answered(place)

    def answered(self, place: Place) -> None:
        """The server at ``place`` does listen: what waits for it goes now."""
        self.sending.breaker.forget(place.host)
        self.sending.back.add(place.origin)
        self._stirred.set()

    # -- round and round ---------------------------------------------------------------

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            if self.alone:
                await self._take_back()
            while True:
                await self._round()
        finally:
            await self._stop()

    async def _round(self) -> None:
        wait = _ROUND
        try:
            await self.drain()
            wait = await self._until_due()
        except Busy as wrong:
            log.info("deliver.busy", reason=str(wrong))
        except Exception:
            log.exception("deliver.round")
        await self._pause(wait)

    async def drain(self) -> None:
        """Deliver until nothing is due, nor under way."""
        while await self._turn() or self._under_way or self._outcomes:
            if self._under_way:
                await self._pause(_ROUND)
                await asyncio.sleep(_TICK)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        self._stirred.clear()

    async def _until_due(self) -> float:
        """Seconds until the next one is due, or until somebody should look again."""
        waiting = await self.store.read(lambda read: read.deliveries(limit=1))
        if not waiting or not waiting[0].due:
            return _ROUND
        left = (moment.read(waiting[0].due) - self._now()).total_seconds()
        return min(left, _ROUND) if left > 0 else _ROUND  # it is leased, if past

    # -- the store ---------------------------------------------------------------------

    async def _turn(self) -> int:
        """Write down what came of the last ones and claim more, in one transaction."""
        outcomes, self._outcomes = self._outcomes, []
        back, self.sending.back = self.sending.back, set()
        room = min(_CLAIM, _IN_HAND - len(self._under_way))
        crowded, now = self._crowded(), self._now()

        def work(tx: Transaction) -> Sequence[Delivery]:
            write(outcomes, tx)
            for origin in back:
                tx.hasten(origin, wire(now))
            lease = wire(now), wire(now + _LEASE)
            return tx.claim(self.worker, *lease, room, but=crowded)

        try:
            claimed = await self.store.transact(work)
        except BaseException:
            self._outcomes[:0] = outcomes
            self.sending.back |= back
            raise
        for packed in await self._packed(claimed, now):
            if isinstance(packed, Unsendable):
                self._settle(packed.delivery, packed.outcome)
            else:
                self._begin(packed, now)
        return len(claimed)

    async def _packed(
        self, claimed: Sequence[Delivery], now: datetime
    ) -> Sequence[Parcel | Unsendable]:
        try:
            return await self.packing.packed(claimed)
        except Exception:
            self._outcomes += [Outcome(d.id, due=now, tried=False) for d in claimed]
            raise

    def _crowded(self) -> Sequence[str]:
        """Hosts for which enough is in hand: of the others there is to be some too."""
        return [host for host, count in self._in_hand.items() if count >= _ENOUGH]

    async def _take_back(self) -> None:
        """What somebody who was killed had leased."""
        with suppress(Busy):  # then the leases run out
            await self.store.transact(lambda tx: tx.hand_back(None))

    async def _stop(self) -> None:
        """Let what is under way come to an end, and hand back the rest."""
        self._stopping = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_GRACE)
        left = list(self._under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        with suppress(Busy):  # then the leases run out
            await self.store.transact(self._hand_back)

    def _hand_back(self, tx: Transaction) -> None:
        write(self._outcomes, tx)
        tx.hand_back(self.worker)

    # -- one delivery ------------------------------------------------------------------

    def _begin(self, parcel: Parcel, now: datetime) -> None:
        host = parcel.delivery.host
        if self._in_hand[host] >= _MOST:  # what was claimed together may be too much
            self._settle(parcel.delivery, self.sending.put_off(parcel, now))
            return
        task = asyncio.create_task(self._bring(parcel, now + _LAST_START))
        self._under_way[task] = host
        self._in_hand[host] += 1
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        host = self._under_way.pop(task)
        self._in_hand[host] -= 1
        if not self._in_hand[host]:
            del self._in_hand[host]
        self._stirred.set()

    async def _bring(self, parcel: Parcel, until: datetime) -> None:
        def may_begin() -> bool:
            return self._now() < until and not self._stopping

        try:
            outcome = await self.sending.send(parcel, may_begin)
        except Exception:
            log.exception("deliver.broken", inbox=parcel.delivery.inbox)
            outcome = self.sending.again(parcel, "Something is wrong here, not there.")
        self._settle(parcel.delivery, outcome)
        if outcome.gone and self.on_gone is not None:
            await self._tell_gone(parcel.delivery, self.on_gone)

    async def _tell_gone(self, delivery: Delivery, on_gone: OnGone) -> None:
        try:
            await on_gone(delivery)
        except Exception:
            log.exception("deliver.gone", inbox=delivery.inbox)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        self.counts.count(outcome)
        if outcome.error:
            said = log.warning if outcome.due is None else log.debug
            said("delivery.failed", inbox=delivery.inbox, error=outcome.error)
