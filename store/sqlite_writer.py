"""The one thread that writes to a SQLite file: many works, one commit, one fsync.

Whatever waits when the thread comes round is done together: each work in a
savepoint of its own, so that one which raises undoes nothing but itself, then
one COMMIT, and only then does anybody hear that theirs is done.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from store.interface import Busy
from store.sqlite_connection import SqliteConnection, translated
from store.transaction import Writing
from store.working import carry_out

#: How much is committed together at most: works, and seconds spent on them.
_WORKS, _SECONDS = 256, 0.02

#: How many may wait before newcomers are sent away.
_WAITING = 10_000


@dataclass(slots=True, eq=False)
class _Job:
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


class Writer:
    def __init__(self, db: SqliteConnection, name: str) -> None:
        self._db = db
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._door = Lock()
        self._thread = Thread(target=self._serve, name=f"writer {name}", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Writing], Any]) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        with self._door:
            if self._closed:
                raise RuntimeError("the store is closed")
            if self._jobs.qsize() >= _WAITING:
                raise Busy(f"{_WAITING} others are waiting to write already")
            self._jobs.put(_Job(work, loop, future))
        return future

    def close(self) -> None:
        """Finish what was begun and what waits, then let go of the file."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._jobs.put(None)
        self._thread.join()

    # -- in the thread -------------------------------------------------------------

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            self._settle(self._committed(first))
        self._db.close()

    def _committed(self, first: _Job) -> Sequence[_Job]:
        """Do ``first`` and what came after it, and make it last or fail it all."""
        begun: list[_Job] = []
        try:
            self._db.begin()
        except Exception as error:  # nobody else who waits would fare better
            return _failed(list(self._together(first)), error)
        try:
            for job in self._together(first):
                begun.append(job)
                self._attempt(job)
            self._db.say("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):  # the disk again: the next begin() tells
                self._db.roll_back()
            return _failed(begun, error)
        return begun

    def _together(self, first: _Job) -> Iterator[_Job]:
        until = time.monotonic() + _SECONDS
        yield first
        for _ in range(_WORKS - 1):
            if time.monotonic() > until:
                return
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return
            if job is None:  # the store is being closed: to be seen by _serve, too
                self._jobs.put(None)
                return
            yield job

    def _attempt(self, job: _Job) -> None:
        if job.future.cancelled():
            return
        self._db.say("SAVEPOINT work")
        try:
            job.result = carry_out(job.work, Writing(self._db))
        except BaseException as error:
            job.error = translated(error)
            if not self._db.in_transaction:  # the disk failed, and took it all
                raise
            self._db.say("ROLLBACK TO work")
        self._db.say("RELEASE work")

    def _settle(self, jobs: Sequence[_Job]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        for job in jobs:
            by_loop.setdefault(job.loop, []).append(job)
        for loop, theirs in by_loop.items():
            with suppress(RuntimeError):  # in a loop that was closed nobody waits
                loop.call_soon_threadsafe(_settle_all, theirs)


def _failed(jobs: Sequence[_Job], error: BaseException) -> Sequence[_Job]:
    for job in jobs:
        job.error = translated(error)
    return jobs


def _settle_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.settle()
