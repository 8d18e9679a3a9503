"""What a peer does beside answering: it delivers, posts letters, and tidies up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import structlog

from peer.node import acquaintance, examining, ripening
from peer.node.entrance import desks
from peer.node.letters.postman import MailServer, Postman
from peer.node.node import Node
from peer.node.outgoing import office
from peer.node.paying import reconciling
from peer.protocol.moment import wire
from store.interface import Busy, Transaction

_TIDY_EVERY = 3600.0
_RIPE_EVERY = 5.0
_DESKS_EVERY = 300.0
_REVERIFIED_EVERY = 600.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def doing(node: Node) -> AsyncIterator[None]:
    """Do the chores of ``node`` meanwhile.  Every worker may: they share them."""
    async with office.opened(node) as outgoing, asyncio.TaskGroup() as group:
        chores = [outgoing.deliverer.run(), *_chores(node)]
        tasks = [group.create_task(chore) for chore in chores]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


def _chores(node: Node) -> Iterator[Coroutine[Any, Any, None]]:
    yield _tidying(node)
    yield _ripening(node)
    yield _minding_desks(node)
    yield acquaintance.keep_up(node)
    yield _reverifying(node)
    yield reconciling.run(node)
    if node.config.smtp_url:
        server = MailServer.of(node.config.smtp_url, node.base, node.domain.title)
        yield Postman(node.store, server, node.now).run()


async def _tidying(node: Node) -> None:
    while True:
        try:
            gone = await node.store.transact(partial(_tidy, wire(node.now())))
        except Busy:
            log.info("tidy.busy")
        else:
            if gone:
                log.info("tidy", gone=gone)
        await asyncio.sleep(_TIDY_EVERY)


async def _ripening(node: Node) -> None:
    while True:
        try:
            await ripening.carry_out_ripe(node)
        except Busy:
            log.info("ripe.busy")
        except Exception:
            log.exception("ripe")
        await asyncio.sleep(_RIPE_EVERY)


async def _reverifying(node: Node) -> None:
    """What others agreed to is asked for again before it is too old to be believed."""
    after: str | None = None
    while True:
        await asyncio.sleep(_REVERIFIED_EVERY)
        try:
            after = await examining.reverify_due(node, after)
        except Busy:
            log.info("reverify.busy")
        except Exception:
            log.exception("reverify")


async def _minding_desks(node: Node) -> None:
    """The keys that tickets are signed with are here before the doors open."""
    while True:
        try:
            await desks.keep_up(node)
        except Busy:
            log.info("desks.busy")
        except Exception:
            log.exception("desks")
        await asyncio.sleep(_DESKS_EVERY)


def _tidy(now: str, tx: Transaction) -> int:
    return tx.tidy(now)
