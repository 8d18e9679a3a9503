"""The chore that asks about payments of which nobody told us anything."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import structlog

from peer.node.paying import watching
from store.interface import Busy

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)


async def all_due(node: Node) -> None:
    """Ask until nothing is due."""
    while await round_of(node):
        pass


async def round_of(node: Node) -> int:
    """Ask about all that are due; how many there were."""
    due = await node.store.transact(partial(watching.claim, now=node.now()))
    done = await asyncio.gather(
        *(node.settling.settle(id) for id in due), return_exceptions=True
    )
    for id, result in zip(due, done, strict=True):
        if isinstance(result, Busy):  # then it is asked about once more
            log.info("paying.busy", payment=id)
        elif isinstance(result, Exception):
            log.error("paying.round", payment=id, exc_info=result)
    return len(due)
