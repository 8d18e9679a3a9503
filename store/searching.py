"""Full text search.  What people type is words, never a query language."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.query import BadCursor, Page
from peer.model.reading import Hit
from store import cursor as cursors
from store import things
from store.connection import Connection, Row, marks
from store.words import asked, excerpt

#: Of all that match so many are weighed against each other, the newest: a word
#: that is everywhere would take seconds, and nobody reads on that far.
_WEIGHED = 2000


def search(
    db: Connection,
    typed: str,
    kinds: Sequence[str],
    audiences: Sequence[str],
    cursor: str | None,
    limit: int,
) -> Page[Hit]:
    skipped = _skipped(cursor)
    wanted = asked(typed)
    if not wanted or not audiences:
        return Page([])
    rows = _found(db, wanted, kinds, audiences, limit + 1, skipped)
    more = len(rows) > limit and skipped + limit < _WEIGHED
    return Page(
        _hits(db, rows[:limit], wanted),
        next=cursors.write(skipped + limit) if more else None,
        previous=cursors.write(max(0, skipped - limit)) if skipped else None,
    )


def _skipped(cursor: str | None) -> int:
    if cursor is None:
        return 0
    match cursors.read(cursor):
        case [int(skipped)] if 0 <= skipped <= _WEIGHED:
            return skipped
    raise BadCursor("this is the address of a page of something else")


def _found(
    db: Connection,
    wanted: Sequence[str],
    kinds: Sequence[str],
    audiences: Sequence[str],
    limit: int,
    skipped: int,
) -> list[Row]:
    said = db.dialect
    of = f" AND t.kind IN ({marks(kinds)})" if kinds else ""
    sql = (
        f"SELECT number, id FROM (SELECT t.number, t.id, {said.search_rank} AS rank"
        f" FROM {said.search_in} JOIN thing t ON t.number = search.rowid"
        f" WHERE {said.search_for} AND t.audience IN ({marks(audiences)}){of}"
        f" ORDER BY {said.search_newest} LIMIT {_WEIGHED}) AS newest"
        " ORDER BY rank, id LIMIT ? OFFSET ?"
    )
    words = said.search_words(wanted)
    return db.rows(sql, words, *audiences, *kinds, limit, skipped)


def _hits(db: Connection, rows: Sequence[Row], wanted: Sequence[str]) -> list[Hit]:
    if not rows:
        return []
    numbers = [number for number, _ in rows]
    sql = f"SELECT rowid, text FROM search WHERE rowid IN ({marks(numbers)})"
    texts = {number: text for number, text in db.rows(sql, *numbers)}
    known = things.many(db, [id for _, id in rows])
    return [Hit(known[id], excerpt(texts[number], wanted)) for number, id in rows]
