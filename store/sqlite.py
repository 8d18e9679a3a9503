"""The store in a SQLite file: nothing to set up, one process that writes.

Reads run where they are asked for, each thread having a connection of its own:
most take microseconds, and going through another thread would take ten times as
long.  Writes are committed in groups by one thread (``sqlite_writer``).  Streams
and backups, which are long, have connections and threads to themselves.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Hashable,
    Mapping,
    Sequence,
)
from pathlib import Path
from typing import Any, Self

import aiosqlite

from peer.model.reading import Entry, Read
from peer.protocol.thing import Edge, Thing
from store import streams, tables
from store.connection import Row
from store.interface import T, Transaction, Unreadable
from store.migrate import applied, migrate
from store.sqlite_connection import SqliteConnection, connect, translated
from store.sqlite_writer import Writer
from store.transaction import Reading
from store.working import carry_out, plain

#: Rows that a stream fetches at a time.
_CHUNK = 500

#: How long a worker that starts waits for another one that migrates, in seconds.
_MIGRATING = 60.0


class SqliteStore:
    def __init__(self, path: Path, patience: float = 5.0) -> None:
        self._path = path.absolute()
        self._patience = patience
        self._writer: Writer | None = None
        self._readers: list[SqliteConnection] = []
        self._mine = threading.local()
        self._opened = 0

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._open)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.to_thread(self._close)

    def _open(self) -> None:
        try:
            _make_place(self._path)
            db = connect(self._path, _MIGRATING)
            try:
                _check_ours(db, self._path)
                migrate(db)
            finally:
                db.close()
            db = connect(self._path, self._patience)
        except sqlite3.Error as error:
            raise _unreadable(self._path, error) from error
        self._writer = Writer(db, self._path.name)
        self._opened += 1

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None
        while self._readers:
            self._readers.pop().close()

    # -- reading and writing -----------------------------------------------------

    async def read(self, query: Callable[[Read], T]) -> T:
        plain(query)
        db = self._reader()
        try:
            with db.moment():
                return carry_out(query, Reading(db))
        except sqlite3.Error as error:
            raise translated(error) from error

    async def mark(self) -> Hashable:
        """Each connection counts for itself what others commit to the file."""
        db = self._reader()
        try:
            return threading.get_ident(), self._opened, db.version()
        except sqlite3.Error as error:
            raise translated(error) from error

    async def transact(
        self, work: Callable[[Transaction], T], *, brief: bool = False
    ) -> T:
        plain(work)
        result: T = await self._open_writer().submit(work, brief=brief)
        return result

    async def alone(self, name: str, work: Callable[[Transaction], T]) -> T:
        """Whoever writes here is alone, whatever it is called."""
        return await self.transact(work)

    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise RuntimeError("the store is closed")
        return self._writer

    def _reader(self) -> SqliteConnection:
        """The connection of this thread."""
        self._open_writer()
        opened, db = getattr(self._mine, "reader", (0, None))
        if db is None or opened != self._opened:
            db = connect(self._path, self._patience, read_only=True)
            self._readers.append(db)
            self._mine.reader = self._opened, db
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
        async with (
            aiosqlite.connect(self._path, iter_chunk_size=_CHUNK) as db,
            db.execute(sql) as cursor,
        ):
            async for row in cursor:
                yield tuple(row)

    # -- copies --------------------------------------------------------------------

    async def everything(self) -> AsyncIterator[tuple[str, Row]]:
        async with aiosqlite.connect(
            self._path, iter_chunk_size=_CHUNK, isolation_level=None
        ) as db:
            await db.execute("BEGIN")
            for table in tables.TABLES.values():
                async with db.execute(table.rows) as cursor:
                    async for row in cursor:
                        yield table.name, tuple(row)

    async def fill(self, table: str, rows: Sequence[Row]) -> None:
        await self._open_writer().submit(lambda tx: tx.fill(table, rows))

    async def backup(self, to: Path) -> None:
        part = to.with_name(f".{to.name}.{os.getpid()}.part")
        try:
            part.touch(mode=0o600)
            async with (
                aiosqlite.connect(self._path) as source,
                aiosqlite.connect(part) as target,
            ):
                await source.backup(target)  # in one step, hence of one moment
            await asyncio.to_thread(_settle_file, part, to)
        except (OSError, sqlite3.Error) as error:
            raise Unreadable(f"{to} cannot be written: {error}") from error
        finally:
            part.unlink(missing_ok=True)

    async def describe(self) -> Mapping[str, Any]:
        db = self._reader()
        with db.moment():
            had, rows = applied(db), tables.counts(db)
        files = (self._path, self._path.with_name(f"{self._path.name}-wal"))
        return {
            "kind": f"SQLite {sqlite3.sqlite_version}",
            "where": str(self._path),
            "bytes": sum(file.stat().st_size for file in files if file.exists()),
            "migrations": list(had),
            "rows": rows,
        }


def _make_place(path: Path) -> None:
    """An empty file, if there is none: for nobody else's eyes, it will hold secrets."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except IsADirectoryError as error:
        raise Unreadable(f"{path} is a folder, not a store") from error
    except FileNotFoundError as error:
        raise Unreadable(f"there is no folder {path.parent} for the store") from error
    except OSError as error:
        raise Unreadable(f"{path} cannot be written: {error.strerror}") from error


def _check_ours(db: SqliteConnection, path: Path) -> None:
    tables_there = db.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1")
    if tables_there and not db.has_table("migration"):
        raise Unreadable(f"{path} is a database of some other program")


def _unreadable(path: Path, error: sqlite3.Error) -> BaseException:
    said = translated(error)
    if isinstance(said, Unreadable):
        return Unreadable(f"{path} cannot be used as a store: {error}")
    return said


def _settle_file(part: Path, to: Path) -> None:
    """``part`` becomes ``to``, whole and on the disk."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(to)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
