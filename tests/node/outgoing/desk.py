"""A deliverer at work: what it loads from, and short ways into its queue."""

from __future__ import annotations

import json

from peer.node.outgoing.deliver import Deliverer
from peer.node.outgoing.outcomes import Counts
from peer.node.outgoing.parcel import Packing
from peer.node.outgoing.sending import Sending
from peer.protocol.moment import wire

BASE = "https://test.example"
ADA = f"{BASE}/people/ada"


class Desk:
    def __init__(self, store, line, reach, clock, signer) -> None:
        self.store, self.line, self.reach, self.clock = store, line, reach, clock
        self.bodies: dict[str, bytes] = {}
        self.keys = {ADA: signer}
        self.loaded: list[str] = []
        self.deliverer = self.another()

    def another(self, worker: str = "one", **told) -> Deliverer:
        async def body_of(activity):
            self.loaded.append(activity)
            return self.bodies.get(activity)

        async def key_of(sender):
            return self.keys.get(sender)

        packing = Packing(self.reach, body_of, key_of)
        sending = Sending(self.line, chance=lambda: 0.5, **told)
        return Deliverer(self.store, sending, packing, worker)

    async def post(self, name, *inboxes, about="note", sender=ADA) -> str:
        """Enqueue an activity called ``name`` for ``inboxes``."""
        id = f"{BASE}/activities/{name}"
        told = {"id": id, "type": "Update", "object": {"id": f"{BASE}/{about}"}}
        self.bodies[id] = json.dumps(told).encode()
        due = wire(self.clock())

        def work(tx):
            for inbox in inboxes:
                tx.enqueue(id, sender, inbox, due, about=about)

        await self.store.transact(work)
        return id

    async def drain(self) -> None:
        await self.deliverer.drain()

    async def waiting(self):
        return await self.store.read(lambda read: read.deliveries(limit=1000))

    async def only(self):
        (delivery,) = await self.waiting()
        return delivery

    @property
    def counts(self) -> Counts:
        return self.deliverer.counts
