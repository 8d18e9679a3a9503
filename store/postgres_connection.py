"""Connections to PostgreSQL: how they are set up, and what its errors mean.

All that is set is set for one transaction, and nothing is prepared, so that a
PgBouncer in transaction mode may stand in between.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import errors
from psycopg.pq import TransactionStatus

from store.connection import Param, Row, fitting
from store.dialect import POSTGRESQL, Dialect
from store.interface import Busy, NoRoom, Unreadable

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")

#: Every query here is a walk along an index.  Without statistics, or on small
#: tables, PostgreSQL would rather look through whole ones; and whoever has looked
#: at a whole table conflicts with all who write to it (SERIALIZABLE).
_BY_INDEX = (
    "SET LOCAL enable_seqscan TO off",
    "SET LOCAL enable_hashjoin TO off",
    "SET LOCAL enable_mergejoin TO off",
    "SET LOCAL jit TO off",  # it compiles what it was told not to do, for its cost
)

#: A worker that hangs does not keep others waiting for longer than this.
_HANGING = "SET LOCAL idle_in_transaction_session_timeout TO '60s'"

#: Reading and writing are not kept waiting by it, only who asks for the same.
_LINE = "LOCK TABLE migration IN SHARE UPDATE EXCLUSIVE MODE"

#: Rows that are inserted together.  A statement has 65,535 parameters at most.
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a store is: the server as libpq is told, and our own options."""

    dsn: str
    schema: str | None = None
    pool: int = 4

    @classmethod
    def of(cls, url: str) -> Place:
        """``postgresql://…?schema=name&pool=4``; Unreadable where it is wrong."""
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise Unreadable(f"that is no address of a server: {error}") from error
        told = dict(parse_qsl(parts.query))
        schema, pool = told.pop("schema", None), told.pop("pool", "4")
        if schema is not None and not _SCHEMA.fullmatch(schema):
            raise Unreadable(f"{schema!r} cannot be the name of a schema")
        if not pool.isdecimal() or not 1 <= int(pool) <= 100:
            raise Unreadable(f"a pool has 1 to 100 connections, not {pool!r}")
        told = {"connect_timeout": "10", "application_name": "sx", **told}
        dsn = urlunsplit(parts._replace(query=urlencode(told)))
        return cls(dsn, schema, int(pool))

    @property
    def shown(self) -> str:
        """For people: without a password."""
        parts = urlsplit(self.dsn)
        told = [pair for pair in parse_qsl(parts.query) if pair[0] != "password"]
        user, at, host = parts.netloc.rpartition("@")
        netloc = user.partition(":")[0] + at + host
        return urlunsplit(parts._replace(netloc=netloc, query=urlencode(told)))

    @property
    def at_home(self) -> Sequence[str]:
        return [f"SET LOCAL search_path TO {self.schema}"] if self.schema else []

    def lock(self, name: str) -> int:
        """The number of the advisory lock of that name."""
        told = f"{self.schema or ''}/{name}".encode()
        digest = hashlib.blake2b(told, digest_size=8, person=b"sx-store").digest()
        return int.from_bytes(digest, "big", signed=True)


class PostgresConnection:
    """See :class:`store.connection.Connection` and :class:`store.migrate.Migrating`."""

    dialect: Dialect = POSTGRESQL

    def __init__(self, place: Place, patience: float) -> None:
        self._place = place
        self._patience = patience
        try:
            self._raw = psycopg.connect(
                place.dsn,
                autocommit=True,  # we say BEGIN and COMMIT
                prepare_threshold=None,
                client_encoding="utf-8",
            )
        except psycopg.Error as error:
            raise unreachable(place, error) from error
        self._cursor = self._raw.cursor()

    # -- reading and writing ---------------------------------------------------

    def rows(self, sql: str, *params: Param) -> list[Row]:
        return self._told(sql, params).fetchall()

    def run(self, sql: str, *params: Param) -> int:
        return self._told(sql, params).rowcount

    def insert(
        self, into: str, each: str, rows: Sequence[Sequence[Param]], then: str = ""
    ) -> None:
        """Many rows a statement, each of which is a way to the server and back."""
        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            values = ", ".join([each] * len(some))
            params = [param for row in some for param in row]
            self.run(f"INSERT INTO {into} VALUES {values} {then}", *params)

    def _told(self, sql: str, params: Sequence[Param]) -> psycopg.Cursor[Row]:
        return self._cursor.execute(_query(sql), fitting(params))

    # -- transactions ------------------------------------------------------------

    @property
    def lost(self) -> bool:
        return self._raw.closed

    @property
    def has_failed(self) -> bool:
        """Has a statement failed, so that nothing but undoing is left?"""
        return self._raw.info.transaction_status is TransactionStatus.INERROR

    def say(self, *statements: str) -> None:
        """Statements without parameters, in one message."""
        self._cursor.execute("; ".join(statements))

    def begin(self, *, in_line: bool = False) -> None:
        """A transaction that comes out as though nobody else were at work.

        ``in_line``: one of these at a time.  The line is that for a lock of a table,
        which is waited for before it is settled what the transaction sees.
        """
        try:
            self.say(
                "BEGIN ISOLATION LEVEL SERIALIZABLE",
                *self._place.at_home,
                *_BY_INDEX,
                _HANGING,
                f"SET LOCAL lock_timeout TO '{int(self._patience * 1000)}ms'",
                *([_LINE] if in_line else []),
            )
        except BaseException:  # begun it is, even if it never comes to its turn
            self.roll_back()
            raise

    def commit(self) -> None:
        """Make it last, or Busy where nobody can know whether it does."""
        if self.has_failed:
            # A COMMIT would be answered with a ROLLBACK, and without an error.
            raise errors.InFailedSqlTransaction("work went on after an error")
        try:
            self.say("COMMIT")
        except psycopg.OperationalError as error:
            if self.lost:
                raise Busy(
                    "the connection was lost at the last moment: it may be done, or not"
                ) from error
            raise

    def roll_back(self) -> None:
        if not self.lost:
            self.say("ROLLBACK")

    def close(self) -> None:
        self._raw.close()

    @contextmanager
    def moment(self) -> Iterator[None]:
        reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        self.say(reading, *self._place.at_home, *_BY_INDEX)
        try:
            yield
        finally:
            self.roll_back()

    @contextmanager
    def turn(self, name: str = "migrate", patience: float = 60.0) -> Iterator[None]:
        """A transaction beside which no other of that name is at work."""
        timeout = f"SET LOCAL lock_timeout TO '{int(patience * 1000)}ms'"
        self.say("BEGIN", *self._place.at_home, timeout)
        try:
            self.rows("SELECT pg_advisory_xact_lock(?)", self._place.lock(name))
            yield
            self.say("COMMIT")
        except BaseException:
            self.roll_back()
            raise

    # -- migrating -----------------------------------------------------------------

    def script(self, sql: str) -> None:
        self.say(sql)

    def has_table(self, name: str) -> bool:
        """Looked for in the catalog: ``to_regclass`` may tell what it once knew."""
        return bool(
            self.rows(
                "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname = current_schema() AND c.relname = ?",
                name,
            )
        )

    def make_schema(self) -> None:
        schema = self._place.schema
        sql = "SELECT 1 FROM pg_namespace WHERE nspname = ?"
        if schema and not self.rows(sql, schema):
            self.say(f"CREATE SCHEMA IF NOT EXISTS {schema}")


@lru_cache(maxsize=1024)
def _query(sql: str) -> str:
    """``sql`` with psycopg's marks.  Ours hold no ``%`` and no ``?`` of their own."""
    return sql.replace("?", "%s")


#: By SQLSTATE: what may be begun again.
_AGAIN = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.InFailedSqlTransaction,  # the error was one of these, and work hid it
)


def begin_again(error: psycopg.Error) -> bool:
    """Was it somebody else's doing, so that the same may well succeed now?"""
    if isinstance(error, errors.UniqueViolation):
        return error.diag.table_name == "holding"  # they took the same unit
    return isinstance(error, _AGAIN)


def translated(error: psycopg.Error) -> Exception:
    """``error`` in the words of the interface, if it has some for it."""
    match error:
        case errors.DiskFull():
            return NoRoom(f"PostgreSQL has no room left ({_first_line(error)})")
        case errors.LockNotAvailable() | errors.TooManyConnections():
            return Busy(f"PostgreSQL is busy: {_first_line(error)}")
        case errors.InsufficientPrivilege() | errors.UndefinedTable():
            return Unreadable(f"the store cannot be used: {_first_line(error)}")
    return error


def unreachable(place: Place, error: psycopg.Error) -> Unreadable:
    return Unreadable(f"no store at {place.shown}: {_first_line(error)}")


def _first_line(error: psycopg.Error) -> str:
    first, _, _ = str(error).strip().partition("\n")
    return first or type(error).__name__
