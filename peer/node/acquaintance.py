"""Calendars of the other peers of the cooperative: asked for before they are wanted.

No page waits for them: what they said last is kept, and asked for again now and then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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
EVERY, SOONER = 300.0, 15.0
_MOST = 50
_NOT_HAD = (NotFetched, NotTheirs, Unreadable, Refused, Busy)


async def keep_up(node: Node) -> None:
    """Ask them all, again and again; sooner where somebody did not answer."""
    others = {base for base in node.config.peers.values() if base != node.base}
    while others:
        answered = [await meet(node, base) for base in sorted(others)]
        await asyncio.sleep(EVERY if all(answered) else SOONER)


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
