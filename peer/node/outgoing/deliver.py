"""Delivering: empties the queue of the store into the inboxes of other servers.

What waits is in the store and nowhere else.  A worker leases what it is about to
send; what it does not get to, because it was killed or because a host is to be left
in peace, it simply does not send, and the lease runs out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from peer.model.reading import Delivery
from peer.node.outgoing.lanes import Lane, Lanes
from peer.node.outgoing.outcomes import Counts, Outcome
from peer.node.outgoing.parcel import Packing, Parcel, Unsendable
from peer.node.outgoing.sending import Sending
from peer.protocol import moment
from peer.protocol.moment import wire
from store.interface import Busy, Store, Transaction

#: How long what was claimed is ours, and until when of that it may be begun.
_LEASE, _LAST_START = timedelta(seconds=60), timedelta(seconds=40)

_CLAIM, _IN_HAND = 256, 512  # rows at a time, and altogether
_TICK = 0.01  # seconds: what ends within them is written down together
_ROUND = 5.0  # seconds between looks for what another process has enqueued
_GRACE = 5.0  # seconds for what is under way when we are stopped
_RECALLED, _HASTENED = 1000, 10_000  # rows that are looked through for this

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Deliverer:
    """``worker`` is a name that no other process has."""

    store: Store
    sending: Sending
    packing: Packing
    worker: str
    counts: Counts = field(default_factory=Counts)
    _lanes: Lanes = field(init=False)
    _under_way: dict[asyncio.Task[None], Parcel] = field(default_factory=dict)
    _outcomes: list[Outcome] = field(default_factory=list)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False

    def __post_init__(self) -> None:
        self._lanes = Lanes(self._now, 2 * _LEASE)

    def _now(self) -> datetime:
        return self.sending.line.now()

    def wake(self) -> None:
        """Something was enqueued."""
        self._stirred.set()

    # -- round and round ---------------------------------------------------------------

    async def run(self) -> None:
        """Deliver until cancelled."""
        try:
            with suppress(Busy):
                await self._recall_order()
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
        now = self._now()

        def work(tx: Transaction) -> Sequence[Delivery]:
            _write(outcomes, tx)
            if back:
                _hasten(back, wire(now), tx)
            return tx.claim(self.worker, wire(now), wire(now + _LEASE), room)

        try:
            claimed = await self.store.transact(work)
        except BaseException:
            self._outcomes[:0] = outcomes
            self.sending.back |= back
            raise
        for packed in await self.packing.packed(claimed):
            if isinstance(packed, Unsendable):
                self._settle(packed.delivery, packed.outcome)
            else:
                self._begin(packed, now + _LAST_START)
        return len(claimed)

    async def _recall_order(self) -> None:
        """What failed before we were started goes before what comes now."""
        waiting = await self.store.read(lambda read: read.deliveries(limit=_RECALLED))
        tried = [each for each in waiting if each.due and each.attempts]
        for packed in await self.packing.packed(tried):
            if isinstance(packed, Parcel):
                due = moment.read(packed.delivery.due)
                self._lanes.failed(packed.lane, packed.delivery.id, due)

    async def _stop(self) -> None:
        """Let what is under way come to an end, and hand back what has not begun."""
        self._stopping = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_GRACE)
        left = dict(self._under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._outcomes += [_handed_back(each) for each in left.values()]
        with suppress(Busy):  # then the leases run out
            await self.store.transact(partial(_write, self._outcomes))

    # -- one delivery ------------------------------------------------------------------

    def _begin(self, parcel: Parcel, until: datetime) -> None:
        ended = asyncio.Event()
        before = self._lanes.join(parcel.lane, ended)
        task = asyncio.create_task(self._bring(parcel, until, before))
        self._under_way[task] = parcel
        task.add_done_callback(partial(self._end, parcel.lane, ended))

    def _end(self, lane: Lane, ended: asyncio.Event, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        self._lanes.leave(lane, ended)
        self._stirred.set()

    async def _bring(
        self, parcel: Parcel, until: datetime, before: asyncio.Event | None
    ) -> None:
        if before is not None:
            await before.wait()
        lane, id = parcel.lane, parcel.delivery.id

        def may_begin() -> bool:
            in_time = self._now() < until and not self._stopping
            return in_time and not self._lanes.is_held(lane, id)

        try:
            outcome = await self.sending.send(parcel, may_begin)
        except Exception:
            log.exception("deliver.broken", inbox=parcel.delivery.inbox)
            outcome = self.sending.again(parcel, "Something is wrong here, not there.")
        if outcome is None and self._stopping:
            outcome = _handed_back(parcel)
        if outcome is None:
            self.counts.put_off += 1
            self._lanes.failed(lane, id, self._now() + _LEASE)
        else:
            self._settle(parcel.delivery, outcome)
            self._arrange(parcel, outcome)

    def _arrange(self, parcel: Parcel, outcome: Outcome) -> None:
        if outcome.due is None:
            self._lanes.settled(parcel.lane, parcel.delivery.id)
        else:
            self._lanes.failed(parcel.lane, parcel.delivery.id, outcome.due)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        self._outcomes.append(outcome)
        if outcome.done:
            self.counts.delivered += 1
            return
        if outcome.due is None:
            self.counts.given_up += 1
        else:
            self.counts.failed += 1
        said = log.warning if outcome.due is None else log.debug
        said("delivery.failed", inbox=delivery.inbox, error=outcome.error)


def _write(outcomes: Sequence[Outcome], tx: Transaction) -> None:
    for outcome in outcomes:
        outcome.write(tx)


def _hasten(origins: Collection[str], now: str, tx: Transaction) -> None:
    """All that waits for a host that is back goes now, instead of hours later.

    To the store that is another attempt; there are forty.
    """
    prefixes = tuple(f"{origin}/" for origin in origins)
    for waiting in tx.deliveries(limit=_HASTENED):
        if waiting.due > now and waiting.inbox.startswith(prefixes):
            tx.failed(waiting.id, now, waiting.error)


def _handed_back(parcel: Parcel) -> Outcome:
    """Due as it was.  To the store that is another attempt; there are forty."""
    due = moment.read(parcel.delivery.due)
    return Outcome(parcel.delivery.id, due=due, error=parcel.delivery.error)
