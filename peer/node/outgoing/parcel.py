"""What goes out: deliveries, each with its body, who signs it, and where it goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from peer.model.reading import Delivery
from peer.node.outgoing.outcomes import Outcome
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.reach import OutOfReach, Place, Reach

_BODIES = 64

BodyOf = Callable[[str], Awaitable[bytes | None]]
KeyOf = Callable[[str], Awaitable[Signer | None]]


@dataclass(frozen=True, slots=True)
class Parcel:
    delivery: Delivery
    place: Place
    body: bytes
    signer: Signer
    about: str

    @property
    def lane(self) -> tuple[str, str]:
        """Within one, the order is kept."""
        return self.place.host, self.about


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A delivery that never will be, and why."""

    delivery: Delivery
    reason: str

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.delivery.id, error=self.reason)


@dataclass(slots=True)
class Packing:
    """``body_of`` an activity's id, ``key_of`` a sender; None where there is none."""

    reach: Reach
    body_of: BodyOf
    key_of: KeyOf
    _bodies: OrderedDict[str, tuple[bytes, str] | None] = field(
        default_factory=OrderedDict
    )

    async def packed(
        self, deliveries: Sequence[Delivery]
    ) -> Sequence[Parcel | Unsendable]:
        """Keys are looked up once for all of them, so that a new one is soon used."""
        senders = dict.fromkeys(each.sender for each in deliveries)
        signers = {sender: await self.key_of(sender) for sender in senders}
        return [await self._pack(each, signers[each.sender]) for each in deliveries]

    async def _pack(
        self, delivery: Delivery, signer: Signer | None
    ) -> Parcel | Unsendable:
        body = await self._body(delivery.activity)
        if body is None:
            return Unsendable(delivery, "There is no such activity any more.")
        if signer is None:
            return Unsendable(delivery, f"{delivery.sender} has no key to sign with.")
        try:
            place = self.reach.place(delivery.inbox)
        except OutOfReach as wrong:
            return Unsendable(delivery, f"Nothing is sent there: {wrong}.")
        return Parcel(delivery, place, body[0], signer, body[1])

    async def _body(self, activity: str) -> tuple[bytes, str] | None:
        """An activity does not change, and mostly goes to many at once."""
        if activity not in self._bodies:
            body = await self.body_of(activity)
            self._bodies[activity] = None if body is None else (body, about(body))
            if len(self._bodies) > _BODIES:
                self._bodies.popitem(last=False)
        return self._bodies[activity]


def about(body: bytes) -> str:
    """The id of what an activity is about in the end.

    An Undo of a Follow is about whom the Follow was about: those two may not arrive
    the other way round.

    >>> about(b'{"object": {"actor": "ada", "object": "bob"}}')
    'bob'
    """
    told: dict[str, Any] = orjson.loads(body)
    inner = told.get("object")
    while isinstance(inner, dict) and "actor" in inner:
        told, inner = inner, inner.get("object")
    found = inner.get("id") if isinstance(inner, dict) else inner
    return found if isinstance(found, str) else str(told.get("id"))
