"""Full text search.  What people type is words, never a query language."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.query import BadCursor, Page
from peer.model.reading import Hit
from store import cursor as cursors
from store import things
from store.connection import Connection, Row, marks
from store.words import asked, excerpt

#: How far down somebody may turn the pages: relevance is computed for all that
#: come before, and nobody reads on that far.
_DEEPEST = 2000


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
    more = len(rows) > limit and skipped + limit < _DEEPEST
    return Page(
        _hits(db, rows[:limit], wanted),
        next=cursors.write(skipped + limit) if more else None,
        previous=cursors.write(max(0, skipped - limit)) if skipped else None,
    )


def _skipped(cursor: str | None) -> int:
    if cursor is None:
        return 0
    match cursors.read(cursor):
        case [int(skipped)] if 0 <= skipped <= _DEEPEST:
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
        f"SELECT t.number, t.id FROM {said.search_in}"
        f" JOIN thing t ON t.number = search.rowid WHERE {said.search_for}"
        f" AND t.audience IN ({marks(audiences)}){of}"
        f" ORDER BY {said.search_rank}, t.id LIMIT ? OFFSET ?"
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
