"""Calendars of the other peers of the cooperative: asked for before they are wanted.

No page waits for them: what they said last is kept, and asked for again now and then.
Who answers after a silence is there: what waits to be delivered to them goes at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

import structlog

from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.node.refusal import Refused
from peer.protocol.origin import NotTheirs, same_origin
from peer.protocol.wire import gathered
from peer.protocol.wire.loose import Unreadable, id_of
from store.interface import Busy, Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

#: What calendars each of the other peers has, by its origin.
CALENDARS = "calendars-beside"
EVERY = 300.0
#: Who does not answer is asked again after these, and then after the last of them.
SOONER = (2.0, 4.0, 8.0, 15.0)
_SELDOM = 3600.0
_MOST = 50
_NOT_HAD = (NotFetched, NotTheirs, Unreadable, Refused, Busy)


@dataclass(slots=True)
class Trust:
    """How often somebody who answers is believed to be there for what is brought.

    Each time all that waits for them is tried.  Where it is in vain, as when only a
    part of their server is down, it would be given up before long: so that is done
    ever less often, until something arrives.
    """

    clock: Callable[[], float] = monotonic
    _rests: dict[str, tuple[float, float]] = field(default_factory=dict)

    def used(self, base: str) -> None:
        """What waits for ``base`` is tried now."""
        _, last = self._rests.get(base, (0.0, SOONER[0] / 2))
        rest = min(2 * last, _SELDOM)
        self._rests[base] = self.clock() + rest, rest

    def is_there(self, base: str) -> bool:
        """May it be tried again so soon?"""
        until, _ = self._rests.get(base, (0.0, 0.0))
        return self.clock() >= until

    def restored(self, bases: Iterable[str]) -> None:
        """Something has arrived there, or else nobody answers at all."""
        for base in bases:
            self._rests.pop(base, None)


async def keep_up(node: Node) -> None:
    """Ask them all, again and again; sooner where somebody did not answer."""
    others = {base for base in node.config.peers.values() if base != node.base}
    silent, waits, trust = set(others), iter(SOONER), Trust()
    while others:
        met = await _met(node, others)
        for base in silent & met:
            if node.outgoing:
                trust.used(base)
                node.outgoing.answered(base)
        silent = others - met
        trust.restored(silent)
        if not silent:
            waits = iter(SOONER)
        wait = next(waits, SOONER[-1]) if silent else EVERY
        if missed := await _missed(node, met, wait, trust):
            silent |= missed
            waits = iter(SOONER)


async def _met(node: Node, others: Iterable[str]) -> set[str]:
    """Who of ``others`` answers; nobody waits for whoever does not."""
    asked = sorted(others)
    answers = await asyncio.gather(*(meet(node, base) for base in asked))
    return {base for base, answered in zip(asked, answers, strict=True) if answered}


async def _missed(
    node: Node, met: Iterable[str], wait: float, trust: Trust
) -> set[str]:
    """Who of ``met`` is gone when something is brought to them; nobody, for so long."""
    until = monotonic() + wait
    missed: set[str] = set()
    while not missed and (left := until - monotonic()) > 0:
        await asyncio.sleep(min(left, SOONER[0]))
        if node.outgoing:
            gone = {base for base in met if node.outgoing.missed(base)}
            trust.restored(set(met) - gone)
            missed = set(filter(trust.is_there, gone))
    return missed


async def meet(node: Node, base: str) -> bool:
    """What calendars there are at ``base``, and who they are; False if nobody says."""
    try:
        await _meet(node, base, Budget())
    except _NOT_HAD as wrong:
        log.info("peer.not_met", peer=base, reason=str(wrong))
        return False
    return True


async def _meet(node: Node, base: str, budget: Budget) -> None:
    strangers = node.incoming.strangers
    document = await strangers.fetch(f"{base}/peer/calendars", budget, fresh=True)
    told = gathered.read(dict(document)).items[:_MOST]
    ids = [id for each in told if (id := id_of(each)) and same_origin(id, base)]
    for id in ids:
        await strangers.actor(id, budget)

    def keep(tx: Transaction) -> None:
        if _kept(tx.recall(CALENDARS, base)) != ids:
            tx.keep(CALENDARS, base, {"ids": ids})

    await node.store.transact(keep)


def _kept(record: object) -> Sequence[str]:
    return record["ids"] if isinstance(record, dict) else ()
