"""Rows as they come, made into what they are of."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

from peer.model.reading import Entry
from peer.protocol.thing import Edge, Thing
from store import document, edges, log
from store import things as kept
from store.connection import Row

Rows = AsyncGenerator[Row, None]

THINGS = f"SELECT {kept.COLUMNS} FROM thing ORDER BY id"
EDGES = f"SELECT {edges.COLUMNS} FROM edge ORDER BY number"
ENTRIES = f"SELECT {log.COLUMNS} FROM log ORDER BY seq"
RECORDS = "SELECT space, key, document FROM record ORDER BY space, key"


async def things(rows: Rows) -> AsyncIterator[Thing]:
    async with aclosing(rows):
        async for row in rows:
            yield kept.of(row)


async def every_edge(rows: Rows) -> AsyncIterator[Edge]:
    async with aclosing(rows):
        async for row in rows:
            yield edges.of(row)


async def every_entry(rows: Rows) -> AsyncIterator[Entry]:
    async with aclosing(rows):
        async for row in rows:
            yield log.of(row)


async def every_record(
    rows: Rows,
) -> AsyncIterator[tuple[str, str, Mapping[str, Any]]]:
    async with aclosing(rows):
        async for space, key, told in rows:
            yield space, key, document.read(told)
