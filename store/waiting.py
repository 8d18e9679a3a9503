"""What waits: deliveries, leased by whoever sends them, and postponed activities."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.reading import Delivery
from peer.protocol.thing import Activity
from store import document
from store.connection import Connection, Row, checked_ids, marks

_COLUMNS = "id, activity, sender, inbox, due, attempts, error"


def deliveries(db: Connection, limit: int) -> Sequence[Delivery]:
    """Those that will be tried, the next due first; then those that were given up."""
    sql = f"SELECT {_COLUMNS} FROM delivery WHERE ready"
    rows = db.rows(f"{sql} IS NOT NULL ORDER BY ready, id LIMIT ?", limit)
    if len(rows) < limit:
        left = limit - len(rows)
        rows += db.rows(f"{sql} IS NULL ORDER BY id LIMIT ?", left)
    return [Delivery(*row) for row in rows]


def enqueue(db: Connection, activity: str, sender: str, inbox: str, due: str) -> None:
    checked_ids(activity, sender, inbox)
    db.run(
        "INSERT INTO delivery (activity, sender, inbox, due, ready, attempts, error)"
        " VALUES (?, ?, ?, ?, ?, 0, '') ON CONFLICT (activity, inbox) DO NOTHING",
        activity,
        sender,
        inbox,
        due,
        due,
    )


def claim(
    db: Connection, worker: str, now: str, until: str, limit: int
) -> Sequence[Delivery]:
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM delivery WHERE ready <= ? ORDER BY ready, id LIMIT ?"
        f" {db.dialect.skip_locked}",
        now,
        limit,
    )
    if rows:
        ids = [row[0] for row in rows]
        db.run(
            f"UPDATE delivery SET worker = ?, ready = ? WHERE id IN ({marks(ids)})",
            worker,
            until,
            *ids,
        )
    return [Delivery(*row) for row in rows]


def delivered(db: Connection, id: int) -> None:
    db.run("DELETE FROM delivery WHERE id = ?", id)


def failed(db: Connection, id: int, due: str | None, error: str) -> None:
    db.run(
        "UPDATE delivery SET attempts = attempts + 1, worker = NULL, error = ?,"
        " due = ?, ready = ? WHERE id = ?",
        error,
        due or "",
        due,
        id,
    )


def postpone(db: Connection, due: str, activity: Activity) -> None:
    checked_ids(activity.id)
    db.run(
        "INSERT INTO postponed (id, due, document) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET due = excluded.due,"
        " document = excluded.document",
        activity.id,
        due,
        document.written(activity.document()),
    )


def ripe(db: Connection, now: str, limit: int) -> Sequence[Activity]:
    rows: list[Row] = db.rows(
        "SELECT number, document FROM postponed WHERE due <= ?"
        f" ORDER BY due, number LIMIT ? {db.dialect.skip_locked}",
        now,
        limit,
    )
    if rows:
        numbers = [number for number, _ in rows]
        db.run(f"DELETE FROM postponed WHERE number IN ({marks(numbers)})", *numbers)
    return [Activity.of(document.read(told)) for _, told in rows]
