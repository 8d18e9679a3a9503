"""The tables, as they are carried from one store to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.connection import Connection, Row, marks


@dataclass(frozen=True, slots=True)
class Table:
    """A ``numbered`` table gives its rows numbers, in the first column."""

    name: str
    columns: tuple[str, ...]
    order: str
    numbered: bool = False

    @property
    def rows(self) -> str:
        """The query for all of it."""
        columns = ", ".join(self.columns)
        return f"SELECT {columns} FROM {self.name} ORDER BY {self.order}"


def _table(name: str, columns: str, order: str) -> Table:
    return Table(name, tuple(columns.split()), order)


def _numbered(name: str, columns: str) -> Table:
    first, *_ = each = tuple(columns.split())
    return Table(name, each, first, numbered=True)


TABLES = {
    table.name: table
    for table in (
        _numbered(
            "thing",
            "number id kind document owner published updated audience deleted defines",
        ),
        _table("facet", "thing term value kind audience", "thing, term"),
        _table("search", "rowid title text", "rowid"),
        _numbered("edge", "number id subject relation object by_whom since activity"),
        _numbered("log", "seq id type actor object document"),
        _table("notice", "person seq", "person, seq"),
        _table("holding", "thing number holder", "thing, number"),
        _table("record", "space key document expires", "space, key"),
        _numbered(
            "delivery",
            "id activity sender inbox due ready worker attempts error host about",
        ),
        _numbered("postponed", "number id due document"),
    )
}


def fill(db: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Take over rows of ``table``; the words of a text are indexed anew."""
    said = db.dialect
    if table.name == "search":
        indexed = [said.indexed(*row) for row in rows]
        db.insert(said.index, said.index_each, indexed)
        return
    into = f"{table.name} ({', '.join(table.columns)})"
    db.insert(into, f"({marks(table.columns)})", rows)
    if table.numbered and said.count_on:
        db.rows(said.count_on.format(table=table.name, number=table.columns[0]))


def counts(db: Connection, names: Sequence[str] = tuple(TABLES)) -> dict[str, int]:
    """How many rows each table has."""
    counted = ", ".join(f"(SELECT count(*) FROM {name})" for name in names)
    [row] = db.rows(f"SELECT {counted}")
    return dict(zip(names, row, strict=True))
