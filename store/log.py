"""The log of all activities, and the notices that point into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peer.model.reading import Entry
from peer.protocol.thing import Activity
from store import document
from store.connection import Connection, Param, Row, checked_ids, marks

COLUMNS = "seq, document"


def of(row: Row) -> Entry:
    seq, told = row
    return Entry(seq, Activity.of(document.read(told)))


def activity(db: Connection, id: str) -> Activity | None:
    for (told,) in db.rows("SELECT document FROM log WHERE id = ?", id):
        return Activity.of(document.read(told))
    return None


def log(
    db: Connection,
    told: Mapping[str, str | None],
    before: int | None,
    after: int | None,
    limit: int,
) -> Sequence[Entry]:
    """The log by actor, object or type."""
    by = {column: value for column, value in told.items() if value is not None}
    where = [f"{column} = ?" for column in by]
    params: list[Param] = list(by.values())
    for seq, compared in ((before, "<"), (after, ">")):
        if seq is not None:
            where.append(f"seq {compared} ?")
            params.append(seq)
    sql = (
        f"SELECT {COLUMNS} FROM log WHERE {' AND '.join(where) or '1 = 1'}"
        f" ORDER BY seq {'DESC' if after is None else 'ASC'} LIMIT ?"
    )
    return [of(row) for row in db.rows(sql, *params, limit)]


def record(db: Connection, activity: Activity) -> bool:
    checked_ids(activity.id, activity.actor, activity.object.id, activity.type)
    return bool(
        db.run(
            "INSERT INTO log (id, type, actor, object, document)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            activity.id,
            activity.type,
            activity.actor,
            activity.object.id,
            document.written(activity.document()),
        )
    )


def notify(db: Connection, person: str, activity: str) -> None:
    checked_ids(person)
    told = db.run(
        "INSERT INTO notice (person, seq) SELECT ?, seq FROM log"
        " WHERE id = ? ON CONFLICT DO NOTHING",
        person,
        activity,
    )
    if not told and not db.rows("SELECT 1 FROM log WHERE id = ?", activity):
        raise ValueError(f"{activity} is not in the log, so nobody is told of it")


def notices(
    db: Connection, person: str, before: int | None, limit: int
) -> Sequence[Entry]:
    earlier = "" if before is None else " AND seq < ?"
    told = db.rows(
        f"SELECT seq FROM notice WHERE person = ?{earlier} ORDER BY seq DESC LIMIT ?",
        *(person, *(() if before is None else (before,)), limit),
    )
    if not told:
        return []
    lines = [seq for (seq,) in told]
    sql = f"SELECT {COLUMNS} FROM log WHERE seq IN ({marks(lines)}) ORDER BY seq DESC"
    return [of(row) for row in db.rows(sql, *lines)]
