"""Migrations: ``schema/NNNN_name.sql``, each once, in their order, in one transaction.

Several workers may start at the same moment: each step is taken by whoever has
the turn, and who gets it next looks again.  A worker that is killed leaves a
step done or not begun.  ``NNNN_name.sqlite.sql`` and ``NNNN_name.postgresql.sql``
are one step, said in two dialects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from peer.protocol.moment import wire
from store.connection import Connection
from store.dialect import Dialect
from store.interface import Unreadable

SCHEMA = Path(__file__).parent / "schema"

_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    name     {text} PRIMARY KEY,
    checksum {text} NOT NULL,
    applied  {text} NOT NULL
) {rows}
"""


class Migrating(Connection, Protocol):
    """A connection that is in no transaction yet."""

    def moment(self) -> AbstractContextManager[None]:
        """A transaction that reads."""
        ...

    def turn(self) -> AbstractContextManager[None]:
        """A transaction that writes, in which nobody else migrates this store."""
        ...

    def script(self, sql: str) -> None:
        """Many statements, in the transaction that is open."""
        ...

    def has_table(self, name: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    script: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.script.encode()).hexdigest()


def migrate(db: Migrating, folder: Path = SCHEMA) -> Sequence[str]:
    """Bring the store up to date; the names of the steps that this took."""
    known = steps(db.dialect, folder)
    taken: list[str] = []
    while _waiting(db, known):
        with db.turn():
            step = _next(db, known)
            if step is not None:
                _take(db, step)
                taken.append(step.name)
    return taken


def _waiting(db: Migrating, known: Sequence[Step]) -> bool:
    """Is there something to do?  If not, nobody is disturbed."""
    with db.moment():
        return _next(db, known) is not None


def steps(dialect: Dialect, folder: Path = SCHEMA) -> Sequence[Step]:
    found = []
    for path in sorted(folder.glob("*.sql")):
        name, _, only = path.name.removesuffix(".sql").partition(".")
        if only in ("", dialect.name):
            found.append(Step(name, in_dialect(path.read_text("utf-8"), dialect)))
    return found


def in_dialect(sql: str, dialect: Dialect) -> str:
    for word, said in dialect.schema.items():
        sql = sql.replace("{" + word + "}", said)
    return sql


def applied(db: Migrating) -> Mapping[str, str]:
    """The steps that the store has had, and what they were; in a transaction."""
    if not db.has_table("migration"):
        return {}
    return dict(db.rows("SELECT name, checksum FROM migration ORDER BY name"))


def _next(db: Migrating, known: Sequence[Step]) -> Step | None:
    had = applied(db)
    _check(had, {step.name: step.checksum for step in known})
    return next((step for step in known if step.name not in had), None)


def _check(had: Mapping[str, str], known: Mapping[str, str]) -> None:
    for name, checksum in had.items():
        if name not in known:
            raise Unreadable(
                f"the store has had the migration {name}, which this program does not"
                " know: it was made by a newer one"
            )
        if checksum != known[name]:
            raise Unreadable(
                f"the migration {name} is not the one that the store has had: what"
                " was applied may not be edited, add another step"
            )


def _take(db: Migrating, step: Step) -> None:
    db.script(in_dialect(_TABLE, db.dialect))
    db.script(step.script)
    db.run(
        "INSERT INTO migration (name, checksum, applied) VALUES (?, ?, ?)",
        step.name,
        step.checksum,
        wire(datetime.now(UTC)),
    )
