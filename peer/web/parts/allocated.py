"""The posts that calendars have agreed to or gathered, read for many at once.

They are drawn from the copies that are kept here: nobody is asked for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from peer.model.consent import ALLOCATED, GATHERS, asked_end, mutual, other_end
from peer.model.reading import Read
from peer.protocol.thing import PUBLIC, Thing

__all__ = ["ALLOCATED", "allocated"]


def allocated(read: Read, calendars: Iterable[str]) -> Mapping[str, Sequence[Thing]]:
    """By calendar, the posts that are allocated to it, the newest allocation first."""
    ids = list(calendars)
    edges = [*read.edges_into(ids, [ALLOCATED]), *read.edges_from(ids, [GATHERS])]
    standing = mutual(edges, read)
    known = read.many(sorted({other_end(edge) for edge in standing}))
    found: dict[str, dict[str, Thing]] = {}
    for edge in sorted(standing, key=lambda each: each.since, reverse=True):
        post = known.get(other_end(edge))
        if post and not post.deleted and post.audience == PUBLIC:
            found.setdefault(asked_end(edge), {}).setdefault(post.id, post)
    return {id: list(posts.values()) for id, posts in found.items()}
