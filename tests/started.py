"""What the store of a peer holds once it was started: others are filled with it.

Starting one takes a good part of a second, in either kind of store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from peer.node.node import Node
from store.connection import Row

BEGINNING = datetime(2026, 11, 21, 9, tzinfo=UTC)


class Clock:
    """Time as the test tells it; each look is a millisecond later than the last."""

    def __init__(self) -> None:
        self.time = BEGINNING

    def __call__(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time

    def tick(self, **how_much: float) -> None:
        self.time += timedelta(**how_much)


class Tokens:
    """000001, 000002 and so on."""

    def __init__(self) -> None:
        self.given = 0

    def __call__(self) -> str:
        self.given += 1
        return f"{self.given:06}"


@dataclass(frozen=True, slots=True)
class Started:
    """A peer, and how far its store, its clock and its tokens had come."""

    node: Node
    rows: Sequence[tuple[str, Sequence[Row]]]
    time: datetime
    tokens: int

    @classmethod
    async def of(cls, node: Node, clock: Clock, tokens: Tokens) -> Started:
        rows = [each async for each in node.store.everything()]
        tables = groupby(rows, key=lambda each: each[0])
        told = [(table, [row for _, row in each]) for table, each in tables]
        return cls(node, told, clock.time, tokens.given)

    async def goes_on(self, node: Node, clock: Clock, tokens: Tokens) -> None:
        """Have ``node``, with a store that is empty, begin where this one ended."""
        for table, rows in self.rows:
            await node.store.fill(table, rows)
        clock.time = max(clock.time, self.time)
        tokens.given = max(tokens.given, self.tokens)
        await node.keep_up()
