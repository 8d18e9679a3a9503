"""What waits: deliveries, leased by whoever sends them, and postponed activities.

A delivery that is not given up is *ready* at a time.  It may be claimed then, unless
there is an earlier one in its lane: about the same, to the same server.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peer.model.reading import Backlog, Delivery
from peer.protocol.iri import origin
from peer.protocol.thing import Activity
from store import document
from store.connection import Connection, Param, Row, checked_ids, marks

_COLUMNS = "id, activity, sender, inbox, due, attempts, error, host, about"
_INTO = (
    "delivery (activity, sender, inbox, due, ready, attempts, error, host, about)",
    "(?, ?, ?, ?, ?, 0, '', ?, ?)",
)
_FIRST = (
    "(about = '' OR NOT EXISTS (SELECT 1 FROM delivery AS earlier"
    " WHERE earlier.host = delivery.host AND earlier.about = delivery.about"
    " AND earlier.id < delivery.id AND earlier.ready IS NOT NULL))"
)
_COUNTS = (
    "count(CASE WHEN ready IS NOT NULL AND attempts = 0 THEN 1 END),"
    " count(CASE WHEN ready IS NOT NULL AND attempts > 0 THEN 1 END),"
    " count(CASE WHEN ready IS NULL THEN 1 END), min(ready), max(attempts)"
)

#: One more to deliver: activity, sender, inbox, due, and what it is about.
Told = tuple[str, str, str, str, str]


# -- looking -----------------------------------------------------------------------


def deliveries(db: Connection, limit: int) -> Sequence[Delivery]:
    """Those that will be tried, the next due first; then those that were given up."""
    sql = f"SELECT {_COLUMNS} FROM delivery WHERE ready"
    rows = db.rows(f"{sql} IS NOT NULL ORDER BY ready, id LIMIT ?", limit)
    if len(rows) < limit:
        left = limit - len(rows)
        rows += db.rows(f"{sql} IS NULL ORDER BY id LIMIT ?", left)
    return [Delivery(*row) for row in rows]


def queued(
    db: Connection, host: str | None, dead: bool, after: int, limit: int
) -> Sequence[Delivery]:
    where, told = ["id > ?"], list[Param]([after])
    if host is not None:
        where.append("host = ?")
        told.append(host)
    if dead:
        where.append("ready IS NULL")
    sql = f"SELECT {_COLUMNS} FROM delivery WHERE {' AND '.join(where)}"
    rows = db.rows(f"{sql} ORDER BY id LIMIT ?", *told, limit)
    return [Delivery(*row) for row in rows]


def backlog(db: Connection) -> Backlog:
    [row] = db.rows(f"SELECT {_COUNTS} FROM delivery")
    return _backlog("", row, "")


def backlogs(
    db: Connection, troubled: bool, after: str, limit: int
) -> Sequence[Backlog]:
    having = "HAVING max(attempts) > 0" if troubled else ""
    rows = db.rows(
        f"SELECT host, {_COUNTS} FROM delivery WHERE host > ?"
        f" GROUP BY host {having} ORDER BY host LIMIT ?",
        after,
        limit,
    )
    return [_backlog(host, counts, _error(db, host)) for host, *counts in rows]


def _backlog(host: str, counts: Sequence[Any], error: str) -> Backlog:
    waiting, failing, dead, due, attempts = counts
    return Backlog(host, waiting, failing, dead, due or "", attempts or 0, error)


def _error(db: Connection, host: str) -> str:
    """What went wrong with the latest of those that something went wrong with."""
    rows = db.rows(
        "SELECT error FROM delivery WHERE host = ? AND error <> ''"
        " ORDER BY id DESC LIMIT 1",
        host,
    )
    return rows[0][0] if rows else ""


# -- coming in ---------------------------------------------------------------------


def enqueue_all(db: Connection, rows: Iterable[Told]) -> None:
    db.insert(*_INTO, [_row(*told) for told in rows], "ON CONFLICT DO NOTHING")


def _row(
    activity: str, sender: str, inbox: str, due: str, about: str
) -> Sequence[Param]:
    checked_ids(activity, sender, inbox)
    if about:
        checked_ids(about)
    return (activity, sender, inbox, due, due, _host(inbox), about)


def _host(inbox: str) -> str:
    """Whose server it is; nobody's, where that cannot be told."""
    try:
        return origin(inbox)
    except ValueError:
        return ""


# -- going out ---------------------------------------------------------------------


def claim(
    db: Connection,
    worker: str,
    now: str,
    until: str,
    limit: int,
    but: Sequence[str] = (),
) -> Sequence[Delivery]:
    others = f"AND host NOT IN ({marks(but)})" if but else ""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM delivery WHERE ready <= ? {others} AND {_FIRST}"
        f" ORDER BY ready, id LIMIT ? {db.dialect.skip_locked}",
        now,
        *but,
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


def delivered(db: Connection, ids: Sequence[int]) -> None:
    if ids:
        db.run(f"DELETE FROM delivery WHERE id IN ({marks(ids)})", *ids)


def failed(db: Connection, id: int, due: str | None, error: str) -> None:
    db.run(
        "UPDATE delivery SET attempts = attempts + 1, worker = NULL, error = ?,"
        " due = ?, ready = ? WHERE id = ?",
        error,
        due or "",
        due,
        id,
    )


def put_off(db: Connection, id: int, until: str) -> None:
    db.run(
        "UPDATE delivery SET worker = NULL, due = ?, ready = ?"
        " WHERE id = ? AND ready IS NOT NULL",
        until,
        until,
        id,
    )


def hand_back(db: Connection, worker: str | None) -> int:
    sql = "UPDATE delivery SET worker = NULL, ready = due WHERE worker"
    if worker is None:
        return db.run(f"{sql} IS NOT NULL")
    return db.run(f"{sql} = ?", worker)


def hasten(db: Connection, host: str, now: str) -> int:
    return db.run(
        "UPDATE delivery SET due = ?, ready = ?"
        " WHERE host = ? AND ready > ? AND worker IS NULL",
        now,
        now,
        host,
        now,
    )


# -- as an operator wishes -----------------------------------------------------------


def retry(db: Connection, now: str, id: int | None, host: str | None) -> int:
    where, params = _which(id, host)
    return db.run(
        "UPDATE delivery SET due = ?, ready = ?, attempts = 0, worker = NULL"
        " WHERE attempts > 0 AND (worker IS NULL OR ready <= ?)" + where,
        now,
        now,
        now,
        *params,
    )


def discard(db: Connection, id: int | None, host: str | None) -> int:
    where, params = _which(id, host)
    if not params:
        raise ValueError("nothing says which deliveries are dropped")
    return db.run(f"DELETE FROM delivery WHERE TRUE{where}", *params)


def _which(id: int | None, host: str | None) -> tuple[str, Sequence[Param]]:
    named: dict[str, Param] = {"id": id, "host": host}
    told = {name: value for name, value in named.items() if value is not None}
    return "".join(f" AND {name} = ?" for name in told), [*told.values()]


# -- postponed activities ------------------------------------------------------------


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


def withdraw(db: Connection, id: str) -> bool:
    return bool(db.run("DELETE FROM postponed WHERE id = ?", id))


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
