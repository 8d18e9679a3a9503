"""The posts that calendars have agreed to or gathered, read for many at once.

They are drawn from the copies that are kept here: nobody is asked for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from peer.model.consent import (
    ALLOCATED,
    ANSWERS,
    GATHERS,
    MUTUAL,
    asked_end,
    is_of_one,
    other_end,
    standing,
    told_apart,
)
from peer.model.reading import Read
from peer.protocol.thing import PUBLIC, Thing

__all__ = ["ALLOCATED", "allocated"]


def allocated(read: Read, calendars: Iterable[str]) -> Mapping[str, Sequence[Thing]]:
    """By calendar, the posts that are allocated to it, the newest allocation first."""
    ids = list(calendars)
    edges, said = told_apart(
        read.edges_among((ids, [GATHERS]), (ids, [ALLOCATED]), ANSWERS)
    )
    known = read.many(sorted({id for e in edges for id in (e.subject, e.object)}))
    mutual = [
        edge
        for edge in edges
        if standing(said.get(edge.id, {}), is_of_one(edge, known)) == MUTUAL
    ]
    found: dict[str, dict[str, Thing]] = {}
    for edge in sorted(mutual, key=lambda each: each.since, reverse=True):
        post = known.get(other_end(edge))
        if post and not post.deleted and post.audience == PUBLIC:
            found.setdefault(asked_end(edge), {}).setdefault(post.id, post)
    return {id: list(posts.values()) for id, posts in found.items()}
