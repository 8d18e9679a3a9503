"""The little that the SQL of this folder asks of a database driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from store.dialect import Dialect

Row = tuple[Any, ...]
Param = str | int | None

#: What an id may be long, in bytes.  Four of them have to fit into one entry of
#: a PostgreSQL index (2,704 bytes), because an edge is a quad.
LONGEST_ID = 600


class Connection(Protocol):
    """A database that is in a transaction.  ``?`` stands for each parameter."""

    @property
    def dialect(self) -> Dialect: ...

    def rows(self, sql: str, *params: Param) -> list[Row]: ...

    def run(self, sql: str, *params: Param) -> int:
        """Change something; how many rows it was."""
        ...

    def insert(
        self, into: str, each: str, rows: Sequence[Sequence[Param]], then: str = ""
    ) -> None:
        """``INSERT INTO … VALUES`` each row, whose marks are ``each``, and ``then``."""
        ...


def fitting(params: Sequence[Param]) -> Sequence[Param]:
    """``params``, or ValueError where one is text that not every database keeps.

    PostgreSQL refuses NUL; SQLite keeps it, and its own functions stop there.
    """
    for param in params:
        if type(param) is str:
            if "\0" in param:
                raise ValueError("text may not hold the character NUL")
            if not param.isascii():
                _check_whole(param)
    return params


def _check_whole(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as half:
        raise ValueError("text may not hold half of a character") from half


def checked_ids(*ids: str) -> None:
    """ValueError where one of ``ids`` is empty, or longer than can be indexed."""
    for id in ids:
        if not id:
            raise ValueError("an id may not be empty")
        size = len(id) if id.isascii() else len(id.encode(errors="replace"))
        if size > LONGEST_ID:
            raise ValueError(f"an id may have {LONGEST_ID} bytes: {id[:60]}…")


def marks(of: Sequence[object]) -> str:
    """A ``?`` for each, as ``IN (…)`` wants them.

    >>> marks(["a", "b"])
    '?, ?'
    """
    return ", ".join("?" * len(of))
