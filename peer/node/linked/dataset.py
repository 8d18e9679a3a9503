"""The public part of a peer as one RDF dataset, some things at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from peer.model.lexicon import Lexicon
from peer.model.rdf import Said
from peer.model.reading import Read
from peer.node.writing.prose import prose
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing
from store.interface import Store

#: So many things are read, and said, before anybody else gets a turn.
_AT_A_TIME = 100


async def said(store: Store, lexicon: Lexicon) -> AsyncIterator[Sequence[Said]]:
    """What this peer says to everybody: its public things and how they are related."""
    batch: list[Thing] = []
    async for thing in store.things():
        if thing.audience != PUBLIC or thing.deleted or thing.kind not in lexicon.types:
            continue
        batch.append(thing)
        if len(batch) == _AT_A_TIME:
            yield await _documents(store, lexicon, batch)
            batch = []
    if batch:
        yield await _documents(store, lexicon, batch)


async def _documents(
    store: Store, lexicon: Lexicon, things: Sequence[Thing]
) -> Sequence[Said]:
    edges = await store.read(lambda read: _edges(read, lexicon, things))
    by_subject: dict[str, list[Edge]] = {}
    for edge in edges:
        by_subject.setdefault(edge.subject, []).append(edge)
    return [
        (
            thing.owner,
            lexicon.wire((thing.kind,)).document(
                thing, lambda text: str(prose(text)), by_subject.get(thing.id, ())
            ),
        )
        for thing in things
    ]


def _edges(read: Read, lexicon: Lexicon, things: Sequence[Thing]) -> Sequence[Edge]:
    """Their edges, but none that would give away what is not public."""
    ids = [thing.id for thing in things]
    edges = read.edges_from(ids, list(lexicon.relations))
    there = read.many({edge.object for edge in edges})
    return [edge for edge in edges if _is_public(edge, there.get(edge.object))]


def _is_public(edge: Edge, other: Thing | None) -> bool:
    if other is None:
        return not same_origin(edge.object, edge.subject)
    return other.audience == PUBLIC and not other.deleted
