"""Who sent a request: the signature read, its key found, and the two compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from peer.node.incoming.keyring import Held, Keyring
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import Failure
from peer.protocol import cavage, rfc9421
from peer.protocol.signature import BadSignature, Claim, Message

if TYPE_CHECKING:
    from peer.node.node import Node


@dataclass(slots=True)
class Authentic:
    node: Node
    keyring: Keyring

    def claim(self, message: Message) -> Claim:
        """What the signature says; BadSignature where it says nothing."""
        now = self.node.now()
        if "signature-input" in message.headers:
            return rfc9421.claim(message, now)
        return cavage.claim(message, now)

    async def known(self, claim: Claim) -> Held | None:
        """The key that it names, if it is known here and has made it."""
        held = self.keyring.remembered(claim.key_id)
        if held is None:
            find = partial(self.keyring.held, claim.key_id)
            held = await self.node.store.read(find)
        if held is None or self.keyring.is_stale(held) or not claim.holds(held.key):
            return None
        return held

    async def signer(self, claim: Claim, budget: Budget) -> str:
        """The actor who signed; asked of their server where what is known fails.

        BadSignature, NotTheirs or NotFetched say why it was nobody.
        """
        key_id = claim.key_id
        held = await self.node.store.read(lambda r: self.keyring.held(key_id, r))
        if held is not None and claim.holds(held.key):
            return await self._confirmed(claim, held, budget)
        if held is not None and not self.keyring.may_ask_again(key_id):
            raise BadSignature("the key that it names did not make this signature")
        held = await self.keyring.ask(key_id, budget, fresh=held is not None)
        if not claim.holds(held.key):
            raise BadSignature("the key that it names did not make this signature")
        return held.owner

    async def _confirmed(self, claim: Claim, held: Held, budget: Budget) -> str:
        """A key is asked for again from time to time, if they answer."""
        if not self.keyring.is_stale(held) or not self.keyring.may_ask_again(
            claim.key_id
        ):
            return held.owner
        try:
            fresh = await self.keyring.ask(claim.key_id, budget, fresh=True)
        except Failure:
            return held.owner
        if not claim.holds(fresh.key):
            raise BadSignature("that key was changed for another")
        return fresh.owner
