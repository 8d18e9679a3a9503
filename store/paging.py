"""Pages of things in the order of one of their terms, each found by a short walk.

A walk goes along the index ``facet_order`` from where the page before ended, so
a page costs the same wherever it is and however many things there are.  Things
of several kinds are several walks, put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peer.model.query import BadCursor, Page
from peer.protocol.thing import Thing
from store import cursor as cursors
from store import things
from store.connection import Connection, Param, Row


@dataclass(frozen=True, slots=True)
class Walk:
    """Facets ``f``, of one term, that may be on the page."""

    where: str
    params: tuple[Param, ...]
    source: str = "facet f"


@dataclass(frozen=True, slots=True)
class _Place:
    """Beyond (value, thing), which may be before the first or after the last."""

    order: str
    backwards: bool = False
    beyond: tuple[str, str] | None = None

    def __str__(self) -> str:
        return cursors.write(self.order, self.backwards, *(self.beyond or ()))

    @classmethod
    def of(cls, text: str | None, order: str) -> _Place:
        if text is None:
            return cls(order)
        match cursors.read(text):
            case [str(told), bool(backwards)] if told == order:
                return cls(order, backwards)
            case [str(told), bool(backwards), str(value), str(id)] if told == order:
                return cls(order, backwards, (value, id))
        raise BadCursor("this is the address of a page of something else")


def page(
    db: Connection, walks: Sequence[Walk], order: str, cursor: str | None, limit: int
) -> Page[Thing]:
    if limit < 1:
        raise ValueError("a page holds one thing at least")
    at = _Place.of(cursor, order)
    descending = order.startswith("-") != at.backwards
    found = _walked(db, walks, at.beyond, descending, limit + 1) if walks else []
    more, rows = len(found) > limit, found[:limit]
    if at.backwards:
        rows.reverse()
    known = things.many(db, [id for _, id in rows])
    return Page(
        [known[id] for _, id in rows],
        next=_onwards(at, rows, more or at.backwards),
        previous=_back(at, rows, more if at.backwards else cursor is not None),
    )


def _onwards(at: _Place, rows: Sequence[Row], there_is: bool) -> str | None:
    beyond = (rows[-1][0], rows[-1][1]) if rows else None
    return str(_Place(at.order, False, beyond)) if there_is else None


def _back(at: _Place, rows: Sequence[Row], there_is: bool) -> str | None:
    beyond = (rows[0][0], rows[0][1]) if rows else None
    return str(_Place(at.order, True, beyond)) if there_is else None


def _walked(
    db: Connection,
    walks: Sequence[Walk],
    beyond: tuple[str, str] | None,
    descending: bool,
    limit: int,
) -> list[Row]:
    way, compared = ("DESC", "<") if descending else ("ASC", ">")
    further = f" AND (f.value, f.thing) {compared} (?, ?)" if beyond else ""
    each = [
        f"SELECT f.value, f.thing FROM {walk.source} WHERE {walk.where}{further}"
        f" ORDER BY f.value {way}, f.thing {way} LIMIT ?"
        for walk in walks
    ]
    params = [p for walk in walks for p in (*walk.params, *(beyond or ()), limit)]
    if len(each) == 1:
        return db.rows(each[0], *params)
    together = " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS w{number}" for number, sql in enumerate(each)
    )
    return db.rows(f"{together} ORDER BY 1 {way}, 2 {way} LIMIT ?", *params, limit)
