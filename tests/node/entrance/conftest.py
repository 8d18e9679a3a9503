"""The door of an event whose tickets another server's shop sells."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from peer.model.permission import Viewer
from peer.node.entrance import desks, letting_in
from peer.node.entrance.letting_in import Scan, Verdict
from peer.node.entrance.stewards import Keeper
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.protocol import credential
from peer.protocol.credential import Slip, code_of, mark_of
from peer.protocol.keys import multikey
from peer.protocol.thing import DRAFT, Activity, Edge, Thing

SHOP = "https://shop.example"
DESK = f"{SHOP}/actor"
EARLIER = "2026-11-20T10:00:00.000Z"


def actor(key: Ed25519PrivateKey, name: str = "ed25519-key") -> dict[str, Any]:
    """The desk as its own server shows it."""
    shown = {
        "id": f"{DESK}#{name}",
        "type": "Multikey",
        "controller": DESK,
        "publicKeyMultibase": multikey(key.public_key()),
    }
    return {"id": DESK, "type": "Organization", "assertionMethod": [shown]}


@dataclass
class Door:
    node: Node
    event: Thing
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    keeper: Keeper = field(default_factory=lambda: Keeper(DESK, "Main door"))
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def seat(self, number: int = 1, **values: Any) -> Thing:
        id = f"{SHOP}/seats/ra-1-{number}"
        told = {
            "code": code_of("nonce", id),
            "name": "Gig, Standard",
            "holder": "Ada",
            "number": number,
            "order": f"{SHOP}/orders/ra-1",
            "event": self.event.id,
            "state": "valid",
            **values,
        }
        return Thing(id, "Seat", told, DESK, EARLIER, EARLIER, DRAFT)

    async def sold(self, number: int = 1, **values: Any) -> Thing:
        """A seat that the shop has told of."""
        seat = self.seat(number, **values)
        await self.see(seat)
        order = f"{seat['order']}#{number}"
        await self.relate(seat.id, "admits", self.event.id)
        await self.relate(self.event.id, "sold", order)
        return seat

    async def see(self, thing: Thing) -> None:
        activity = Activity(
            f"{self.node.base}/activities/{self.event.slug}-seen-{next(self.numbers)}",
            "View",
            f"{self.node.base}/peer",
            EARLIER,
            thing,
        )
        work = self.node.door
        await self.node.store.transact(lambda tx: work(tx).carry_out([activity], tx))

    async def change(self, seat: Thing, **values: Any) -> None:
        """The shop has told that something about it is different."""
        await self.see(replace(seat, values={**seat.values, **values}))

    async def relate(self, subject: str, relation: str, object: str) -> None:
        id = f"{self.node.base}/edges/{self.event.slug}-{next(self.numbers)}"
        edge = Edge(id, subject, relation, object, DESK, EARLIER, f"{id}#a")
        await self.node.store.transact(lambda tx: tx.relate(edge))

    def token(self, seat: Thing, **changed: Any) -> str:
        event, key = changed.pop("event", self.event.id), changed.pop("key", self.key)
        order, _, number = seat.slug.rpartition("-")
        slip = Slip(order, int(number), seat["code"], mark_of(event), 1_795_000_000)
        return credential.token(replace(slip, **changed), DESK, key)

    async def scan(self, text: str = "", **told: Any) -> Verdict:
        id = told.pop("id", f"scan-{next(self.numbers):08}")
        keeper = told.pop("keeper", self.keeper)
        scan = Scan(id, text, **told)
        return await letting_in.let_in(self.node, self.event, scan, keeper)

    async def know_keys(
        self, key: Ed25519PrivateKey, name: str = "ed25519-key"
    ) -> None:
        now = self.node.now()
        told = actor(key, name)
        await self.node.store.transact(lambda tx: desks.keep(tx, DESK, told, now))


@pytest.fixture
async def door(node, owner) -> Door:
    values = {
        "name": "Gig",
        "startTime": "2026-11-21T19:30:00+00:00",
        "joinMode": "external",
    }
    return await opened(node.node, owner, values)


async def opened(node: Node, owner: Viewer, values: dict[str, Any]) -> Door:
    """An event of which the shop was given fifty places to sell."""
    asked = Ask("Create", kind="Event", values=values)
    event = (await node.publish_all(owner, [asked]))[0].thing
    told = {
        "name": "Standard",
        "price": {"amount": 1000, "currency": "GBP"},
        "quantity": 50,
        "event": event.id,
        "shop": DESK,
        "state": "offered",
    }
    ask = Ask("Create", kind="Allotment", values=told)
    made = Door(node, event)
    allotment = (await node.publish_all(owner, [ask]))[0].thing
    await made.relate(event.id, "allots", allotment.id)
    await made.know_keys(made.key)
    return made
