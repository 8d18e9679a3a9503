"""Where a peer keeps what it knows: SQLite beside it, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from store.interface import Store, Unreadable

__all__ = ["open_store"]


def open_store(url: str, patience: float = 5.0) -> Store:
    """The store at ``url``: ``sqlite:///path`` or ``postgresql://…``, to be entered.

    ``patience`` is for how many seconds somebody waits while others write.
    """
    scheme, _, rest = url.partition("://")
    match scheme:
        case "sqlite" if rest.removeprefix("/"):
            from store.sqlite import SqliteStore

            return SqliteStore(Path(rest.removeprefix("/")), patience)
        case "postgresql" | "postgres":
            from store.postgres import PostgresStore

            return PostgresStore(url, patience)
    raise Unreadable(
        f"{scheme}://… is no store: say sqlite:///folder/file.db or postgresql://…"
    )
