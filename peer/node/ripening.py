"""What was put off until a time is done when it has come."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from peer.node import vocabulary
from peer.node.node import Node
from peer.node.refusal import Refused
from peer.node.telling.dispatch import Dispatch
from peer.protocol.moment import wire
from peer.protocol.thing import Activity
from store.interface import Busy, Transaction

log = structlog.get_logger(__name__)

_AGAIN = timedelta(hours=1)


async def carry_out_ripe(node: Node) -> int:
    """Do all that is ripe, one after the other; how many there were.

    What cannot be done any more is not done, and what fails is tried again in an
    hour; neither keeps anything else waiting, and the log says of both.
    """
    count = 0
    while (done := await _next(node, node.now())) is not None:
        count += 1
        if vocabulary.changes(done):
            await node.keep_up()
    return count


async def _next(node: Node, now: datetime) -> Activity | None:
    taken: list[Activity] = []

    def work(tx: Transaction) -> int:
        taken[:] = tx.ripe(wire(now), 1)
        dispatch = Dispatch(node.base, wire(now), node.lexicon)
        node.door(tx, dispatch).carry_out(taken, tx)
        for activity in filter(vocabulary.changes, taken):
            vocabulary.note_change(tx, activity)
        return dispatch.count

    try:
        told = await node.store.transact(work)
    except Refused as refused:
        id = taken[0].id
        log.warning("ripe.refused", activity=id, reason=refused.reason)
        await node.store.transact(lambda tx: tx.withdraw(id))
        told = 0
    except Busy:
        raise
    except Exception:
        if not taken:
            raise
        log.exception("ripe.failed", activity=taken[0].id)
        later, failed = wire(now + _AGAIN), taken[0]
        await node.store.transact(lambda tx: tx.postpone(later, failed))
        told = 0
    if told and node.outgoing:
        node.outgoing.wake()
    return taken[0] if taken else None
