"""Records: what a peer keeps for itself, by space and key, for a time or for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from store import document
from store.connection import Connection, checked_ids


def recall(db: Connection, space: str, key: str, now: str) -> dict[str, Any] | None:
    rows = db.rows(
        "SELECT document FROM record WHERE space = ? AND key = ?"
        " AND (expires IS NULL OR expires > ?)",
        space,
        key,
        now,
    )
    return document.read(rows[0][0]) if rows else None


def recall_with(
    db: Connection, space: str, key: str, now: str, field: str, other: str
) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    named = db.dialect.field.format(column="r.document", field=field)
    rows = db.rows(
        "SELECT r.document, o.document FROM record r LEFT JOIN record o"
        f" ON o.space = ? AND o.key = {named}"
        " AND (o.expires IS NULL OR o.expires > ?)"
        " WHERE r.space = ? AND r.key = ? AND (r.expires IS NULL OR r.expires > ?)",
        *(other, now, space, key, now),
    )
    for one, further in rows:
        return document.read(one), document.read(further) if further else None
    return None


def recall_all(
    db: Connection, space: str, after: str, limit: int
) -> Sequence[tuple[str, dict[str, Any]]]:
    rows = db.rows(
        "SELECT key, document FROM record WHERE space = ? AND key > ?"
        " ORDER BY key LIMIT ?",
        space,
        after,
        limit,
    )
    return [(key, document.read(told)) for key, told in rows]


def keep(
    db: Connection,
    space: str,
    key: str,
    kept: Mapping[str, Any],
    expires: str | None,
) -> None:
    checked_ids(space, key)
    db.run(
        "INSERT INTO record (space, key, document, expires) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (space, key) DO UPDATE SET document = excluded.document,"
        " expires = excluded.expires",
        space,
        key,
        document.written(kept),
        expires,
    )


def drop(db: Connection, space: str, key: str) -> bool:
    return bool(db.run("DELETE FROM record WHERE space = ? AND key = ?", space, key))


def tidy(db: Connection, now: str) -> int:
    return db.run("DELETE FROM record WHERE expires <= ?", now)
