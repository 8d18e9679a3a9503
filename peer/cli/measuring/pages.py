"""What a page costs: server time and questions to the store, as the server says."""

from __future__ import annotations

import re
import statistics
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import ClientSession, TCPConnector

from peer.cli.measuring.figures import Figure
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.web.app import make_app
from peer.web.exchange.serving import Runner, listen

_TIMING = re.compile(r'total;dur=([\d.]+), store;dur=[\d.]+;desc="(\d+) quer')
_TIMES = 40
_TICKETS = 50

#: Where there is an event with as many tickets as that.
EVENT = "/events/with-tickets"


@dataclass(frozen=True, slots=True)
class Cost:
    """The median, in milliseconds of the server, and how many questions."""

    time: float
    queries: int


async def costs(node: Node) -> Mapping[str, Cost]:
    """By name, what the pages cost that are held against a budget."""
    await _event_with_tickets(node)
    pages = {"a listing of 50": "/events", "an event with 50 tickets": EVENT}
    async with _served(node) as session:
        return {name: await _cost(session, path) for name, path in pages.items()}


def compared(few: Mapping[str, Cost], many: Mapping[str, Cost]) -> list[Figure]:
    """The costs with many things in the store, beside those with few."""
    return [
        Figure(
            name,
            cost.time,
            "ms",
            f"{cost.queries} queries; with few things {few[name].time:.2f} ms,"
            f" {few[name].queries} queries",
        )
        for name, cost in many.items()
    ]


async def _event_with_tickets(node: Node) -> None:
    there = await node.store.read(lambda read: read.get(node.base + EVENT))
    if there is not None:
        return
    event = {"name": "With tickets", "startTime": "2027-06-01T19:30:00+00:00"}
    price = {"amount": 1000, "currency": node.domain.currency}
    asks = [Ask("Create", kind="Event", values=event, slug="with-tickets")]
    for n in range(_TICKETS):
        values = {"name": f"Row {n}", "price": price, "quantity": 10}
        asks.append(Ask("Create", kind="Ticket", values=values))
    made = await node.publish_all(node.site, asks)
    edges = [
        Ask(
            "Add",
            subject=t.object.id,
            relation="sellsTicketsFor",
            object=made[0].object.id,
        )
        for t in made[1:]
    ]
    await node.publish_all(node.site, edges)


@asynccontextmanager
async def _served(node: Node) -> AsyncIterator[ClientSession]:
    runner: Runner = await listen(make_app(node), "127.0.0.1", 0)
    port = runner.addresses[0][1]
    headers = {"Host": urlsplit(node.base).netloc, "Accept-Encoding": "identity"}
    try:
        async with ClientSession(
            f"http://127.0.0.1:{port}", headers=headers, connector=TCPConnector(limit=1)
        ) as session:
            yield session
    finally:
        await runner.cleanup()


async def _cost(session: ClientSession, path: str) -> Cost:
    times, queries = [], 0
    for _ in range(_TIMES):
        async with session.get(path) as answer:
            answer.raise_for_status()
            await answer.read()
            found = _TIMING.search(answer.headers["Server-Timing"])
            assert found, answer.headers["Server-Timing"]
            times.append(float(found[1]))
            queries = int(found[2])
    return Cost(statistics.median(times), queries)
