"""Works that wait for their turn, and those who wait for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from store.transaction import Writing


@dataclass(slots=True, eq=False)
class Job:
    """Work, and who waits for it."""

    work: Callable[[Writing], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        """Tell whoever waits, in their own loop, unless they have gone."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def settle(jobs: Sequence[Job]) -> None:
    """Tell all who wait, each in their own loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, theirs in by_loop.items():
        with suppress(RuntimeError):  # in a loop that was closed nobody waits
            loop.call_soon_threadsafe(_settle_here, theirs)


def _settle_here(jobs: Sequence[Job]) -> None:
    for job in jobs:
        job.settle()
