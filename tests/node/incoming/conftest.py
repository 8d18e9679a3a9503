"""A peer that has heard of a few people elsewhere, and what they send it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from peer.node.incoming.inbox import Answer
from peer.node.outbox import Ask
from peer.node.outgoing.line import Budget
from peer.protocol import strict
from peer.protocol.terms import PUBLIC
from peer.protocol.thing import Activity, Thing
from peer.protocol.wire import said
from tests.house import House

MEADOW = "https://meadow.example"
ANA, EVE = f"{MEADOW}/users/ana", "https://evil.example/users/eve"


@dataclass
class Post:
    """Brings the peer what somebody says, as if it had been signed by them."""

    house: House

    async def __call__(self, document: dict[str, Any]) -> Answer:
        inbox, raw = self.house.node.incoming, orjson.dumps(document)
        return await inbox._carry(said.read(strict.read(raw)), Budget(0))

    async def says(self, verb: str, object: Any, by: str = ANA, **more: Any) -> Answer:
        count = len(await self.house.log())
        id = f"{by}/does/{verb}/{count}"
        told = {"id": id, "type": verb, "actor": by, "object": object, **more}
        return await self(told)

    async def knows(self, id: str) -> Thing:
        """Have the peer know the actor ``id``, as though it had looked at them."""
        node = self.house.node
        then = "2026-11-20T00:00:00.000Z"
        values = {
            "name": id.rpartition("/")[2].capitalize(),
            "inbox": f"{id}/inbox",
            "followers": f"{id}/followers",
            "featured": f"{id}/featured",
        }
        actor = Thing(id, "Actor", values, id, then, then)
        view = Activity(f"{id}#seen", "View", f"{node.base}/peer", then, actor)
        await node.store.transact(lambda tx: node.door(tx).carry_out([view], tx))
        return actor


def note(id: str, by: str = ANA, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "type": "Note",
        "attributedTo": by,
        "content": "<p>Good bread.</p>",
        "published": "2026-11-21T08:00:00Z",
        "to": [PUBLIC],
        "cc": [f"{by}/followers"],
        **more,
    }


@pytest.fixture
async def post(node) -> Post:
    brings = Post(node)
    await brings.knows(ANA)
    await brings.knows(EVE)
    return brings


@pytest.fixture
async def bread(node, ada) -> Thing:
    values = {"name": "Bread", "content": "Flour."}
    done = await node.publish(ada, Ask("Create", kind="Post", values=values))
    return done.thing
