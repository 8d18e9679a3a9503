"""Brief works, done together in one transaction: a round of those who wait.

Each way to the server takes longer than what is done there, and a commit as long as
the disk needs.  So they are begun and committed once for all, and what all of them ask
is asked once.  Each has a savepoint; where the whole has to begin again and again,
because others are at work, each goes alone.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import errors

from store.interface import Busy
from store.jobs import Job, settle
from store.known import Known
from store.postgres_connection import PostgresConnection, begin_again, translated
from store.transaction import Writing
from store.working import carry_out

#: A round waits for its slowest: not too many together.
_WORKS = 64
_TRIES, _PAUSE = 3, 0.005

Alone = Callable[[Callable[[Any], Any]], Any]


class Rounds:
    """``connection`` is that of the thread; ``alone`` does one work by itself."""

    def __init__(
        self,
        pool: Executor,
        connection: Callable[[], PostgresConnection],
        alone: Alone,
    ) -> None:
        self._pool = pool
        self._connection = connection
        self._alone = alone
        self._jobs: deque[Job] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None  # that has the rounds

    def submit(self, work: Callable[[Writing], Any]) -> asyncio.Future[Any] | None:
        """Do it with the next round; None where another loop has the rounds."""
        loop = asyncio.get_running_loop()
        if self._loop is None or self._loop.is_closed():
            self._loop = loop
            loop.call_soon(self._round)
        elif self._loop is not loop:
            return None
        job = Job(work, loop, loop.create_future())
        self._jobs.append(job)
        return job.future

    def close(self) -> None:
        """Do what still waits, here and now."""
        while jobs := self._taken():
            self._do(jobs)

    def _round(self) -> None:
        loop, jobs = self._loop, self._taken()
        if loop is None or not jobs:
            self._loop = None
            return
        try:
            self._pool.submit(self._do_next, jobs, loop)
        except RuntimeError as closed:
            self._loop = None
            for job in jobs:
                job.error = closed
            settle(jobs)

    def _taken(self) -> Sequence[Job]:
        taken: list[Job] = []
        with suppress(IndexError):  # somebody else takes from it, too
            while len(taken) < _WORKS:
                taken.append(self._jobs.popleft())
        return taken

    # -- in a thread -----------------------------------------------------------------

    def _do_next(self, jobs: Sequence[Job], loop: asyncio.AbstractEventLoop) -> None:
        self._do(jobs)
        try:
            loop.call_soon_threadsafe(self._round)
        except RuntimeError:  # it was closed, and nobody in it waits
            self._loop = None

    def _do(self, jobs: Sequence[Job]) -> None:
        wanted = [job for job in jobs if not job.future.cancelled()]
        if not self._are_done_together(wanted):
            for job in wanted:
                self._do_alone(job)
        settle(wanted)

    def _are_done_together(self, jobs: Sequence[Job]) -> bool:
        """Have all of them been told what came of theirs?  Else nothing was done."""
        if len(jobs) < 2:
            return False
        for tries in range(_TRIES):
            try:
                self._attempt(jobs, self._connection())
            except Busy as busy:  # it may be done, and is not to be done again
                for job in jobs:
                    job.error = busy
                return True
            except Exception:
                time.sleep(random.uniform(0, _PAUSE * 2**tries))
            else:
                return True
        return False

    def _attempt(self, jobs: Sequence[Job], db: PostgresConnection) -> None:
        known = Known()
        db.begin()
        try:
            for job in jobs:
                _attempt(job, db, known)
            db.commit()
        except BaseException:
            db.roll_back()
            raise

    def _do_alone(self, job: Job) -> None:
        job.result = job.error = None
        try:
            job.result = self._alone(job.work)
        except BaseException as error:
            job.error = error


def _attempt(job: Job, db: PostgresConnection, known: Known) -> None:
    """Raises what the whole round has to begin again for."""
    job.result = job.error = None
    db.say("SAVEPOINT work")
    try:
        job.result = carry_out(job.work, Writing(db, known))
    except psycopg.Error as error:
        if db.lost or begin_again(error):
            raise
        job.error = translated(error)
    except BaseException as error:
        job.error = error
    if job.error is not None:
        known.forget()
        db.say("ROLLBACK TO work")
    elif db.has_failed:  # and the work has said nothing of it
        raise errors.InFailedSqlTransaction("work went on after an error")
