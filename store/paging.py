"""Pages of things in the order of one of their terms, each found by a short walk.

A walk goes along the index ``facet_order`` from where the page before ended, so
a page costs the same wherever it is and however many things there are.  Things
of several kinds are several walks, put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page: what may be on it, in which order, from where on, and how many."""

    walks: Sequence[Walk]
    order: str
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class _Sought:
    """A page that is looked for; one more than it holds says whether there is more."""

    wanted: Wanted
    at: _Place

    @property
    def descending(self) -> bool:
        return self.at.order.startswith("-") != self.at.backwards

    def page(self, found: Sequence[Row], known: Mapping[str, Thing]) -> Page[Thing]:
        limit, at = self.wanted.limit, self.at
        more, rows = len(found) > limit, list(found[:limit])
        if at.backwards:
            rows.reverse()
        is_later = more if at.backwards else self.wanted.cursor is not None
        return Page(
            [known[id] for _, id in rows],
            next=_onwards(at, rows, more or at.backwards),
            previous=_back(at, rows, is_later),
        )


def page(
    db: Connection, walks: Sequence[Walk], order: str, cursor: str | None, limit: int
) -> Page[Thing]:
    return pages(db, [Wanted(walks, order, cursor, limit)])[0]


def pages(db: Connection, wanted: Sequence[Wanted]) -> Sequence[Page[Thing]]:
    """Several at once: one query for where they are, and one for what is there."""
    if any(each.limit < 1 for each in wanted):
        raise ValueError("a page holds one thing at least")
    sought = [_Sought(each, _Place.of(each.cursor, each.order)) for each in wanted]
    found = _walked(db, sought)
    shown = [
        rows[: each.wanted.limit] for each, rows in zip(sought, found, strict=True)
    ]
    known = things.many(db, [id for rows in shown for _, id in rows])
    return [each.page(rows, known) for each, rows in zip(sought, found, strict=True)]


def _onwards(at: _Place, rows: Sequence[Row], there_is: bool) -> str | None:
    beyond = (rows[-1][0], rows[-1][1]) if rows else None
    return str(_Place(at.order, False, beyond)) if there_is else None


def _back(at: _Place, rows: Sequence[Row], there_is: bool) -> str | None:
    beyond = (rows[0][0], rows[0][1]) if rows else None
    return str(_Place(at.order, True, beyond)) if there_is else None


def _walked(db: Connection, sought: Sequence[_Sought]) -> Sequence[list[Row]]:
    """What each finds, in its order."""
    parts, params = [], list[Param]()
    for number, each in enumerate(sought):
        if each.wanted.walks:
            sql, told = _query(each)
            parts.append((number, sql))
            params += told
    if len(parts) == 1:
        [(number, sql)] = parts
        rows = db.rows(sql, *params)
        return [rows if n == number else [] for n in range(len(sought))]
    found: list[list[Row]] = [[] for _ in sought]
    if parts:
        together = " UNION ALL ".join(
            f"SELECT {number}, q{number}.* FROM ({sql}) AS q{number}"
            for number, sql in parts
        )
        for number, value, thing in db.rows(together, *params):
            found[number].append((value, thing))
    for each, rows in zip(sought, found, strict=True):
        rows.sort(key=_key, reverse=each.descending)
    return found


def _key(row: Row) -> tuple[bytes, bytes]:
    """As the databases compare them: by their bytes."""
    return row[0].encode(), row[1].encode()


def _query(sought: _Sought) -> tuple[str, list[Param]]:
    beyond, limit = sought.at.beyond, sought.wanted.limit + 1
    way, compared = ("DESC", "<") if sought.descending else ("ASC", ">")
    further = f" AND (f.value, f.thing) {compared} (?, ?)" if beyond else ""
    each = [
        f"SELECT f.value, f.thing FROM {walk.source} WHERE {walk.where}{further}"
        f" ORDER BY f.value {way}, f.thing {way} LIMIT ?"
        for walk in sought.wanted.walks
    ]
    walks = sought.wanted.walks
    params = [p for walk in walks for p in (*walk.params, *(beyond or ()), limit)]
    if len(each) == 1:
        return each[0], params
    together = " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS w{number}" for number, sql in enumerate(each)
    )
    return f"{together} ORDER BY 1 {way}, 2 {way} LIMIT ?", [*params, limit]
