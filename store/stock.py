"""Places and stock: numbered units, each held by one holder or by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count as numbers_from
from itertools import islice

from store.connection import Connection, checked_ids, marks
from store.interface import Full


def held(db: Connection, thing: str) -> int:
    sql = "SELECT count(*) FROM holding WHERE thing = ?"
    return int(db.rows(sql, thing)[0][0])


def holdings(db: Connection, things: Iterable[str]) -> Mapping[str, int]:
    ids = list(dict.fromkeys(things))
    if not ids:
        return {}
    sql = (
        f"SELECT thing, count(*) FROM holding WHERE thing IN ({marks(ids)})"
        " GROUP BY thing"
    )
    return {thing: int(count) for thing, count in db.rows(sql, *ids)}


def held_by(db: Connection, thing: str, holder: str) -> int:
    sql = "SELECT count(*) FROM holding WHERE thing = ? AND holder = ?"
    return int(db.rows(sql, thing, holder)[0][0])


def hold(db: Connection, thing: str, holder: str, count: int, limit: int) -> None:
    checked_ids(thing, holder)
    if count < 1:
        raise ValueError("somebody who holds something holds one at least")
    sql = "SELECT count(*), coalesce(max(number), 0) FROM holding WHERE thing = ?"
    [(taken, highest)] = db.rows(sql, thing)
    if count > limit - taken:
        raise Full(_said(limit - taken))
    free = numbers_from(taken + 1) if highest == taken else _gaps(db, thing)
    units = [(thing, number, holder) for number in islice(free, count)]
    db.insert("holding (thing, number, holder)", "(?, ?, ?)", units)


def release(db: Connection, thing: str, holder: str) -> int:
    return db.run("DELETE FROM holding WHERE thing = ? AND holder = ?", thing, holder)


def _said(left: int) -> str:
    if left < 1:
        return "There are none left."
    return "There is only 1 left." if left == 1 else f"There are only {left} left."


def _gaps(db: Connection, thing: str) -> Iterator[int]:
    """The numbers that nobody holds, lowest first.

    All who want some want these, so that two who do so at once collide.
    """
    expected = 1
    sql = "SELECT number FROM holding WHERE thing = ? ORDER BY number"
    for (number,) in db.rows(sql, thing):
        yield from range(expected, number)
        expected = number + 1
    yield from numbers_from(expected)
