"""How works that wait for a SQLite file are done.

Many share one commit.  Each has a savepoint of its own, so that one which raises
undoes nothing but itself; and nobody hears that theirs is done before all of it is.

SQLite copies each page that is changed within a savepoint.  Of what hardly ever raises
once it has written, many share one savepoint, and are begun again if one does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress

from store.jobs import Job
from store.known import Known
from store.sqlite_connection import SqliteConnection, translated
from store.transaction import Writing
from store.working import carry_out


def attempt_all(db: SqliteConnection, jobs: Iterable[Job], begun: list[Job]) -> None:
    """Do the works of ``jobs``, telling which were ``begun``; raises as ``attempt``."""
    known, coming = Known(), iter(jobs)
    for job in coming:
        begun.append(job)
        if len(begun) == 1:
            db.say("SAVEPOINT together")
        if not _is_clean(db, job, known):
            break
    else:
        return
    db.say("ROLLBACK TO together")
    known.forget()
    for job in begun:
        job.result = job.error = None
        attempt(db, job, known)
    for job in coming:
        begun.append(job)
        attempt(db, job, known)


def _is_clean(db: SqliteConnection, job: Job, known: Known) -> bool:
    """Do the work of ``job``; False where it raised, and has left something behind."""
    if job.future.cancelled():
        return True
    before = db.changes
    try:
        job.result = carry_out(job.work, Writing(db, known))
    except BaseException as error:
        job.error = translated(error)
        if not db.in_transaction:
            raise
        return db.changes == before
    return True


def attempt(db: SqliteConnection, job: Job, known: Known) -> None:
    """Do the work of ``job``; raises only where nothing of all of them is left."""
    if job.future.cancelled():
        return
    db.say("SAVEPOINT work")
    try:
        job.result = carry_out(job.work, Writing(db, known))
    except BaseException as error:
        known.forget()
        job.error = translated(error)
        if not db.in_transaction:  # the disk failed, and took it all
            raise
        db.say("ROLLBACK TO work")
    db.say("RELEASE work")


def committed(db: SqliteConnection, jobs: Sequence[Job]) -> None:
    """Make what ``jobs`` did last, or fail them all."""
    try:
        db.say("COMMIT")
    except BaseException as error:
        undone(db, jobs, error)


def undone(db: SqliteConnection, jobs: Sequence[Job], error: BaseException) -> None:
    with suppress(sqlite3.Error):  # the disk again: the next begin() tells
        db.roll_back()
    fail(jobs, error)


def fail(jobs: Sequence[Job], error: BaseException) -> None:
    for job in jobs:
        job.error = translated(error)
