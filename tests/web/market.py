"""Something to buy, without a second peer: as though another server had said so."""

from __future__ import annotations

from typing import Any

from peer.model.indexing import index_elsewhere
from peer.node.outbox import Ask
from peer.protocol.cid import cid
from peer.protocol.thing import PUBLIC, Edge, Thing
from tests.web.conftest import Peer

SHOP = "http://shop.example"
LONG_AGO = "2026-11-01T09:00:00.000Z"
TEN = {"amount": 1000, "currency": "GBP"}


async def scheduled(peer: Peer, **values: Any) -> str:
    """An event of this peer, with tickets."""
    told = {
        "name": "Summer Gig",
        "startTime": "2031-07-12T19:00:00+01:00",
        "timezone": "Europe/London",
        "location": {"name": "The Old Bakery"},
        "joinMode": "external",
        **values,
    }
    done = await peer.node.publish(
        peer.node.site, Ask("Create", kind="Event", values=told)
    )
    assert done is not None
    return done.object.id


async def ticket(
    peer: Peer, event: str, name: str = "Standard", shop: str = SHOP, **values: Any
) -> str:
    """A ticket of ``shop`` for ``event``, to which whoever keeps the event agrees."""
    id = f"{shop}/tickets/{name.lower()}"
    told = {"name": name, "price": TEN, "quantity": 50, **values}
    desk, mark = f"{shop}/actor", cid([shop, name])[-12:]
    thing = Thing(id, "Ticket", told, desk, LONG_AGO, LONG_AGO, PUBLIC)
    sells = f"{shop}/edges/{name.lower()}"
    edges = [
        Edge(sells, id, "sellsTicketsFor", event, desk, LONG_AGO, f"{shop}/1"),
        Edge(
            f"{peer.base}/edges/{mark}",
            event,
            "consents",
            sells,
            f"{peer.base}/actor",
            LONG_AGO,
            f"{peer.base}/activities/yes-{mark}",
        ),
    ]
    kind = peer.node.lexicon.types["Ticket"]

    def work(tx: Any) -> None:
        tx.put(thing, index_elsewhere(kind, thing))
        for edge in edges:
            tx.relate(edge)

    await peer.node.store.transact(work)
    return id


async def made(peer: Peer, kind: str, **values: Any) -> str:
    """A thing of the peer's own."""
    done = await peer.node.publish(
        peer.node.site, Ask("Create", kind=kind, values=values)
    )
    assert done is not None
    return done.object.id


async def jam(shop: Peer, **values: Any) -> str:
    told = {"name": "Rose jam", "price": {"amount": 600, "currency": "GBP"}, "stock": 4}
    return await made(shop, "Product", **{**told, **values})
