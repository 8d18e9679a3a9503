"""Looking at what has to be known before anything can be done about what was said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from peer.node import evidence
from peer.node.incoming.farewells import Farewells
from peer.node.incoming.meaning import Looked, Need, departed, mark_of, unreached
from peer.node.incoming.strangers import Strangers
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import Failure, Gone, NotFetched
from peer.node.refusal import Refused
from peer.protocol.origin import NotTheirs, same
from peer.protocol.proof import BadProof
from peer.protocol.wire.loose import Document, Unreadable, id_of

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

_NOT_HAD = (NotFetched, NotTheirs, Unreadable, Refused, BadProof)


@dataclass(frozen=True, slots=True)
class Looking:
    node: Node
    strangers: Strangers
    farewells: Farewells

    async def at(self, need: Need, looked: Looked, budget: Budget) -> Looked:
        """What is known then.

        What cannot be had stays unknown: that is for who asks again to judge.
        """
        for id in need.ids:
            looked = await self._at_thing(id, need, looked, budget)
        for id in need.documents:
            looked = await self._at_document(id, looked, budget)
        if need.proof is not None:
            looked = await self._at_proof(need.proof, looked, budget)
        return looked

    async def _at_thing(
        self, id: str, need: Need, looked: Looked, budget: Budget
    ) -> Looked:
        try:
            await self.strangers.thing(id, budget, fresh=need.fresh)
        except Gone:
            await self.farewells.forget(id)
            return looked.at(id, departed(id))
        except _NOT_HAD as wrong:
            return _missed(looked, id, wrong)
        return looked.at(id)

    async def _at_document(self, id: str, looked: Looked, budget: Budget) -> Looked:
        try:
            found = await self.strangers.fetch(id, budget, fresh=True)
        except _NOT_HAD as wrong:
            return _missed(looked, id, wrong)
        if not same(id_of(dict(found)), id):
            return looked.at(id)
        return replace(looked.at(id), documents={**looked.documents, id: dict(found)})

    async def _at_proof(
        self, document: Document, looked: Looked, budget: Budget
    ) -> Looked:
        mark = mark_of(document)
        try:
            signer = await evidence.signer(self.node, document, budget)
        except _NOT_HAD as wrong:
            return _missed(looked, mark, wrong)
        return replace(
            looked.at(mark), proven={**looked.proven, mark: evidence.noted(signer)}
        )


def _missed(looked: Looked, id: str, wrong: Exception) -> Looked:
    """Where there was no answer at all, there may be one another time."""
    log.info("inbox.not_had", id=id, reason=str(wrong))
    if isinstance(wrong, Failure):
        return looked.at(id, unreached(id))
    return looked.at(id, departed(id)) if isinstance(wrong, Gone) else looked.at(id)
