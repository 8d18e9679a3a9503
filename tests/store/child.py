"""What another process does in these tests: ``python child.py <what> <url> …``.

It says on its standard output how far it is, and the test may kill it there.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from peer.model.indexing import Index
from peer.protocol.thing import Activity, Thing
from store import migrate, open_store
from store.connection import Param
from store.interface import NoRoom, Transaction, Unreadable
from store.postgres_connection import Place, PostgresConnection
from store.sqlite_connection import connect

THEN = "2026-01-01T00:00:00.000Z"


def say(*told: object) -> None:
    os.write(1, b" ".join(str(each).encode() for each in told) + b"\n")


def a_thing(name: str, text: str = "") -> Thing:
    id = f"https://blog.example/posts/{name}"
    return Thing(id, "Post", {"text": text}, "https://a/ada", THEN, THEN)


async def acknowledge(url: str, name: str) -> None:
    """Record activities, many at a time, for ever; tell of each once it is done."""

    async def writer(n: int) -> None:
        async def one(id: str) -> None:
            done = Activity(id, "Create", "https://a/ada", THEN, a_thing(id[10:]))

            def work(tx: Transaction) -> None:
                tx.record(done)
                tx.put(done.thing, Index(id, id))
                tx.keep("done", id, {})

            await store.transact(work, brief=n % 2 == 0)
            say(id)

        for number in range(1_000_000):
            await one(f"https://a/{name}-{n}-{number}")

    async with open_store(url, patience=60) as store:
        await asyncio.gather(*(writer(n) for n in range(20)))


async def fill_up(url: str, limit: str) -> None:
    """Write until there is no room; then make some, and write again."""
    async with open_store(url) as store:
        kept, refused = [], 0

        async def put(n: int) -> None:
            nonlocal refused
            thing = a_thing(f"{n}", "x" * 50_000)
            try:
                await store.transact(lambda tx: tx.put(thing, Index(f"{n}", "")))
                kept.append(thing.id)
            except NoRoom:
                refused += 1

        await put(0)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), hard))
        while not refused:
            await asyncio.gather(*(put(len(kept) + n) for n in range(10)))
        readable = await store.read(lambda read: len(read.many(kept)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        before = len(kept)
        await put(1_000_000)
        there = await store.read(lambda read: len(read.many(kept)))
        say(refused, readable == before, len(kept) - before, there == len(kept))


async def open_once(url: str) -> None:
    """Open the store at the same moment as others, and say what that led to."""
    say("ready")
    sys.stdin.buffer.readline()
    try:
        async with open_store(url) as store:
            say(*(await store.describe())["migrations"])
    except Unreadable as wrong:
        say("unreadable:", wrong)


class Dying:
    """A connection on which this process is killed before it does so many things."""

    def __init__(self, db: migrate.Migrating, left: int) -> None:
        self._db, self._left = db, left
        self.dialect = db.dialect
        self.moment = db.moment
        self.has_table = db.has_table
        self.rows = db.rows
        self.insert = db.insert

    def _step(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1

    def turn(self) -> AbstractContextManager[None]:
        self._step()
        return self._db.turn()

    def script(self, sql: str) -> None:
        for statement in sql.split("\n\n"):
            self._step()
            self._db.script(statement)

    def run(self, sql: str, *params: Param) -> int:
        self._step()
        done = self._db.run(sql, *params)
        self._step()
        return done


async def die_migrating(url: str, at: str) -> None:
    if url.startswith("sqlite"):
        db: migrate.Migrating = connect(Path(url.removeprefix("sqlite:///")), 60)
    else:
        postgres = PostgresConnection(Place.of(url), 60)
        with postgres.turn():
            postgres.make_schema()
        db = postgres
    migrate.migrate(Dying(db, int(at)))
    say("done")


if __name__ == "__main__":
    what, *args = sys.argv[1:]
    asyncio.run(globals()[what](*args))
