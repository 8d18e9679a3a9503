"""Who and what is gone from other servers, and is therefore let go of here.

Nobody is believed about this but the server that it was on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from peer.node.incoming.keyring import Keyring
from peer.node.incoming.meaning import Answer
from peer.node.incoming.strangers import Strangers
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import Gone, NotFetched
from peer.protocol.moment import wire
from peer.protocol.thing import Activity
from peer.protocol.wire.said import Said
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node


@dataclass(frozen=True, slots=True)
class Farewells:
    node: Node
    strangers: Strangers
    keyring: Keyring

    async def heard(self, told: Said, budget: Budget) -> Answer:
        """Somebody says that they are gone, and so is their key: their server knows.

        Servers tell everybody they ever heard of; of strangers nothing is asked.
        """
        known = await self.node.store.read(lambda read: read.get(told.actor))
        if known is None or known.deleted or known.kind != "Actor":
            return Answer(202, "nobody here knew them")
        try:
            await self.strangers.fetch(told.actor, budget, fresh=True)
        except Gone:
            await self.forget(told.actor)
            return Answer(202, "they are gone", done=True)
        except NotFetched as wrong:
            return Answer(202, f"not sure that they are gone: {wrong.reason}")
        return Answer(202, "they are still there")

    async def forget(self, id: str) -> None:
        """Let go of ``id``; of an actor, also of all that was theirs."""
        await self.node.store.transact(lambda tx: self._forget(id, tx))

    def _forget(self, id: str, tx: Transaction) -> None:
        node, thing = self.node, tx.get(id)
        self.keyring.forget(id, tx)
        if thing is None or thing.deleted:
            return
        gone = Activity(
            f"{node.base}/activities/{node.token()}",
            "Delete",
            f"{node.base}/peer",
            wire(node.now()),
            thing,
        )
        node.door(tx).carry_out([gone], tx)
