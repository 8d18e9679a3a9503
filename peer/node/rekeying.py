"""New keys for an actor, and word of them to who follows it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from peer.node.door import Door
from peer.node.keys import Keys, rotate_keys
from peer.node.telling.dispatch import Dispatch
from peer.protocol.moment import wire
from peer.protocol.thing import Activity
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node


async def rotate(node: Node, actor: str) -> tuple[Keys, int]:
    """The new keys of ``actor``, and how many inboxes will be told of them.

    Whoever signs asks for the keys each time, so the next request has the new ones.
    """
    keys = await rotate_keys(node.store, actor, node.now())
    return keys, await announce_keys(node, actor)


async def announce_keys(node: Node, actor: str) -> int:
    """Send the actor as it now is to who follows it; how many inboxes that are.

    The peer itself is nothing that can be followed: others look its key up.
    """
    now, token = wire(node.now()), node.token()
    count = await node.store.transact(partial(_announce, node, actor, now, token))
    if count and node.outgoing:
        node.outgoing.wake()
    return count


def _announce(node: Node, actor: str, now: str, token: str, tx: Transaction) -> int:
    thing = tx.get(actor)
    if thing is None or thing.deleted:
        return 0
    id = f"{node.base}/activities/{token}"
    update = Activity(id, "Update", thing.owner, now, replace(thing, updated=now))
    dispatch = Dispatch(node.base, now, node.lexicon)
    lexicon = node.lexicon_of(tx)
    Door(lexicon, node.behaviors, node.base, dispatch).carry_out([update], tx)
    return dispatch.count
