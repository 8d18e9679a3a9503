"""Who writes to a SQLite file: many works, one commit, one fsync, one turn at a time.

A thread takes whatever waits when it comes round.  Brief works are done in the loop
of those who ask (``sqlite_rounds``), as long as nobody else has the turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any

from store.interface import Busy
from store.jobs import Job, settle
from store.known import Known
from store.sqlite_connection import SqliteConnection
from store.sqlite_jobs import attempt, committed, fail, undone
from store.sqlite_rounds import Rounds
from store.transaction import Writing

#: How much is committed together at most: works, and seconds spent on them.
_WORKS, _SECONDS = 256, 0.02

#: How many may wait before newcomers are sent away.
_WAITING = 10_000


class Writer:
    def __init__(self, db: SqliteConnection, name: str) -> None:
        self._db = db
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._closed = False
        self._door = Lock()
        self._turn = Lock()  # who has it may use the connection
        self._rounds = Rounds(db, self._turn, self._take_over)
        self._thread = Thread(target=self._serve, name=f"writer {name}", daemon=True)
        self._thread.start()

    def submit(
        self, work: Callable[[Writing], Any], *, brief: bool = False
    ) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future())
        with self._door:
            if self._closed:
                raise RuntimeError("the store is closed")
            if self._jobs.qsize() + len(self._rounds) >= _WAITING:
                raise Busy(f"{_WAITING} others are waiting to write already")
            if not brief or not self._rounds.take(job):
                self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """Finish what was begun and what waits, then let go of the file."""
        with self._door:
            if not self._closed:
                self._closed = True
                self._queue(self._rounds.leave())
                self._jobs.put(None)
        self._thread.join()
        self._rounds.close()

    def _take_over(self) -> None:
        """Do what would have been done in the loop, had it been its turn."""
        with self._door:
            self._queue(self._rounds.leave())

    def _queue(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._jobs.put(job)

    # -- in the thread -------------------------------------------------------------

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            self._rounds.gives_way = True
            with self._turn:
                self._rounds.gives_way = False
                done = self._committed(first)
            self._rounds.call()
            settle(done)
        with self._turn:
            self._db.close()

    def _committed(self, first: Job) -> Sequence[Job]:
        """Do ``first`` and what came after it, and make it last or fail it all."""
        begun, known = list[Job](), Known()
        try:
            self._db.begin()
        except Exception as error:  # nobody else who waits would fare better
            begun = list(self._together(first))
            fail(begun, error)
            return begun
        try:
            for job in self._together(first):
                begun.append(job)
                attempt(self._db, job, known)
        except BaseException as error:
            undone(self._db, begun, error)
            return begun
        committed(self._db, begun)
        return begun

    def _together(self, first: Job) -> Iterator[Job]:
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
