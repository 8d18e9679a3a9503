"""What a thing might be related to: all that is reached downwards from some anchors.

An anchor is a type (or a tag).  Below it are its subtypes, however far down;
what is an instance of one of these, by its kind or by an ``isA`` edge; and what
is a subtype of an instance.  ``isA`` does not chain: an instance of an instance
of a type is not of that type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peer.model.query import Page
from peer.protocol.thing import PUBLIC, Thing
from store.connection import Connection, Param, marks
from store.listing import kinds_known
from store.paging import Walk, page
from store.things import TITLE
from store.words import SORTED, fold, searchable

#: What is below {anchors}, whose instances are things of {kinds}.
_BELOW = """
WITH RECURSIVE class (id) AS (
    SELECT subject FROM edge WHERE relation = 'subtypeOf' AND object IN ({anchors})
    UNION
    SELECT e.subject FROM class c
    JOIN edge e ON e.object = c.id AND e.relation = 'subtypeOf'
), below (id) AS (
    SELECT id FROM class
    UNION
    SELECT subject FROM edge WHERE relation = 'isA' AND object IN ({anchors})
    UNION
    SELECT e.subject FROM class c
    JOIN edge e ON e.object = c.id AND e.relation = 'isA'
    UNION
    SELECT e.subject FROM edge e JOIN thing t ON t.id = e.object
    WHERE e.relation = 'subtypeOf' AND t.kind IN ({kinds})
    UNION
    SELECT e.subject FROM below b
    JOIN edge e ON e.object = b.id AND e.relation = 'subtypeOf'
)
SELECT id FROM below UNION SELECT id FROM thing WHERE id IN ({anchors})
"""

_KINDS = """
WITH RECURSIVE class (id) AS (
    SELECT subject FROM edge WHERE relation = 'subtypeOf' AND object IN ({anchors})
    UNION
    SELECT e.subject FROM class c
    JOIN edge e ON e.object = c.id AND e.relation = 'subtypeOf'
)
SELECT DISTINCT defines FROM thing
WHERE defines IS NOT NULL AND (id IN ({anchors}) OR id IN (SELECT id FROM class))
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """For whom candidates are looked for, and what they would be."""

    subject: str
    relation: str
    words: str = ""

    @property
    def where(self) -> str:
        return (
            "f.thing <> ? AND f.value LIKE ? ESCAPE '~' AND NOT EXISTS ("
            "SELECT 1 FROM edge r"
            " WHERE r.relation = ? AND r.subject = ? AND r.object = f.thing)"
        )

    @property
    def params(self) -> tuple[Param, ...]:
        within = f"%{_literally(fold(searchable(self.words).strip())[:SORTED])}%"
        return (self.subject, within, self.relation, self.subject)


def candidates(
    db: Connection,
    anchors: Sequence[str],
    wanted: Wanted,
    cursor: str | None,
    limit: int,
) -> Page[Thing]:
    kinds = _kinds_of(db, anchors) if anchors else kinds_known(db)
    walks = [
        Walk(
            f"f.kind = ? AND f.audience = ? AND f.term = ? AND {wanted.where}",
            (kind, PUBLIC, TITLE, *wanted.params),
        )
        for kind in kinds
    ]
    if anchors:
        walks.append(_by_edges(anchors, kinds, wanted))
    return page(db, walks, TITLE, cursor, limit)


def _kinds_of(db: Connection, anchors: Sequence[str]) -> Sequence[str]:
    """The kinds whose declarations are among ``anchors`` and their subtypes."""
    sql = _KINDS.format(anchors=marks(anchors))
    return [kind for (kind,) in db.rows(sql, *anchors, *anchors)]


def _by_edges(anchors: Sequence[str], kinds: Sequence[str], wanted: Wanted) -> Walk:
    """Those that edges lead to, and whose kind alone would not.

    Their titles are looked up one by one, in a subquery, because PostgreSQL would
    join from the other end: from all titles.
    """
    below = _BELOW.format(anchors=marks(anchors), kinds=marks(kinds) or "NULL")
    others = f" AND v.kind NOT IN ({marks(kinds)})" if kinds else ""
    title = (
        "SELECT v.value FROM facet v WHERE v.thing = b.id AND v.term = ?"
        f" AND v.audience = ?{others}"
    )
    given = (TITLE, PUBLIC, *kinds, *anchors, *anchors, *kinds, *anchors)
    return Walk(
        wanted.where,
        (*given, *wanted.params),
        source=f"(SELECT b.id AS thing, ({title}) AS value FROM ({below}) AS b) AS f",
    )


def _literally(text: str) -> str:
    """``text`` as a pattern that matches nothing but itself."""
    return text.translate({ord(sign): f"~{sign}" for sign in "~%_"})
