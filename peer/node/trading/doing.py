"""Doing what was worked out here, in one transaction, through the one door."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from peer.node.telling.dispatch import Dispatch
from peer.protocol.moment import wire
from peer.protocol.thing import Activity
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

#: What is to be done, given the store as it is and the time.
Work = Callable[[Transaction, str], Sequence[Activity]]


async def carry(node: Node, work: Work) -> Sequence[Activity]:
    """Do what ``work`` says; it has asked who may, as nobody asks behind it."""
    now = wire(node.now())

    def done(tx: Transaction) -> tuple[Sequence[Activity], int]:
        lexicon = node.lexicon_of(tx)
        dispatch = Dispatch(node.base, now, lexicon)
        activities = work(tx, now)
        node.door(tx, dispatch, lexicon).carry_out(activities, tx)
        return activities, dispatch.count

    activities, told = await node.store.transact(done)
    if told and node.outgoing:
        node.outgoing.wake()
    return activities
