"""How fast one post reaches all who follow, beside how fast this machine can sign.

Each follower is on a server of its own: nothing is shared, and each delivery takes a
signature and a connection.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from peer.cli.measuring.beside import beside
from peer.cli.measuring.figures import Figure, ratio
from peer.cli.running import keep_what_is_there, opened
from peer.config import Config
from peer.model.indexing import index_elsewhere
from peer.node.keys import settle_keys
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.node.outgoing import office
from peer.node.outgoing.deliver import Deliverer
from peer.node.outgoing.pen import Dialect, Pen, Signer
from peer.protocol.moment import wire
from peer.protocol.signature import Message
from peer.protocol.thing import Edge, Thing
from store.interface import Transaction

_SIGNATURES = 4000
_THEN = wire(datetime(2026, 1, 1, tzinfo=UTC))
_PATIENCE = 60.0


async def fanout(
    environ: Mapping[str, str], counts: tuple[int, ...]
) -> AsyncIterator[Figure]:
    async with beside("counting") as sink:
        port = sink.port
        allowed = frozenset(_host(n, port) for n in range(max(counts)))
        config = replace(Config.of(environ), dev_allow=allowed)
        async with opened(config) as node, office.opened(node) as outgoing:
            signing = await _signing(node)
            yield Figure("RSA signatures, all cores", signing.rate, "/s")
            keep_what_is_there()  # as whoever serves does
            there = 0
            for count in counts:
                await _followed(node, range(there, count), port)
                there = count
                for again in ("", ", again"):
                    began = time.perf_counter()
                    await _post(node)
                    yield _committed(count, time.perf_counter() - began)
                    yield await _drained(outgoing.deliverer, signing, again)


async def _drained(deliverer: Deliverer, signing: _Signing, again: str) -> Figure:
    """How fast all of it goes; to the same hosts ``again`` while some are connected."""
    before, began, spent = deliverer.counts.delivered, time.perf_counter(), _spent()
    async with asyncio.timeout(_PATIENCE):
        await deliverer.drain()
    delivered = deliverer.counts.delivered - before
    rate = delivered / (time.perf_counter() - began)
    by_processor = ratio(signing.spent, (_spent() - spent) / delivered, "by processor")
    share = f"{ratio(rate, signing.rate, 'signatures')}, {by_processor} time"
    return Figure(f"deliveries to {delivered:,} hosts{again}", rate, "/s", share)


@dataclass(frozen=True, slots=True)
class _Signing:
    """Signatures a second, and processor seconds for each."""

    rate: float
    spent: float


def _spent() -> float:
    return time.process_time()


def _committed(count: int, seconds: float) -> Figure:
    return Figure(f"a post for {count:,} hosts, committed", seconds * 1000, "ms")


async def _signing(node: Node) -> _Signing:
    """How fast it goes where nothing else is done."""
    keys = await settle_keys(node.store, f"{node.base}/actor")
    signer, now = Signer(keys.rsa_id, keys.rsa), node.now()
    headers = {"host": "h.localhost", "content-type": "application/activity+json"}
    message = Message("POST", "/inbox", "http://h.localhost", headers, b"{}" * 500)
    with Pen() as pen:
        began, spent = time.perf_counter(), _spent()
        await asyncio.gather(
            *(
                pen.signed(message, signer, Dialect.CAVAGE, now)
                for _ in range(_SIGNATURES)
            )
        )
        rate = _SIGNATURES / (time.perf_counter() - began)
        return _Signing(rate, (_spent() - spent) / _SIGNATURES)


async def _followed(node: Node, numbers: range, port: int) -> None:
    await node.store.transact(partial(_follow, node, numbers, port))


def _follow(node: Node, numbers: range, port: int, tx: Transaction) -> None:
    kind = node.lexicon.types["Actor"]
    whom = f"{node.base}/actor"
    for n in numbers:
        base = f"http://{_host(n, port)}"
        id = f"{base}/users/ana"
        values = {"name": "Ana", "inbox": f"{id}/inbox", "sharedInbox": f"{base}/inbox"}
        actor = Thing(id, "Actor", values, id, _THEN, _THEN)
        tx.put(actor, index_elsewhere(kind, actor))
        tx.relate(Edge(f"{id}#f", id, "follows", whom, id, _THEN, f"{id}#follow"))


def _host(n: int, port: int) -> str:
    return f"h{n}.localhost:{port}"


async def _post(node: Node) -> None:
    values = {"name": "For all", "content": "Flour, water, *salt*. " * 50}
    await node.publish(node.site, Ask("Create", kind="Post", values=values))
