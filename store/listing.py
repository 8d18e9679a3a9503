"""Listings: which things, in which order, and from which end they are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from peer.model.query import Page, Query, Where
from peer.protocol.thing import PUBLIC, Thing
from store.connection import Connection, Param, marks
from store.paging import Walk, Wanted, pages
from store.things import TITLE
from store.words import SORTED

#: Up to so many things are all looked at and sorted.  Where no condition is as
#: narrow as that, a walk in order meets enough that fulfil them.
_FEW = 2000

_OPERATORS = ("=", ">=", "<=", "<", ">")


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """A condition: the ids (``thing``) of all that fulfil it, or: does ``f``?

    ``|| ''`` hides a column from the planners.  Until PostgreSQL has looked at a
    table it takes any index for as good as any other, and would go through all
    that fulfil the condition again for each thing on the way.  Once it has, it
    takes what is hidden for rare, and would first find all those that fulfil the
    condition; ``OFFSET`` keeps it from turning the question round.
    """

    ids: str
    params: tuple[Param, ...]
    holds: str
    about: tuple[Param, ...]


def find(db: Connection, query: Query) -> Page[Thing]:
    return finds(db, [query])[0]


def finds(db: Connection, queries: Sequence[Query]) -> Sequence[Page[Thing]]:
    """The same for several, in as many steps as for one."""
    known = () if all(query.kinds for query in queries) else kinds_known(db)
    asked = [replace(query, kinds=query.kinds or known) for query in queries]
    narrowings = [_narrowings(query) if _can_be(query) else [] for query in asked]
    narrowest = _narrowest(db, narrowings)
    told = zip(asked, narrowings, narrowest, strict=True)
    wanted = [
        Wanted(_walks(query, some, one), query.order, query.cursor, query.limit)
        for query, some, one in told
    ]
    return pages(db, wanted)


def _can_be(query: Query) -> bool:
    return bool(query.kinds and query.audiences)


def _walks(
    query: Query, narrowings: Sequence[_Narrowing], narrowest: _Narrowing | None
) -> Sequence[Walk]:
    if not _can_be(query):
        return []
    kinds, term = query.kinds, query.order.removeprefix("-")
    ranges = [where for where in query.where if where.term == term]
    if narrowest is None:
        return [
            _along(kind, audience, term, ranges, narrowings)
            for kind in dict.fromkeys(kinds)
            for audience in dict.fromkeys(query.audiences)
        ]
    rest = [each for each in narrowings if each is not narrowest]
    return [_among(narrowest, kinds, query.audiences, term, ranges, rest)]


def kinds_known(db: Connection) -> tuple[str, ...]:
    """The kinds of things there are: one step of the index each."""
    rows = db.rows(
        "WITH RECURSIVE known (kind) AS ("
        " SELECT min(kind) FROM facet UNION ALL"
        " SELECT (SELECT min(f.kind) FROM facet f WHERE f.kind > known.kind)"
        " FROM known WHERE known.kind IS NOT NULL"
        ") SELECT kind FROM known WHERE kind IS NOT NULL"
    )
    return tuple(kind for (kind,) in rows)


def count(db: Connection, kinds: Sequence[str], owner: str | None) -> int:
    """How many everybody may read; of an owner, of each kind, along an index."""
    if not kinds:
        return 0
    whose = "" if owner is None else " JOIN thing t ON t.id = f.thing AND t.owner = ?"
    [(found,)] = db.rows(
        f"SELECT count(*) FROM facet f{whose}"
        f" WHERE f.kind IN ({marks(kinds)}) AND f.audience = ? AND f.term = ?",
        *(() if owner is None else (owner,)),
        *kinds,
        PUBLIC,
        TITLE,
    )
    return int(found)


def _narrowings(query: Query) -> list[_Narrowing]:
    found = []
    term = query.order.removeprefix("-")
    if query.related is not None:
        found.append(_related(*query.related))
    if query.owner is not None:
        found.append(_owned(query.owner))
    for where in query.where:
        if where.term != term:
            found.append(_whose(where, query.kinds, query.audiences))
    return found


def _related(relation: str, other: str) -> _Narrowing:
    if relation.startswith("~"):
        ids = "SELECT object AS thing FROM edge WHERE relation = ? AND subject = ?"
        one = "e.subject = ? AND e.object = f.thing"
    else:
        ids = "SELECT subject AS thing FROM edge WHERE relation = ? AND object = ?"
        one = "e.object || '' = ? AND e.subject = f.thing"
    params = (relation.removeprefix("~"), other)
    holds = _exists(f"edge e WHERE e.relation = ? AND {one}")
    return _Narrowing(ids, params, holds, params)


def _owned(owner: str) -> _Narrowing:
    return _Narrowing(
        "SELECT id AS thing FROM thing WHERE owner = ?",
        (owner,),
        _exists("thing t WHERE t.id = f.thing AND t.owner || '' = ?"),
        (owner,),
    )


def _whose(where: Where, kinds: Sequence[str], audiences: Sequence[str]) -> _Narrowing:
    compared = f"term = ? AND value {_compared(where)}"
    about = (where.term, where.key[:SORTED])
    return _Narrowing(
        f"SELECT thing FROM facet WHERE kind IN ({marks(kinds)})"
        f" AND audience IN ({marks(audiences)}) AND {compared}",
        (*kinds, *audiences, *about),
        _exists(f"facet w WHERE w.thing = f.thing AND {compared}"),
        about,
    )


def _exists(which: str) -> str:
    return f"EXISTS (SELECT 1 FROM {which} LIMIT 1 OFFSET 0)"


def _compared(where: Where) -> str:
    """No value at all, which is an empty key, compares with nothing.

    That is only said where it has to be: SQLite would rather walk along all
    that is more than nothing than go to the one that is equal.
    """
    if where.op not in _OPERATORS:
        raise ValueError(f"{where.op!r} is no way to compare")
    might_be_none = where.op in ("<", "<=") or not where.key
    return f"{where.op} ? AND value > ''" if might_be_none else f"{where.op} ?"


def _narrowest(
    db: Connection, narrowings: Sequence[Sequence[_Narrowing]]
) -> Sequence[_Narrowing | None]:
    """Of each, the condition that the fewest things fulfil, if they are few."""
    all_of_them = [each for some in narrowings for each in some]
    if not all_of_them:
        return [None] * len(narrowings)
    counted = ", ".join(
        f"(SELECT count(*) FROM (SELECT 1 FROM ({n.ids}) AS n LIMIT {_FEW}) AS met)"
        for n in all_of_them
    )
    [counts] = db.rows(
        f"SELECT {counted}", *(param for n in all_of_them for param in n.params)
    )
    left = iter(counts)
    return [_fewest([(next(left), each) for each in some]) for some in narrowings]


def _fewest(counted: Sequence[tuple[int, _Narrowing]]) -> _Narrowing | None:
    count, narrowing = min(counted, key=lambda each: each[0], default=(_FEW, None))
    return narrowing if count < _FEW else None


def _along(
    kind: str,
    audience: str,
    term: str,
    ranges: Sequence[Where],
    narrowings: Sequence[_Narrowing],
) -> Walk:
    """Along the order, looking at each whether it fulfils the conditions."""
    where, params = _conditions(ranges, narrowings)
    return Walk(
        " AND ".join(["f.kind = ?", "f.audience = ?", "f.term = ?", *where]),
        (kind, audience, term, *params),
    )


def _among(
    few: _Narrowing,
    kinds: Sequence[str],
    audiences: Sequence[str],
    term: str,
    ranges: Sequence[Where],
    rest: Sequence[_Narrowing],
) -> Walk:
    """Among the few that fulfil one condition, to be put in order.

    SQLite keeps to the order of a CROSS JOIN; PostgreSQL decides by itself.
    """
    where, params = _conditions(ranges, rest)
    kind, audience = f"IN ({marks(kinds)})", f"IN ({marks(audiences)})"
    of = [f"f.kind || '' {kind}", f"f.audience || '' {audience}"]
    return Walk(
        " AND ".join(["f.thing = few.thing", "f.term = ?", *of, *where]),
        (*few.params, term, *kinds, *audiences, *params),
        source=f"(SELECT DISTINCT thing FROM ({few.ids}) AS n) AS few"
        " CROSS JOIN facet f",
    )


def _conditions(
    ranges: Sequence[Where], narrowings: Sequence[_Narrowing]
) -> tuple[list[str], list[Param]]:
    where = [f"f.value {_compared(each)}" for each in ranges]
    params: list[Param] = [each.key[:SORTED] for each in ranges]
    for narrowing in narrowings:
        where.append(narrowing.holds)
        params += narrowing.about
    return where, params
