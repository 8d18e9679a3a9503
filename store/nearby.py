"""What stands around things, in one query: pages ask for it all the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peer.model.query import Page, Query
from peer.model.reading import Counts, Ends
from peer.protocol.thing import Activity, Edge, Thing
from store import document, edges, listing, records
from store.connection import Connection, Param, marks
from store.edges import COLUMNS


class Nearby:
    """The part of Reading that is about many things at once."""

    _db: Connection

    def edges_among(
        self, starts: Ends, ends: Ends, said: Sequence[str] = ()
    ) -> Sequence[Edge]:
        return edges_among(self._db, starts, ends, said)

    def edges_at(
        self,
        thing: str,
        into: Mapping[str, int],
        out: Mapping[str, int],
        *,
        of: str = "",
        said: Sequence[str] = (),
    ) -> Sequence[Edge]:
        return edges_at(self._db, thing, into, out, of, said)

    def finds(self, *queries: Query) -> Sequence[Page[Thing]]:
        return listing.finds(self._db, queries)

    def recall_with(
        self, space: str, key: str, *, field: str, other: str, now: str = ""
    ) -> tuple[Mapping[str, Any], Mapping[str, Any] | None] | None:
        return records.recall_with(self._db, space, key, now, field, other)

    def counted(self, things: Iterable[str], relations: Sequence[str] = ()) -> Counts:
        return counted(self._db, things, relations)

    def activities(
        self, ids: Iterable[str], *, about: Iterable[str] = (), type: str = ""
    ) -> Sequence[Activity]:
        return activities(self._db, list(ids), list(about), type)


def edges_among(
    db: Connection, starts: Ends, ends: Ends, said: Sequence[str]
) -> Sequence[Edge]:
    parts, params = [], list[Param]()
    for column, (told, relations) in (("subject", starts), ("object", ends)):
        ids = list(dict.fromkeys(told))
        if ids and relations:
            parts.append(
                f"SELECT number, {COLUMNS} FROM edge WHERE {column} IN ({marks(ids)})"
                f" AND relation IN ({marks(relations)})"
            )
            params += [*ids, *relations]
    return _with_answers(db, parts, params, said)


def edges_at(
    db: Connection,
    thing: str,
    into: Mapping[str, int],
    out: Mapping[str, int],
    of: str,
    said: Sequence[str],
) -> Sequence[Edge]:
    """A short walk along an index for each relation: none crowds another out."""
    walks = [({"object": thing, "relation": name}, n) for name, n in into.items()]
    if of:
        walks += [({"subject": of, **walk}, n) for walk, n in walks]
    walks += [({"subject": thing, "relation": name}, n) for name, n in out.items()]
    parts, params = [], list[Param]()
    for at, (walk, most) in enumerate(walks):
        sql, told = edges.newest(walk, at)
        parts.append(sql)
        params += [*told, most]
    return _with_answers(db, parts, params, said)


def _with_answers(
    db: Connection, parts: Sequence[str], params: list[Param], said: Sequence[str]
) -> Sequence[Edge]:
    """Those of ``parts``, and the edges of the kinds ``said`` that end at one of them.

    SQLite keeps to the order of a CROSS JOIN; PostgreSQL decides by itself.
    """
    if not parts:
        return []
    answers = ""
    if said:
        names = ", ".join(f"a.{name}" for name in ("number", *COLUMNS.split(", ")))
        answers = (
            f" UNION SELECT {names} FROM found f CROSS JOIN edge a"
            f" WHERE a.object = f.id AND a.relation IN ({marks(said)})"
        )
    sql = (
        f"WITH found AS ({' UNION '.join(parts)})"
        f" SELECT * FROM found{answers} ORDER BY 1 DESC"
    )
    return [edges.of(row[1:]) for row in db.rows(sql, *params, *said)]


def counted(db: Connection, things: Iterable[str], relations: Sequence[str]) -> Counts:
    ids = list(dict.fromkeys(things))
    found = Counts({}, {}, {})
    if not ids:
        return found
    among = f"IN ({marks(ids)})"
    parts = [
        "SELECT 0, object, relation, count(*) FROM edge"
        f" WHERE object {among} GROUP BY object, relation",
        "SELECT 2, thing, '', count(*) FROM holding"
        f" WHERE thing {among} GROUP BY thing",
    ]
    params: list[Param] = [*ids, *ids]
    if relations:
        parts.append(
            "SELECT 1, subject, relation, count(*) FROM edge WHERE subject"
            f" {among} AND relation IN ({marks(relations)}) GROUP BY subject, relation"
        )
        params += [*ids, *relations]
    into: dict[tuple[str, str], int] = {}
    out: dict[tuple[str, str], int] = {}
    held: dict[str, int] = {}
    for which, id, relation, count in db.rows(" UNION ALL ".join(parts), *params):
        if which == 2:
            held[id] = int(count)
        else:
            (out if which else into)[id, relation] = int(count)
    return Counts(into, out, held)


def activities(
    db: Connection, ids: Sequence[str], about: Sequence[str], type: str
) -> Sequence[Activity]:
    parts, params = [], list[Param]()
    if ids:
        parts.append(f"SELECT seq, document FROM log WHERE id IN ({marks(ids)})")
        params += ids
    if about:
        parts.append(
            f"SELECT seq, document FROM log WHERE object IN ({marks(about)})"
            " AND type = ?"
        )
        params += [*about, type]
    if not parts:
        return []
    rows = db.rows(f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC", *params)
    once = {seq: told for seq, told in rows}
    return [Activity.of(document.read(told)) for told in once.values()]
