"""A store with very much in it: things and edges put straight into the tables.

They do not go through the door, which would take as long as their having
happened; what a page costs does not depend on how they came.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from peer.model.indexing import index_of
from peer.node.node import Node
from peer.protocol import moment
from peer.protocol.thing import Edge, Thing
from store.interface import Transaction

_AT_ONCE = 500
_START = datetime(2027, 1, 1, 19, 30, tzinfo=UTC)
_EDGES = 10  # of each thing, as on a peer that is in use


async def fill(node: Node, until: int, done: Callable[[int], None]) -> None:
    """Events, calendars' edges and likes, ``until`` so many things are there."""
    for first in range(0, until, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, until))
        await node.store.transact(partial(_put, node, numbers))
        done(len(numbers))


def _put(node: Node, numbers: range, tx: Transaction) -> None:
    kind = node.lexicon.types["Event"]
    for n in numbers:
        thing = _event(node, n)
        tx.put(thing, index_of(kind, thing))
        for nth in range(_EDGES - 1):
            who = f"{node.base}/people/{(n * 7 + nth) % 5000}"
            tx.relate(_edge(node, who, "likes", thing.id))
        calendar = f"{node.base}/calendars/main"
        tx.relate(_edge(node, calendar, "scheduled", thing.id))


def _event(node: Node, n: int) -> Thing:
    start = _START + timedelta(minutes=n)
    now = moment.wire(start)
    return Thing(
        id=f"{node.base}/events/filled-{n}",
        kind="Event",
        values={
            "name": f"Evening number {n}",
            "summary": "An evening like many others, and quite unlike any.",
            "startTime": start.isoformat(timespec="seconds"),
            "timezone": "UTC",
            "location": {"name": "The Old Bakery"},
            "joinMode": "free",
            "status": "CONFIRMED",
            "capacity": 60,
        },
        owner=f"{node.base}/actor",
        published=now,
        updated=now,
    )


def _edge(node: Node, subject: str, relation: str, object: str) -> Edge:
    return Edge(
        id=f"{object}#{relation}-{subject.rpartition('/')[2]}",
        subject=subject,
        relation=relation,
        object=object,
        by=subject,
        since=moment.wire(_START),
        activity=f"{object}#filled",
    )
