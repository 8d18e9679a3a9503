"""Followers, compared with what their server believes (FEP-8fcf).

A server says by a digest who of ours follows somebody there.  Where that is not what
is known here, their list is asked for, and each of ours is put right, by what they
would do themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from peer.model.reading import Read
from peer.node.incoming.strangers import Strangers
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.node.telling import actors
from peer.node.telling.dispatch import Dispatch
from peer.protocol.cid import cid
from peer.protocol.collection import differs
from peer.protocol.moment import wire
from peer.protocol.origin import same_origin
from peer.protocol.signature import Message
from peer.protocol.thing import Activity, Thing
from peer.protocol.wire import gathered
from peer.protocol.wire.loose import Unreadable, id_of
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

HEADER = "collection-synchronization"
_PATIENCE = timedelta(hours=1)
_ACTORS, _MOST = 1000, 5000


@dataclass(slots=True)
class Synchronizing:
    node: Node
    strangers: Strangers
    _asked: OrderedDict[str, datetime] = field(default_factory=OrderedDict)

    async def url(self, message: Message, actor: str) -> str | None:
        """Where to ask who follows ``actor``, if it is time to and they differ."""
        header = message.headers.get(HEADER)
        if header is None:
            return None
        now, asked = self.node.now(), self._asked.get(actor)
        if asked is not None and now - asked < _PATIENCE:
            return None
        url = await self.node.store.read(
            lambda read: self._differs(header, actor, read)
        )
        if url is not None:
            self._asked[actor] = now
            if len(self._asked) > _ACTORS:
                self._asked.popitem(last=False)
        return url

    def _differs(self, header: str, actor: str, read: Read) -> str | None:
        known = read.get(actor)
        followers = known.get("followers") if known else None
        return differs(header, followers, _fans(actor, read)) if followers else None

    async def put_right(self, actor: str, url: str, budget: Budget) -> None:
        """Ask at ``url``, and have each of ours say there what is true here."""
        try:
            document = await self.strangers.fetch(url, budget, fresh=True)
            told = gathered.read(dict(document))
        except (NotFetched, Unreadable) as wrong:
            log.info("followers.not_had", of=actor, reason=str(wrong))
            return
        if told.first is not None or told.next is not None:
            log.info("followers.not_had", of=actor, reason="it is not the whole list")
            return
        base = self.node.base
        listed = {
            i for each in told.items if (i := id_of(each)) and same_origin(i, base)
        }
        dispatch = Dispatch(base, wire(self.node.now()), self.node.lexicon)
        await self.node.store.transact(
            lambda tx: self._undo(actor, listed, dispatch, tx)
        )
        if dispatch.count and self.node.outgoing is not None:
            self.node.outgoing.wake()

    def _undo(
        self, actor: str, listed: set[str], dispatch: Dispatch, tx: Transaction
    ) -> None:
        """Who is listed and does not follow says so; who is not, no longer follows."""
        dispatch.count = 0
        whom, fans = tx.get(actor), _fans(actor, tx)
        if whom is None:
            return
        lexicon = self.node.lexicon
        for fan in sorted(fans ^ listed):
            if fan in fans or actors.is_public(tx.get(fan), lexicon):
                undo = self._taken_back(fan, whom, tx)
                self.node.door(tx, dispatch).carry_out([undo], tx)

    def _taken_back(self, fan: str, whom: Thing, tx: Transaction) -> Activity:
        node, now = self.node, wire(self.node.now())
        edges = tx.edges(subject=fan, relation="follows", object=whom.id, limit=1)
        asked = tx.activity(edges[0].activity) if edges else None
        if asked is None:
            mark = cid(["Follow", fan, whom.id])[-24:]
            asked = Activity(f"{node.base}/activities/{mark}", "Follow", fan, now, whom)
        id = f"{node.base}/activities/{node.token()}"
        return Activity(id, "Undo", fan, now, asked, {"anyway": True})


def _fans(actor: str, read: Read) -> set[str]:
    edges = read.edges(object=actor, relation="follows", limit=_MOST)
    return {edge.subject for edge in edges}
