"""What a peer does beside answering: it delivers, posts letters, and tidies up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
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
_ASKED_EVERY = 5.0
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
    yield _round("ripe", _RIPE_EVERY, partial(ripening.carry_out_ripe, node))
    # The keys that tickets are signed with are here before the doors open.
    yield _round("desks", _DESKS_EVERY, partial(desks.keep_up, node))
    yield acquaintance.keep_up(node)
    yield _reverifying(node)
    yield _round("paying", _ASKED_EVERY, partial(reconciling.all_due, node))
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


async def _round(name: str, every: float, act: Callable[[], Awaitable[object]]) -> None:
    """Again and again; what goes wrong once is logged, and tried the next time."""
    while True:
        try:
            await act()
        except Busy:
            log.info(f"{name}.busy")
        except Exception:
            log.exception(name)
        await asyncio.sleep(every)


async def _reverifying(node: Node) -> None:
    """What others agreed to is asked for again before it is too old to be believed."""
    after: str | None = None

    async def some() -> None:
        nonlocal after
        after = await examining.reverify_due(node, after)

    await asyncio.sleep(_REVERIFIED_EVERY)
    await _round("reverify", _REVERIFIED_EVERY, some)


def _tidy(now: str, tx: Transaction) -> int:
    return tx.tidy(now)
