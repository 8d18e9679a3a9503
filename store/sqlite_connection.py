"""Connections to a SQLite file: how they are set up, and what their errors mean."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from store.connection import Param, Row, fitting
from store.dialect import SQLITE, Dialect
from store.interface import Busy, NoRoom, Unreadable

#: FULL, so that what was acknowledged outlives a power cut.  No mmap: an I/O
#: error would be a signal that ends the process, not an exception.
_SETTINGS = (
    "synchronous = FULL",
    "temp_store = MEMORY",
    "cache_size = -4000",
    "wal_autocheckpoint = 2000",
    "journal_size_limit = 67108864",
    "trusted_schema = OFF",
)

#: How long SQLite itself waits for others, in seconds.  We wait for longer, but
#: with jitter, which it lacks.
_BLINK = 0.05

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_UNREADABLE = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)


class SqliteConnection:
    """See :class:`store.connection.Connection` and :class:`store.migrate.Migrating`."""

    dialect: Dialect = SQLITE

    def __init__(self, raw: sqlite3.Connection, patience: float) -> None:
        self._raw = raw
        self._patience = patience

    # -- reading and writing ---------------------------------------------------

    def rows(self, sql: str, *params: Param) -> list[Row]:
        return self._raw.execute(sql, fitting(params)).fetchall()

    def run(self, sql: str, *params: Param) -> int:
        return self._raw.execute(sql, fitting(params)).rowcount

    def insert(
        self, into: str, each: str, rows: Sequence[Sequence[Param]], then: str = ""
    ) -> None:
        sql = f"INSERT INTO {into} VALUES {each} {then}"
        self._raw.executemany(sql, [fitting(row) for row in rows])

    def version(self) -> int:
        """Another number once anybody else has committed anything to the file."""
        [(version,)] = self._raw.execute("PRAGMA data_version").fetchall()
        return int(version)

    # -- transactions ------------------------------------------------------------

    def say(self, sql: str) -> None:
        """A statement about transactions, which has no parameters and no result."""
        self._raw.execute(sql)

    def begin(self) -> None:
        """Take the turn to write, or Busy when others keep it for too long."""
        patiently(lambda: self._raw.execute("BEGIN IMMEDIATE"), self._patience)

    def begin_at_once(self) -> bool:
        """Take the turn to write, if that needs no waiting."""
        self._raw.execute("PRAGMA busy_timeout = 0")
        try:
            self._raw.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:  # whoever waits for a turn will be told what it is
            return False
        finally:
            self._raw.execute(f"PRAGMA busy_timeout = {int(_BLINK * 1000)}")
        return True

    @property
    def changes(self) -> int:
        """Another number once anything was written by this connection."""
        return self._raw.total_changes

    @property
    def in_transaction(self) -> bool:
        return self._raw.in_transaction

    def roll_back(self) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    def close(self) -> None:
        self._raw.close()

    @contextmanager
    def moment(self) -> Iterator[None]:
        self._raw.execute("BEGIN")
        try:
            yield
        finally:
            self.roll_back()

    @contextmanager
    def turn(self) -> Iterator[None]:
        self.begin()
        try:
            yield
            self._raw.execute("COMMIT")
        finally:
            self.roll_back()

    # -- migrating -----------------------------------------------------------------

    def script(self, sql: str) -> None:
        """``executescript`` would commit first, so statement by statement."""
        statement = ""
        for piece in sql.split(";"):
            statement += f"{piece};"
            if sqlite3.complete_statement(statement):
                self._raw.execute(statement)
                statement = ""

    def has_table(self, name: str) -> bool:
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self.rows(sql, name))


def connect(
    path: Path, patience: float, *, read_only: bool = False
) -> SqliteConnection:
    raw = sqlite3.connect(
        path,
        timeout=_BLINK,
        isolation_level=None,  # we say BEGIN and COMMIT
        check_same_thread=False,  # closed by whoever closes the store
        cached_statements=256,
    )
    try:
        if read_only:
            raw.execute("PRAGMA query_only = ON")
        else:  # which is kept in the file, and waits for all who read
            patiently(lambda: raw.execute("PRAGMA journal_mode = WAL"), patience)
        for setting in _SETTINGS:
            raw.execute(f"PRAGMA {setting}")
    except BaseException:
        raw.close()
        raise
    return SqliteConnection(raw, patience)


def patiently(act: Callable[[], object], patience: float) -> None:
    """Do ``act`` as soon as nobody else is at it; Busy after ``patience`` seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            act()
            return
        except sqlite3.OperationalError as error:
            if primary(error) not in _LOCKED:
                raise
            if time.monotonic() > until:
                raise translated(error) from error
            time.sleep(random.uniform(0.001, 0.02))


def primary(error: sqlite3.Error) -> int:
    """The result code without what is added to it; 0 for the driver's own errors."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def translated(error: BaseException) -> BaseException:
    """``error`` in the words of the interface, if it has some for it."""
    if not isinstance(error, sqlite3.Error):
        return error
    code = primary(error)
    if code in _LOCKED:
        return Busy("another process has been writing for too long")
    if code in _NO_ROOM:
        return NoRoom(f"there is no room left to write, nothing was kept ({error})")
    if code in _UNREADABLE:
        return Unreadable(f"the store cannot be used: {error}")
    return error
