"""What goes out: deliveries, each with its body, who signs it, and where it goes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from peer.model.reading import Delivery
from peer.node.outgoing.outcomes import Outcome
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.reach import OutOfReach, Place, Reach
from store.interface import Busy

_BODIES = 64

log = structlog.get_logger(__name__)

BodyOf = Callable[[str], Awaitable[bytes | None]]
KeyOf = Callable[[str], Awaitable[Signer | None]]
HeadersOf = Callable[[Delivery, bytes], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Parcel:
    delivery: Delivery
    place: Place
    body: bytes
    signer: Signer
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unsendable:
    """A delivery that never will be, and why; without a reason, it need not be."""

    delivery: Delivery
    reason: str = ""

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.delivery.id, done=not self.reason, error=self.reason)


@dataclass(slots=True)
class Packing:
    """``body_of`` an activity's id, ``key_of`` a sender; None where there is none.

    An empty body is that of an activity of which there is nothing left to tell.
    ``headers_of`` a delivery with its body are those that are said beside.
    """

    reach: Reach
    body_of: BodyOf
    key_of: KeyOf
    headers_of: HeadersOf | None = None
    _bodies: OrderedDict[str, bytes | None] = field(default_factory=OrderedDict)

    async def packed(
        self, deliveries: Sequence[Delivery]
    ) -> Sequence[Parcel | Unsendable]:
        """Keys are looked up once for all of them, so that a new one is soon used."""
        senders = dict.fromkeys(each.sender for each in deliveries)
        signers = {sender: await self.key_of(sender) for sender in senders}
        return [await self._tried(each, signers[each.sender]) for each in deliveries]

    async def _tried(
        self, delivery: Delivery, signer: Signer | None
    ) -> Parcel | Unsendable:
        """One that cannot be packed keeps none of the others."""
        try:
            return await self._pack(delivery, signer)
        except Busy:
            raise
        except Exception:
            log.exception("deliver.unpackable", activity=delivery.activity)
            reason = "It could not be put into words here: the log says why."
            return Unsendable(delivery, reason)

    async def _pack(
        self, delivery: Delivery, signer: Signer | None
    ) -> Parcel | Unsendable:
        body = await self._body(delivery.activity)
        if body is None:
            return Unsendable(delivery, "There is no such activity any more.")
        if not body:
            return Unsendable(delivery)
        if signer is None:
            return Unsendable(delivery, f"{delivery.sender} has no key to sign with.")
        try:
            place = self.reach.place(delivery.inbox)
        except OutOfReach as wrong:
            return Unsendable(delivery, f"Nothing is sent there: {wrong}.")
        headers = await self.headers_of(delivery, body) if self.headers_of else {}
        return Parcel(delivery, place, body, signer, headers)

    async def _body(self, activity: str) -> bytes | None:
        """An activity does not change, and mostly goes to many at once."""
        if activity not in self._bodies:
            self._bodies[activity] = await self.body_of(activity)
            if len(self._bodies) > _BODIES:
                self._bodies.popitem(last=False)
        return self._bodies[activity]
