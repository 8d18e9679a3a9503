"""Edges: quads, indexed from both ends: one costs the same among many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from peer.model.query import BadCursor
from peer.protocol.thing import PUBLIC, Edge
from store.connection import Connection, Param, Row, checked_ids, marks

COLUMNS = "id, subject, relation, object, by_whom, since, activity"

_ENDS = {"subject", "relation", "object"}

#: In the order of their numbers, where few are found and then sorted.  Said like
#: this, nobody walks along all the numbers so as not to have to sort.
_SORTED = "number + 0"


def of(row: Row) -> Edge:
    return Edge(*row)


def edge(db: Connection, id: str) -> Edge | None:
    for row in db.rows(f"SELECT {COLUMNS} FROM edge WHERE id = ?", id):
        return of(row)
    return None


def edges(
    db: Connection, ends: Mapping[str, str | None], limit: int, before: str | None
) -> Sequence[Edge]:
    """Edges by subject, relation, object or activity, those stated last first."""
    told = _told(ends)
    walks = [told]
    end = next((end for end in ("subject", "object") if end in told), None)
    if end and not {"relation", "activity"} & set(told):
        known = _relations_at(db, end, told[end])
        walks = [{**told, "relation": each} for each in known]
    return _newest(db, walks, limit, before)[:limit]


def _newest(
    db: Connection,
    walks: Sequence[Mapping[str, str]],
    each: int,
    before: str | None = None,
) -> Sequence[Edge]:
    """The newest of each walk along an index, all put in order.

    An index of one end goes through the relations one by one, so whoever wants
    them all takes as many walks: else each would be looked at to find the newest.
    """
    if not walks:
        return []
    beyond = [] if before is None else [_number_of(db, before)]
    earlier = "" if before is None else " AND number < ?"
    if len(walks) == 1:
        [walk] = walks
        rows = db.rows(_alone(tuple(walk), earlier), *walk.values(), *beyond, each)
        return [of(row) for row in rows]
    parts, params = [], list[Param]()
    for at, walk in enumerate(walks):
        sql, told = newest(walk, at, earlier)
        parts.append(sql)
        params += [*told, *beyond, each]
    sql = f"{' UNION ALL '.join(parts)} ORDER BY 1 DESC"
    return [of(row[1:]) for row in db.rows(sql, *params)]


def newest(
    walk: Mapping[str, str], at: int, earlier: str = ""
) -> tuple[str, list[Param]]:
    """The newest of one walk, with their numbers; how many is its last parameter."""
    return _walk(tuple(walk), at, earlier), list(walk.values())


@lru_cache
def _walk(ends: Sequence[str], at: int, earlier: str) -> str:
    return f"SELECT * FROM (SELECT number, {COLUMNS} {_from(ends, earlier)}) AS w{at}"


@lru_cache
def _alone(ends: Sequence[str], earlier: str) -> str:
    return f"SELECT {COLUMNS} {_from(ends, earlier)}"


def _from(ends: Sequence[str], earlier: str) -> str:
    where = " AND ".join(["1 = 1", *(f"{end} = ?" for end in ends)])
    order = _SORTED if _ENDS.issubset(ends) else "number"
    return f"FROM edge WHERE {where}{earlier} ORDER BY {order} DESC LIMIT ?"


def _relations_at(db: Connection, end: str, id: str) -> Sequence[str]:
    """In which relations ``id`` is an end of edges: one step of the index each."""
    rows = db.rows(
        "WITH RECURSIVE known (relation) AS ("
        f" SELECT min(relation) FROM edge WHERE {end} = ? UNION ALL"
        f" SELECT (SELECT min(e.relation) FROM edge e WHERE e.{end} = ?"
        " AND e.relation > known.relation)"
        " FROM known WHERE known.relation IS NOT NULL"
        ") SELECT relation FROM known WHERE relation IS NOT NULL",
        id,
        id,
    )
    return [relation for (relation,) in rows]


def degree(db: Connection, ends: Mapping[str, str | None]) -> int:
    where, params = _matching(ends)
    [(count,)] = db.rows(f"SELECT count(*) FROM edge WHERE {where}", *params)
    return int(count)


def public_degree(db: Connection, ends: Mapping[str, str | None]) -> int:
    """As many as lead to, or come from, what everybody may read."""
    where, params = _matching(ends)
    other = "object" if ends.get("object") is None else "subject"
    [(count,)] = db.rows(
        f"SELECT count(*) FROM (SELECT DISTINCT {other} AS other FROM edge"
        f" WHERE {where}) AS met JOIN thing t ON t.id = met.other"
        " WHERE t.audience = ? AND t.deleted IS NULL",
        *params,
        PUBLIC,
    )
    return int(count)


def edges_from(
    db: Connection, subjects: Iterable[str], relations: Sequence[str]
) -> Sequence[Edge]:
    ends = list(dict.fromkeys(subjects))
    if not ends or not relations:
        return []
    sql = (
        f"SELECT {COLUMNS} FROM edge WHERE subject IN ({marks(ends)})"
        f" AND relation IN ({marks(relations)}) ORDER BY {_SORTED} DESC"
    )
    return [of(row) for row in db.rows(sql, *ends, *relations)]


def edges_into(
    db: Connection, objects: Iterable[str], relations: Sequence[str]
) -> Sequence[Edge]:
    ends = list(dict.fromkeys(objects))
    if not ends or not relations:
        return []
    sql = (
        f"SELECT {COLUMNS} FROM edge WHERE object IN ({marks(ends)})"
        f" AND relation IN ({marks(relations)}) ORDER BY {_SORTED} DESC"
    )
    return [of(row) for row in db.rows(sql, *ends, *relations)]


def edges_to(
    db: Connection, object: str, relations: Sequence[str], each: int, of: str
) -> Sequence[Edge]:
    """Of each relation the newest few, so that none crowds another out."""
    kinds = dict.fromkeys(relations)
    walks = [{"object": object, "relation": kind} for kind in kinds]
    if of:
        walks += [{"subject": of, **walk} for walk in walks]
    return list(dict.fromkeys(_newest(db, walks, each)))


def tally(db: Connection, objects: Iterable[str]) -> Mapping[tuple[str, str], int]:
    ends = list(dict.fromkeys(objects))
    if not ends:
        return {}
    sql = (
        "SELECT object, relation, count(*) FROM edge"
        f" WHERE object IN ({marks(ends)}) GROUP BY object, relation"
    )
    return {(end, relation): count for end, relation, count in db.rows(sql, *ends)}


def tally_from(
    db: Connection, subjects: Iterable[str], relations: Sequence[str]
) -> Mapping[tuple[str, str], int]:
    ends = list(dict.fromkeys(subjects))
    if not ends or not relations:
        return {}
    sql = (
        "SELECT subject, relation, count(*) FROM edge"
        f" WHERE subject IN ({marks(ends)}) AND relation IN ({marks(relations)})"
        " GROUP BY subject, relation"
    )
    rows = db.rows(sql, *ends, *relations)
    return {(end, relation): count for end, relation, count in rows}


def _told(ends: Mapping[str, str | None]) -> dict[str, str]:
    return {column: value for column, value in ends.items() if value is not None}


def _matching(ends: Mapping[str, str | None]) -> tuple[str, list[Param]]:
    told = _told(ends)
    return " AND ".join(["1 = 1", *(f"{c} = ?" for c in told)]), list(told.values())


def _number_of(db: Connection, id: str) -> int:
    for (number,) in db.rows("SELECT number FROM edge WHERE id = ?", id):
        return int(number)
    raise BadCursor("the edge that this page began after is no longer there")


def relate(db: Connection, edge: Edge) -> bool:
    checked_ids(edge.id, edge.subject, edge.relation, edge.object, edge.by)
    added = db.run(
        f"INSERT INTO edge ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        edge.id,
        edge.subject,
        edge.relation,
        edge.object,
        edge.by,
        edge.since,
        edge.activity,
    )
    if not added and not _stated(db, edge):
        raise ValueError(f"{edge.id} is the id of another edge")
    return bool(added)


def _stated(db: Connection, edge: Edge) -> bool:
    return bool(
        db.rows(
            "SELECT 1 FROM edge WHERE relation = ? AND subject = ? AND object = ?"
            " AND by_whom = ?",
            edge.relation,
            edge.subject,
            edge.object,
            edge.by,
        )
    )


def unrelate(db: Connection, subject: str, relation: str, object: str) -> bool:
    sql = "DELETE FROM edge WHERE relation = ? AND subject = ? AND object = ?"
    return bool(db.run(sql, relation, subject, object))
