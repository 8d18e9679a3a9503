"""A network that is cranked by hand: what is sent arrives when the test says so.

Peers have their stores, doors and signatures; nobody delivers by themselves.  What is
posted is handed over in any order, twice, or not at all; what is only read (who signed
this?) goes over real sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from peer.node.incoming.meaning import Answer
from peer.node.node import Node
from peer.node.outgoing.line import Request
from peer.node.outgoing.outcomes import Outcome, is_final, write
from peer.node.outgoing.parcel import Parcel
from peer.node.outgoing.pen import Dialect
from peer.node.ripening import carry_out_ripe
from peer.protocol.moment import wire
from store.interface import Transaction
from tests.federation.peers import Near

_LEASE = timedelta(minutes=1)
_TYPE = {"content-type": "application/activity+json"}
_ENDLESS = 500


@dataclass(slots=True, eq=False)
class Letter:
    """Something that a peer has sent, and who it is for."""

    sender: Near
    receiver: Near
    parcel: Parcel

    def __str__(self) -> str:
        names = (self.sender.base, self.receiver.base)
        short = [name.partition("//")[2].partition(".")[0] for name in names]
        return f"{' → '.join(short)} {self.parcel.body[:60]!r}"


@dataclass(slots=True)
class Crank:
    """``bag`` is what is on its way; ``past`` all that ever was."""

    peers: Mapping[str, Near]  # by their base
    bag: list[Letter] = field(default_factory=list)
    past: list[Letter] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    expected: Sequence[str] = ()  # what may be refused, and why: words of it
    workers: Mapping[str, Node] = field(default_factory=dict)  # one more, by their base

    async def collect(self) -> None:
        """Put into the bag what the peers have to say by now."""
        for peer in self.peers.values():
            await carry_out_ripe(peer.node)
            now = peer.clock()
            leased = wire(now), wire(now + _LEASE)
            rows = await peer.node.store.transact(
                lambda tx, leased=leased: tx.claim("crank", *leased, 100)
            )
            outgoing = peer.node.outgoing
            assert outgoing is not None
            for packed in await outgoing.deliverer.packing.packed(rows):
                if isinstance(packed, Parcel):
                    letter = Letter(peer, self.peers[packed.place.origin], packed)
                    self.bag.append(letter)
                    self.past.append(letter)
                else:
                    await _settle(peer, packed.outcome)

    async def arrive(self, letter: Letter) -> None:
        """It arrives, and whoever sent it hears so."""
        self.bag.remove(letter)
        answer = await self.again(letter)
        id = letter.parcel.delivery.id
        if answer.status < 300:
            await _settle(letter.sender, Outcome(id, done=True))
        else:
            if not self._is_expected(answer.reason):
                self.refused.append(f"{letter}: {answer.status} {answer.reason}")
            due = None if is_final(answer.status) else letter.sender.clock()
            await _settle(letter.sender, Outcome(id, due=due, error=answer.reason))

    async def arrive_at_both(self, letter: Letter) -> None:
        """At two workers of one peer, in the same moment."""
        await asyncio.gather(
            self._received(letter, self.workers[letter.receiver.base]),
            self.arrive(letter),
        )

    async def again(self, letter: Letter) -> Answer:
        """It arrives, once more perhaps; nobody hears so."""
        return await self._received(letter, letter.receiver.node)

    async def _received(self, letter: Letter, node: Node) -> Answer:
        sender, parcel = letter.sender, letter.parcel
        headers = {**_TYPE, **parcel.headers}
        message = Request("POST", parcel.place, headers, parcel.body).message
        signed = parcel.signer.signed(message, Dialect.CAVAGE, sender.clock())
        return await node.incoming.receive(
            type(message)("POST", message.target, message.origin, signed, parcel.body)
        )

    async def lose(self, letter: Letter) -> None:
        """It does not arrive; whoever sent it will try again."""
        self.bag.remove(letter)
        due = letter.sender.clock() + timedelta(seconds=30)
        outcome = Outcome(letter.parcel.delivery.id, due=due, error="lost")
        await _settle(letter.sender, outcome)

    async def vanish(self, letter: Letter) -> None:
        """It does not arrive, and whoever sent it believes that it has."""
        await _settle(letter.sender, Outcome(letter.parcel.delivery.id, done=True))

    async def lose_reply(self, letter: Letter) -> None:
        """It arrives, and whoever sent it will try again all the same."""
        await self.again(letter)
        await self.lose(letter)

    async def restarted(self, old: Near, new: Near) -> None:
        """It knows what is in its store: what it was about to say, it says anew."""
        self.peers = {**self.peers, new.base: new}
        self.bag = [each for each in self.bag if each.sender is not old]
        for letter in self.past:
            letter.sender = new if letter.sender is old else letter.sender
            letter.receiver = new if letter.receiver is old else letter.receiver
        await new.node.store.transact(lambda tx: tx.hand_back(None))

    async def forget(self) -> None:
        """Begin with nothing on its way, and nothing that is still to be said."""
        self.bag, self.past, self.refused = [], [], []
        for peer in self.peers.values():
            await peer.node.store.transact(_discard_all)

    def turn(self, **how_much: float) -> None:
        """Turn all clocks."""
        for peer in self.peers.values():
            peer.clock.tick(**how_much)

    async def settle(self) -> None:
        """Let everything arrive, until nobody has anything to say."""
        for _ in range(_ENDLESS):
            await self.collect()
            if not self.bag:
                if not await self._waiting():
                    return
                self.turn(minutes=1)
            for letter in list(self.bag):
                await self.arrive(letter)
        raise AssertionError(f"it goes on and on: {[str(each) for each in self.bag]}")

    async def _waiting(self) -> int:
        """How much is still to be said; what was given up never will be."""
        rows = [each for peer in self.peers.values() for each in await peer.waiting()]
        given_up = [each.error for each in rows if not each.due]
        wrong = [each for each in given_up if not self._is_expected(each)]
        assert not wrong, (self.refused, wrong)
        return len(rows) - len(given_up)

    def _is_expected(self, refusal: str) -> bool:
        return any(words in refusal for words in self.expected)


def _discard_all(tx: Transaction) -> None:
    for each in tx.queued(limit=1000):
        tx.discard(id=each.id)


async def _settle(peer: Near, outcome: Outcome) -> None:
    await peer.node.store.transact(partial(write, [outcome]))
