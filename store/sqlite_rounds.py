"""Brief works, done together in the loop that asked for them, committed beside it.

Python does one thing at a time.  A thread that works while the loop does too gives way
at each statement, and waits for its turn after it: that took as long as the work.  So
what takes a moment is done here and now, a round of it at a time, and only the commit,
which waits for the disk, is left to a thread.  What comes meanwhile is the next round.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Lock

from store.jobs import Job, settle
from store.sqlite_connection import SqliteConnection
from store.sqlite_jobs import attempt_all, committed, undone

#: A round keeps everybody else in the loop waiting: works, and seconds spent on them.
#: Those of a processor: while others have it, nobody here could do anything either.
_WORKS, _SECONDS = 256, 0.01


class Rounds:
    """``turn`` is held from the beginning of a round to the end of its commit.

    Where others have it twice in a row, what waits is ``left`` to who waits for it.
    """

    def __init__(
        self, db: SqliteConnection, turn: Lock, left: Callable[[], None]
    ) -> None:
        self._db = db
        self._turn = turn
        self._left = left
        self._jobs: deque[Job] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None  # that has the rounds
        self._is_late = False  # somebody else had the turn
        self.gives_way = False  # somebody else waits for it, and comes first
        self._committing = ThreadPoolExecutor(1, "commit")

    def __len__(self) -> int:
        return len(self._jobs)

    def take(self, job: Job) -> bool:
        """Do it with the next round; False where another loop has the rounds."""
        if self._loop is None or self._loop.is_closed():
            self._loop = job.loop
            job.loop.call_soon(self._round, context=Context())  # nobody's own
        elif self._loop is not job.loop:
            return False
        self._jobs.append(job)
        return True

    def leave(self) -> Sequence[Job]:
        """What still waits, for somebody else to do."""
        return list(iter(self._next, None))

    def _next(self) -> Job | None:
        """Each goes to one, also while somebody in another thread takes from them."""
        try:
            return self._jobs.popleft()
        except IndexError:
            return None

    def call(self) -> None:
        """The turn is free, if anybody waits for it: called by who has had it."""
        loop = self._loop
        if not self._is_late or loop is None:
            return
        self._wake(loop)

    def close(self) -> None:
        self._committing.shutdown()

    # -- in the loop -----------------------------------------------------------------

    def _round(self) -> None:
        """As many of those who wait as there is time for; then their commit."""
        loop, was_late = self._loop, self._is_late
        self._is_late = True  # said before the turn is tried for, so as to be called
        if loop is None or not self._jobs:
            self._over()
        elif not self.gives_way and self._turn.acquire(blocking=False):
            self._is_late = False
            self._begun(loop)
        elif was_late:
            self._over()

    def _begun(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._db.begin_at_once():
            self._turn.release()
            self._over()
            return
        begun = list[Job]()
        try:
            attempt_all(self._db, self._some(), begun)
        except BaseException as error:
            undone(self._db, begun, error)
        self._committing.submit(self._commit, begun, loop)

    def _some(self) -> Iterator[Job]:
        """As many as one round may have."""
        until = time.thread_time() + _SECONDS
        for _ in range(_WORKS):
            if time.thread_time() >= until or (job := self._next()) is None:
                return
            yield job

    def _over(self) -> None:
        self._loop, self._is_late = None, False
        self._left()

    # -- in a thread -----------------------------------------------------------------

    def _commit(self, begun: Sequence[Job], loop: asyncio.AbstractEventLoop) -> None:
        if self._db.in_transaction:
            committed(self._db, begun)
        self._turn.release()
        settle(begun)
        self._wake(loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            loop.call_soon_threadsafe(self._round)
        except RuntimeError:  # it was closed, and whoever waits is in another
            self._over()
