"""Actors who are no more: their inbox says so (410), and so does their own address.

That both do is asked, as an inbox may have moved, or be that of a whole server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from peer.model.reading import Delivery, Read
from peer.node.keys import settle_keys
from peer.node.outgoing.fetch import Fetcher
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.unfetched import Gone, NotFetched
from peer.node.telling.addressing import followers
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Thing
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

_MOST = 50  # actors that one answer leads us to ask for

log = structlog.get_logger(__name__)


async def forget_gone(node: Node, fetcher: Fetcher, delivery: Delivery) -> None:
    """The inbox of ``delivery`` is gone: so are those who have gone with it."""
    keys = await settle_keys(node.store, f"{node.base}/peer")
    signer = Signer(keys.rsa_id, keys.rsa)
    for actor in await node.store.read(lambda read: _at(read, delivery)):
        try:
            await fetcher.fetch(actor.id, signer, fresh=True)
        except Gone:
            await _forget(node, actor)
        except NotFetched as reason:
            log.info("gone.unsure", actor=actor.id, reason=reason.reason)


def _at(read: Read, delivery: Delivery) -> list[Thing]:
    """Who is followed by the sender's words to that inbox."""
    found: list[Thing] = []
    for some in followers(read, delivery.sender):
        actors = read.many(some).values()
        found += [a for a in actors if not a.deleted and _has(a, delivery.inbox)]
        if len(found) >= _MOST:
            break
    return found[:_MOST]


def _has(actor: Thing, inbox: str) -> bool:
    return inbox in (actor.get("inbox"), actor.get("sharedInbox"))


async def _forget(node: Node, actor: Thing) -> None:
    """The peer says that it is gone: nothing that had an end in it is left."""
    now, id = wire(node.now()), f"{node.base}/activities/{node.token()}"
    gone = Activity(id, "Delete", f"{node.base}/peer", now, actor)

    def work(tx: Transaction) -> None:
        known = tx.get(actor.id)
        if known is not None and not known.deleted:
            node.door(tx).carry_out([gone], tx)

    await node.store.transact(work)
    log.info("gone", actor=actor.id)
