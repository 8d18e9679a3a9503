"""Lines of edges of one kind: what lies above a thing, and what lies below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from peer.protocol.thing import Edge
from store import edges
from store.connection import Connection, marks

_DEEPEST = 40  # where conversations end, and circles


def ancestors(db: Connection, ids: Iterable[str], relation: str) -> Sequence[str]:
    found = list(dict.fromkeys(ids))
    above = _above(db, found, relation)
    for id in found:  # which grows as we go: level by level, each once
        found += [other for other in above.get(id, ()) if other not in found]
    return found


def _above(
    db: Connection, ids: Sequence[str], relation: str
) -> Mapping[str, list[str]]:
    """What each of ``ids``, and each above them, is directly below."""
    if not ids:
        return {}
    rows = db.rows(
        "WITH RECURSIVE up (below, above) AS ("
        " SELECT subject, object FROM edge"
        f" WHERE relation = ? AND subject IN ({marks(ids)}) UNION"
        " SELECT e.subject, e.object FROM up"
        " JOIN edge e ON e.subject = up.above AND e.relation = ?"
        ") SELECT below, above FROM up ORDER BY below, above",
        relation,
        *ids,
        relation,
    )
    above: dict[str, list[str]] = {}
    for one, other in rows:
        above.setdefault(one, []).append(other)
    return above


def below(db: Connection, object: str, relation: str, limit: int) -> Sequence[Edge]:
    found: dict[str, Edge] = {}
    level = [object]
    for _ in range(_DEEPEST):
        left = limit - len(found)
        if not level or left < 1:
            break
        rows = db.rows(
            f"SELECT {edges.COLUMNS} FROM edge WHERE object IN ({marks(level)})"
            " AND relation = ? ORDER BY object, relation, number LIMIT ?",
            *level,
            relation,
            left,
        )
        new = [e for e in map(edges.of, rows) if e.id not in found]
        found.update({e.id: e for e in new})
        level = list(dict.fromkeys(e.subject for e in new if e.subject != object))
    return [edge for edge in found.values() if edge.subject != object]
