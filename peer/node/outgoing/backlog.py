"""The queue, as those who keep a peer look after it: trying again, and giving up.

What is dropped was never delivered, so who dropped it is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from peer.node.moderation import audit
from peer.protocol.moment import wire
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node


def origins(host: str) -> Sequence[str]:
    """What ``host`` may be called in the queue, where only its name is told.

    >>> origins("There.example")
    ('https://there.example', 'http://there.example')
    """
    name = host.strip().rstrip("/").lower()
    return (name,) if "://" in name else (f"https://{name}", f"http://{name}")


async def retry(node: Node, *, id: int | None = None, host: str | None = None) -> int:
    """Try what has failed again, now: one, all to a host, or all; how many it is."""
    count = await node.store.transact(partial(_retry, wire(node.now()), id, host))
    if count and node.outgoing:
        node.outgoing.try_again(host)
    return count


def _retry(now: str, id: int | None, host: str | None, tx: Transaction) -> int:
    hosts = [None] if host is None else origins(host)
    return sum(tx.retry(now, id=id, host=each) for each in hosts)


async def drop(
    node: Node, by: str, *, id: int | None = None, host: str | None = None
) -> int:
    """Take out of the queue one, or all to a host; ``by`` whom is noted."""
    return await node.store.transact(partial(_drop, by, node.now(), id, host))


def _drop(
    by: str, now: datetime, id: int | None, host: str | None, tx: Transaction
) -> int:
    if id is not None:
        what = "".join(each.inbox for each in tx.queued(after=id - 1, limit=1))
        count = tx.discard(id=id)
    else:
        what = host or ""
        count = sum(tx.discard(host=each) for each in origins(what))
    if count:
        audit.note(tx, by, "drop", what, f"{count} undelivered", now)
    return count
