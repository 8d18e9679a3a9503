"""The log is enough: played into an empty store, it gives the same things and edges."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from peer.model.lexicon import Lexicon
from peer.model.reading import Entry
from peer.node import vocabulary
from peer.node.door import Door
from peer.node.node import Node
from peer.protocol.thing import Activity
from store import open_store
from store.interface import Store, Transaction


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was replayed, and the ids of what came out otherwise."""

    activities: int
    things: int
    edges: int
    different: Sequence[str]


async def replayed(node: Node) -> Comparison:
    """Play the log of ``node`` into a store of its own, and compare."""
    with TemporaryDirectory(prefix="sx-replay-") as folder:
        url = f"sqlite:///{Path(folder) / 'replay.db'}"
        async with open_store(url) as empty:
            count = await play(node, node.store.every_entry(), empty)
            things = await _told(node.store.things()), await _told(empty.things())
            edges = (
                await _told(node.store.every_edge()),
                await _told(empty.every_edge()),
            )
    different = [*_differing(*things), *_differing(*edges)]
    return Comparison(count, len(things[0]), len(edges[0]), different)


async def play(node: Node, entries: AsyncIterator[Entry], empty: Store) -> int:
    """Carry ``entries`` out again, in ``empty``; how many there were."""
    lexicon = Lexicon({name: written.type for name, written in node.written.items()})
    count = 0
    together: list[Activity] = []
    async for entry in entries:
        count += 1
        if together and not _one_batch(together[0], entry.activity):
            lexicon = await _carry(node, lexicon, together, empty)
            together = []
        together.append(entry.activity)
    await _carry(node, lexicon, together, empty)
    return count


def _one_batch(one: Activity, next: Activity) -> bool:
    """Were these asked for together?  Then all are saved before any fires."""
    if one.is_received or next.is_received:
        return False  # they come one by one, if in the same moment
    return (one.actor, one.published) == (next.actor, next.published)


async def _carry(
    node: Node, lexicon: Lexicon, activities: Sequence[Activity], empty: Store
) -> Lexicon:
    def work(tx: Transaction) -> Lexicon:
        door = Door(lexicon, node.behaviors, node.base, is_first=False)
        door.carry_out(activities, tx)
        if not any(vocabulary.changes(activity) for activity in activities):
            return lexicon
        return Lexicon({**lexicon.declared, **vocabulary.load(tx).declared})

    return await empty.transact(work)


async def _told(stream: AsyncIterator[Any]) -> dict[str, Any]:
    return {each.id: each.document() async for each in stream}


def _differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return sorted(id for id in {*one, *other} if one.get(id) != other.get(id))
