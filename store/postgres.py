"""The store in PostgreSQL: any number of workers, on any number of machines.

Transactions are SERIALIZABLE: the server lets them overlap and refuses those
that would not come out as though they had taken turns.  These begin again, a
little later, and after a few times one after the other, until their patience
is at an end.

Numbers are given out before a commit, so a line of the log may come to be seen
after one with a higher number was.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Hashable,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg

from peer.model.reading import Entry, Read
from peer.protocol.thing import Edge, Thing
from store import streams, tables
from store.connection import Row
from store.copying import write_lines
from store.interface import Busy, T, Transaction, Unreadable
from store.migrate import applied, migrate
from store.postgres_connection import (
    Place,
    PostgresConnection,
    begin_again,
    translated,
    unreachable,
)
from store.postgres_rounds import Rounds
from store.transaction import Reading, Writing
from store.working import carry_out, plain

#: Rows that a stream fetches at a time.
_CHUNK = 500

#: Seconds before something is begun again: at first, and at most.
_SOON, _LATER = 0.002, 0.2

#: Who has begun again so often stands in line: the more of them there are, the less
#: any of them would come to an end.
_CROWDED = 3

#: How long one who would work alone waits for another who does, in seconds.
_ALONE = 60.0


class PostgresStore:
    def __init__(self, url: str, patience: float = 15.0) -> None:
        self._place = Place.of(url)
        self._patience = patience
        self._pool: ThreadPoolExecutor | None = None
        self._rounds: Rounds | None = None
        self._mine = threading.local()
        self._connections: list[PostgresConnection] = []

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._open)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._close)

    def _open(self) -> None:
        db = PostgresConnection(self._place, self._patience)
        try:
            _check_encoding(db)
            with db.turn():
                db.make_schema()
            migrate(db)
        except psycopg.Error as error:
            raise unreachable(self._place, error) from error
        finally:
            db.close()
        self._mine = threading.local()
        self._pool = ThreadPoolExecutor(self._place.pool, "postgresql")
        self._rounds = Rounds(self._pool, self._connection, self._transact)

    def _close(self) -> None:
        rounds, self._rounds = self._rounds, None
        if rounds is not None:
            rounds.close()
        if self._pool is not None:
            self._pool.shutdown()
        self._pool = None
        while self._connections:
            self._connections.pop().close()

    # -- reading and writing -----------------------------------------------------

    async def read(self, query: Callable[[Read], T]) -> T:
        plain(query)
        return await self._in_thread(self._read, query)

    async def mark(self) -> Hashable:
        """Which transactions are seen: where they are the same, so is all else."""
        return await self._in_thread(self._mark)

    async def transact(
        self, work: Callable[[Transaction], T], *, brief: bool = False
    ) -> T:
        plain(work)
        if brief and self._rounds is not None:
            waiting = self._rounds.submit(work)
            if waiting is not None:
                result: T = await waiting
                return result
        return await self._in_thread(self._transact, work)

    async def alone(self, name: str, work: Callable[[Transaction], T]) -> T:
        plain(work)
        return await self._in_thread(self._alone, name, work)

    async def _in_thread(self, act: Callable[..., T], *args: Any) -> T:
        if self._pool is None:
            raise RuntimeError("the store is closed")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, act, *args)

    # -- in one of the threads -----------------------------------------------------

    def _read(self, query: Callable[[Read], T]) -> T:
        def attempt(db: PostgresConnection) -> T:
            with db.moment():
                return carry_out(query, Reading(db))

        return self._patiently(attempt)

    def _mark(self) -> Hashable:
        def attempt(db: PostgresConnection) -> Hashable:
            # One statement is a moment of its own.
            [(snapshot,)] = db.rows("SELECT pg_current_snapshot()::text")
            return str(snapshot)

        return self._patiently(attempt)

    def _transact(self, work: Callable[[Transaction], T]) -> T:
        tries = count()

        def attempt(db: PostgresConnection) -> T:
            db.begin(in_line=next(tries) >= _CROWDED)
            try:
                result = carry_out(work, Writing(db))
                db.commit()
            except BaseException:
                db.roll_back()
                raise
            return result

        return self._patiently(attempt)

    def _alone(self, name: str, work: Callable[[Transaction], T]) -> T:
        """The lock is held by a connection beside the one that works.

        Taken by the same transaction it would come too late: a transaction sees
        what was there when it was begun, which was before it waited.  Where it is
        lost, it is taken anew, unless the work is done by then.
        """
        until = time.monotonic() + _ALONE
        while True:
            db, done = PostgresConnection(self._place, self._patience), []
            try:
                with db.turn(f"alone/{name}", _ALONE):
                    done.append(self._transact(work))
            except psycopg.Error as error:
                if not db.lost or (not done and time.monotonic() > until):
                    raise translated(error) from error
            finally:
                db.close()
            if done:
                return done.pop()
            time.sleep(_LATER)

    def _patiently(self, attempt: Callable[[PostgresConnection], T]) -> T:
        until = time.monotonic() + self._patience
        for tries in count():
            db = self._connection()
            try:
                return attempt(db)
            except psycopg.Error as error:
                if not db.lost and not begin_again(error):
                    raise translated(error) from error
                pause = random.uniform(0, min(_SOON * 2**tries, _LATER))
                if time.monotonic() + pause > until:
                    raise Busy("others have been writing for too long") from error
                time.sleep(pause)
        raise AssertionError("counting does not end")

    def _connection(self) -> PostgresConnection:
        """The connection of this thread: another one where it was lost."""
        db: PostgresConnection | None = getattr(self._mine, "db", None)
        if db is None or db.lost:
            if db is not None:
                self._connections.remove(db)
            try:
                db = PostgresConnection(self._place, self._patience)
            except Unreadable as error:
                raise Busy(str(error)) from error
            self._connections.append(db)
            self._mine.db = db
        return db

    # -- streams -------------------------------------------------------------------

    def things(self) -> AsyncIterator[Thing]:
        return streams.things(self._rows(streams.THINGS))

    def every_edge(self) -> AsyncIterator[Edge]:
        return streams.every_edge(self._rows(streams.EDGES))

    def every_entry(self) -> AsyncIterator[Entry]:
        return streams.every_entry(self._rows(streams.ENTRIES))

    def every_record(self) -> AsyncIterator[tuple[str, str, Mapping[str, Any]]]:
        return streams.every_record(self._rows(streams.RECORDS))

    async def _rows(self, sql: str) -> AsyncGenerator[Row, None]:
        async with self._one_moment() as db:
            async for row in _fetched(db, sql):
                yield row

    async def everything(self) -> AsyncIterator[tuple[str, Row]]:
        async with self._one_moment() as db:
            for table in tables.TABLES.values():
                async for row in _fetched(db, table.rows):
                    yield table.name, row

    @asynccontextmanager
    async def _one_moment(self) -> AsyncIterator[psycopg.AsyncConnection[Row]]:
        """A connection beside the pool, in a transaction that reads."""
        try:
            db = await psycopg.AsyncConnection.connect(
                self._place.dsn, prepare_threshold=None, client_encoding="utf-8"
            )
        except psycopg.Error as error:
            raise unreachable(self._place, error) from error
        async with db:
            await db.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await db.set_read_only(True)
            for statement in self._place.at_home:
                await db.execute(statement)
            yield db

    # -- copies --------------------------------------------------------------------

    async def fill(self, table: str, rows: Sequence[Row]) -> None:
        await self._in_thread(self._transact, lambda tx: tx.fill(table, rows))

    async def backup(self, to: Path) -> None:
        """All rows as lines of JSON, which ``store.copying.restore`` reads."""
        await write_lines(self.everything(), to)

    async def describe(self) -> Mapping[str, Any]:
        return await self._in_thread(self._patiently, self._described)

    def _described(self, db: PostgresConnection) -> Mapping[str, Any]:
        size = "pg_total_relation_size(CAST(? AS regclass))"
        names = ("migration", *tables.TABLES)
        with db.moment():
            [(version,)] = db.rows("SHOW server_version")
            [(total,)] = db.rows(f"SELECT {' + '.join([size] * len(names))}", *names)
            return {
                "kind": f"PostgreSQL {version}",
                "where": self._place.shown,
                "bytes": int(total),
                "migrations": list(applied(db)),
                "rows": tables.counts(db),
            }


async def _fetched(db: psycopg.AsyncConnection[Row], sql: str) -> AsyncIterator[Row]:
    async with db.cursor(name="stream") as cursor:
        await cursor.execute(sql)
        while rows := await cursor.fetchmany(_CHUNK):
            for row in rows:
                yield row


def _check_encoding(db: PostgresConnection) -> None:
    [(encoding,)] = db.rows("SHOW server_encoding")
    if encoding != "UTF8":
        raise Unreadable(f"the database keeps text as {encoding}, not as UTF8")
