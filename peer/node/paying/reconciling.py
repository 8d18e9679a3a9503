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

_EVERY = 5.0

log = structlog.get_logger(__name__)


async def run(node: Node) -> None:
    """Go round until cancelled."""
    while True:
        try:
            while await round_of(node):
                pass
        except Busy:
            log.info("paying.busy")
        except Exception:
            log.exception("paying.round")
        await asyncio.sleep(_EVERY)


async def round_of(node: Node) -> int:
    """Ask about all that are due; how many there were."""
    due = await node.store.transact(partial(watching.claim, now=node.now()))
    done = await asyncio.gather(
        *(node.settling.settle(id) for id in due), return_exceptions=True
    )
    for id, result in zip(due, done, strict=True):
        if isinstance(result, Exception):
            log.error("paying.round", payment=id, exc_info=result)
    return len(due)
