"""How many activities a second, beside how many bare rows the store commits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from peer.cli.measuring.figures import Figure, ratio
from peer.node.node import Node
from peer.node.outbox import Ask

TOGETHER = 100  # callers that wait at the same time
_TEXT = "Flour, water, salt and a spoonful of something *alive*. " * 12

Work = Callable[[int], Awaitable[object]]


async def rates(node: Node, count: int, mark: str = "") -> AsyncIterator[Figure]:
    """Bare rows and activities, one caller at a time and a hundred."""
    alone = max(count // 20, 50)
    bare_alone = await _rate(_bare(node, f"{mark}-alone"), alone, 1)
    yield Figure("bare rows, one caller", bare_alone, "/s")
    posts_alone = await _rate(_post(node, f"{mark} alone"), alone, 1)
    yield Figure(
        "activities, one caller",
        posts_alone,
        "/s",
        ratio(posts_alone, bare_alone, "bare rows"),
    )
    bare = await _rate(_bare(node, f"{mark}-many"), count, TOGETHER)
    yield Figure(f"bare rows, {TOGETHER} callers", bare, "/s", "each durable")
    posts = await _rate(_post(node, f"{mark} many"), count, TOGETHER)
    yield Figure(
        f"activities, {TOGETHER} callers", posts, "/s", ratio(posts, bare, "bare rows")
    )


async def activities(node: Node, count: int, mark: str) -> float:
    """Activities a second, with a hundred callers at once."""
    return await _rate(_post(node, mark), count, TOGETHER)


async def _rate(work: Work, count: int, together: int) -> float:
    waiting = iter(range(count))

    async def caller() -> None:
        for n in waiting:
            await work(n)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(together)))
    return count / (time.perf_counter() - began)


def _bare(node: Node, mark: str) -> Work:
    """One row as large as the activity's line in the log, and nothing else."""
    document = {"text": _TEXT, "more": _TEXT}

    async def work(n: int) -> None:
        await node.store.transact(lambda tx: tx.keep("bench", f"{mark}-{n}", document))

    return work


def _post(node: Node, mark: str) -> Work:
    async def work(n: int) -> None:
        values = {"name": f"Loaf {mark} {n}", "summary": _TEXT[:80], "content": _TEXT}
        await node.publish(node.site, Ask("Create", kind="Post", values=values))

    return work
