"""Schemas of a PostgreSQL server, emptied and used again by the tests of a run.

To make one with all its tables and indexes, and to drop it, takes longer than most of
the tests that want one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from store import tables

#: After so many tests its tables are full of rows that are gone.
_USES = 40


class Schemas:
    def __init__(self, server: str) -> None:
        self._server = server
        self._db = psycopg.connect(server, autocommit=True)
        # Above all triggers: the log would let nothing be taken from it.
        self._db.execute("SET session_replication_role = replica")
        self._free: list[tuple[str, int]] = []

    def close(self) -> None:
        for name, _ in self._free:
            self.drop(name)
        self._db.close()

    def url(self, name: str) -> str:
        """The address of the store in the schema ``name``."""
        parts = urlsplit(self._server)
        query = "&".join(filter(None, (parts.query, f"schema={name}")))
        return urlunsplit(parts._replace(query=query))

    def drop(self, name: str) -> None:
        self._db.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")

    @contextmanager
    def empty(self) -> Iterator[str]:
        """One with nothing in its tables, if it has any yet."""
        name, uses = self._free.pop() if self._free else (new_name(), 0)
        try:
            yield name
            self._empty(name)
        except BaseException:
            self.drop(name)
            raise
        if uses < _USES:
            self._free.append((name, uses + 1))
        else:
            self.drop(name)

    def _empty(self, name: str) -> None:
        said = [f"SET LOCAL search_path TO {name}"]
        for table in tables.TABLES.values():
            said.append(f"DELETE FROM {table.name}")
            if table.numbered:
                counts = f"ALTER COLUMN {table.columns[0]} RESTART"
                said.append(f"ALTER TABLE {table.name} {counts}")
        with self._db.transaction():
            self._db.execute("; ".join(said))


def new_name() -> str:
    return f"test_{secrets.token_hex(6)}"
