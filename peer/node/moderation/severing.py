"""What a block takes apart: who follows whom across it, and places they had here.

Each by an activity.  A server can make people up, and have them take all places of
what is free: blocked, it has none, and whoever waits for one gets it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from peer.model.query import BadCursor
from peer.model.reading import Read
from peer.node.moderation import blocks
from peer.node.moderation.blocks import Blocklist
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol import moment
from peer.protocol.origin import same_origin
from peer.protocol.thing import Edge, Thing
from store.interface import Transaction

_TIES = ("follows", "requested")
#: Who waits first: else a place that is free again were theirs.
_PLACES = ("waits", "attending")
_PAGE = 500
_GONE = (404, 409, 410)


async def block(node: Node, wanted: Mapping[str, str], by: str) -> int:
    """Block all that is ``wanted``, with reasons; how many were not blocked before.

    What there was with them is ended before the block holds, so that they are told;
    whoever comes in between is not.
    """
    await sever(node, wanted)
    names, count = list(wanted), 0
    for start in range(0, len(names), _PAGE):
        some = {name: wanted[name] for name in names[start : start + _PAGE]}
        count += await node.store.transact(partial(_block, some, by, node.now()))
    await sever(node, wanted)
    return count


def _block(some: Mapping[str, str], by: str, now: datetime, tx: Transaction) -> int:
    done = [blocks.block(tx, what, by, why, now) for what, why in some.items()]
    return sum(done)


async def sever(node: Node, whats: Iterable[str]) -> int:
    """Nobody here has anything to do with any of these; how many were parted."""
    holds = Blocklist(frozenset(whats)).holds
    count = 0
    for edge in [*await ties(node, holds), *await places(node, holds)]:
        try:
            await node.publish(node.site, _parting(edge, node.base))
        except Refused as refused:
            if refused.status not in _GONE:
                raise
            continue  # one of the two was quicker
        count += 1
    return count


def _parting(edge: Edge, base: str) -> Ask:
    """Who follows one of ours is rejected; whom one of ours follows, not any more."""
    if same_origin(edge.subject, base):
        return Ask("Undo", id=edge.activity, voice=edge.subject)
    return Ask("Reject", id=edge.activity)


async def ties(node: Node, holds: Callable[[str], bool]) -> Sequence[Edge]:
    """Edges of following between ours and those of whom ``holds`` says so."""
    found: dict[str, Edge] = {}
    for relation in _TIES:
        async for edges in _pages(node, relation):
            kept = (e for e in edges if holds(e.subject) or holds(e.object))
            found.update({edge.id: edge for edge in kept})
    return list(found.values())


async def places(node: Node, holds: Callable[[str], bool]) -> Sequence[Edge]:
    """Places here, at what is still to be, of those of whom ``holds`` says so."""
    found: dict[str, Edge] = {}
    for relation in _PLACES:
        async for edges in _pages(node, relation):
            ours = (e for e in edges if same_origin(e.object, node.base))
            found.update({edge.id: edge for edge in ours if holds(edge.subject)})
    events, now = {edge.object for edge in found.values()}, node.now()
    known = await node.store.read(lambda read: read.many(events))
    left = {id for id, event in known.items() if not _is_over(event, now)}
    return [edge for edge in found.values() if edge.object in left]


def _is_over(event: Thing, now: datetime) -> bool:
    end = event.get("endTime") or event.get("startTime")
    return bool(event.deleted) or (end is not None and moment.read(end) < now)


async def _pages(node: Node, relation: str) -> AsyncIterator[Sequence[Edge]]:
    """All edges of a kind, a page at a time: others are served in between."""
    before: str | None = None
    while True:
        try:
            edges = await node.store.read(partial(_page, relation, before))
        except BadCursor:
            before = None  # it was taken back meanwhile: once more from the start
            continue
        yield edges
        if len(edges) < _PAGE:
            return
        before = edges[-1].id


def _page(relation: str, before: str | None, read: Read) -> Sequence[Edge]:
    return read.edges(relation=relation, limit=_PAGE, before=before)
