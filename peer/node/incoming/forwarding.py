"""What one server hands over for another, in and out.

In, it is believed for its proof, or not at all: then its origin is asked.  Out, only
what the specification asks for: an answer to something of ours, to those who follow
the one that it answers (ActivityPub 7.1.2), byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from peer.model.reading import Read
from peer.node.incoming.farewells import Farewells
from peer.node.incoming.keyring import Keyring
from peer.node.incoming.strangers import Strangers
from peer.node.outgoing.line import Budget
from peer.node.outgoing.saying import LARGEST
from peer.node.outgoing.unfetched import Gone, NotFetched
from peer.node.refusal import Refused
from peer.node.telling.addressing import Addressed, Inboxes
from peer.node.telling.things import voice
from peer.protocol import proof
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs, same, same_origin
from peer.protocol.signature import Message
from peer.protocol.thing import PUBLIC
from peer.protocol.wire.loose import Unreadable, id_of
from peer.protocol.wire.said import Said
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

_RAW = "raw"
_KEPT = timedelta(days=15)
_FOLLOWERS = "/followers"
_ABOUT_A_THING = frozenset(("Announce", "Create", "Update"))


@dataclass(frozen=True, slots=True)
class Forwarding:
    node: Node
    strangers: Strangers
    keyring: Keyring
    farewells: Farewells

    # -- in --------------------------------------------------------------------------

    async def is_proven(self, told: Said, budget: Budget) -> bool:
        """Has it a proof of its actor's own?"""
        method = proof.method_of(told.raw)
        if method is None:
            return False
        try:
            held = await self.keyring.ask(method, budget, proving=True)
            if not same(held.owner, told.actor):
                return False
            proof.check(told.raw, held.key, self.node.now())
        except (proof.BadProof, NotTheirs, NotFetched, Unreadable) as wrong:
            log.info("inbox.unproven", actor=told.actor, reason=str(wrong))
            return False
        return True

    async def looked_up(self, told: Said, budget: Budget) -> str:
        """What it is about, as its own server has it; nothing of the copy is used."""
        id = told.object_id
        if id is None or same_origin(id, self.node.base):
            return "handed over by another server, without a proof"
        wanted = await self.node.store.read(lambda read: self._is_wanted(told, read))
        if not wanted:
            return "handed over by another server, and of nobody's concern here"
        try:
            await self.strangers.thing(id, budget, fresh=True)
        except Gone:
            await self.farewells.forget(id)
            return "its own server says that it is gone"
        except (NotFetched, Unreadable, Refused) as wrong:
            return f"its own server does not confirm it: {wrong}"
        return "looked at where it comes from"

    def _is_wanted(self, told: Said, read: Read) -> bool:
        known = read.get(told.object_id or "")
        if known is not None:
            return not known.deleted
        object = told.object
        if told.type not in _ABOUT_A_THING or not isinstance(object, dict):
            return False
        answered = id_of(object.get("inReplyTo"))
        return answered is not None and read.get(answered) is not None

    # -- out -------------------------------------------------------------------------

    async def after(self, told: Said, message: Message, *, done: bool) -> None:
        """Send it on, if it was new, answers ours, and is for those who follow us."""
        if not done:
            return
        named = [id for id in (*told.to, *told.cc) if id.endswith(_FOLLOWERS)]
        ours = [id for id in named if same_origin(id, self.node.base)]
        provable = "signature" in told.raw or proof.method_of(told.raw) is not None
        is_short = len(message.body) <= LARGEST
        if not (ours and provable and is_short and told.id is not None):
            return
        id, now = told.id, self.node.now()
        body = message.body.decode()

        def work(tx: Transaction) -> int:
            answered = self._answered(told, tx)
            known = [c for c in ours if c.removesuffix(_FOLLOWERS) in answered]
            rows = [
                (id, c.removesuffix(_FOLLOWERS), inbox, wire(now), id)
                for c in known
                for inbox in Inboxes(tx, self.node.base).of(Addressed("", (c,)))
                if not same_origin(inbox, told.actor)
            ]
            if rows:
                tx.keep(_RAW, id, {"body": body}, wire(now + _KEPT))
                tx.enqueue_all(rows)
            return len(rows)

        if await self.node.store.transact(work) and self.node.outgoing is not None:
            self.node.outgoing.wake()

    def _answered(self, told: Said, read: Read) -> set[str]:
        """Whose words it answers, of ours: of those who want to hear of it."""
        edges = read.edges(subject=told.object_id or "", relation="inReplyTo", limit=5)
        ours = [e.object for e in edges if same_origin(e.object, self.node.base)]
        public = [t for t in read.many(ours).values() if t.audience == PUBLIC]
        found = {id for thing in public for id in (thing.owner, voice(thing, read))}
        return {id for id in found if not _blocks(id, told.actor, read)}


def _blocks(one: str, other: str, read: Read) -> bool:
    return bool(read.edges(subject=one, relation="blocks", object=other, limit=1))
