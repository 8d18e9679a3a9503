"""A payment is asked about, and what the provider says is booked.

Whatever brings us here (a notification, a buyer who comes back, the clock) is only the
occasion: none of them is believed.  Those who ask at once share one answer.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from peer.node.paying import booking, watching
from peer.node.paying.booking import Desk, booked
from peer.node.paying.provider import Declined, Standing, State, Unavailable
from peer.node.paying.refunding import looked, reference_of
from peer.node.paying.ways import way, way_of
from peer.node.refusal import Refused
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Settled:
    """The payment as it is booked now; ``trouble`` where nobody could be asked."""

    payment: Thing | None
    trouble: str = ""


@dataclass(slots=True)
class Settling:
    node: Node
    _under_way: dict[str, asyncio.Task[Settled]] = field(default_factory=dict)

    async def settle(self, id: str) -> Settled:
        """Ask about the payment ``id``, and book the answer."""
        task = self._under_way.get(id)
        if task is None:
            task = asyncio.create_task(self._settle(id))
            self._under_way[id] = task
            task.add_done_callback(lambda _: self._under_way.pop(id, None))
        return await asyncio.shield(task)  # who goes away takes nobody else along

    async def rest(self) -> None:
        """Nothing is asked any more, and nothing is left half done."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _settle(self, id: str) -> Settled:
        payment = await self.node.store.read(lambda read: read.get(id))
        if payment is None or payment.kind != "Payment":
            return Settled(None)
        if payment.get("returns"):
            return await self._look_back(payment)
        if way(self.node, payment["provider"]).by_hand or not payment.get("href"):
            return Settled(payment)
        try:
            provider = await way_of(self.node, payment)
            standing = await provider.status(payment["reference"])
        except (Unavailable, Declined) as wrong:
            log.warning("paying.unanswered", payment=id, reason=str(wrong))
            return Settled(payment, str(wrong))
        return Settled(await self._book(id, standing))

    async def _book(self, id: str, standing: Standing) -> Thing | None:
        """Money is written down whatever comes of it: what cannot be is for people."""
        try:
            return await booked(self.node, partial(_hear, id, standing))
        except Refused as refused:
            log.error("paying.refused", payment=id, reason=refused.reason)
            doubt = f"It came in, but {_within(refused.reason)}"
            return await booked(self.node, partial(_hear, id, standing, doubt=doubt))

    async def _look_back(self, refund: Thing) -> Settled:
        """Was it made?  The provider knows how much of the payment went back."""
        node = self.node
        paid = await node.store.read(lambda read: read.get(refund["returns"]))
        if paid is None or refund["state"] != "pending":
            return Settled(refund)
        try:
            provider = await way_of(node, paid)
            standing = await provider.status(reference_of(paid))
        except (Unavailable, Declined) as wrong:
            return Settled(refund, str(wrong))
        work = partial(looked, refund.id, standing.returned)
        return Settled(await booked(node, work))


def _within(reason: str) -> str:
    return reason[:1].lower() + reason[1:]


def _hear(id: str, standing: Standing, desk: Desk, *, doubt: str = "") -> Thing | None:
    """Book it; and stop looking, once nothing new can come."""
    payment = booking.hear(id, standing, desk, doubt=doubt)
    since = watching.since(desk.tx, id)
    if payment is None or payment["state"] == "paid":
        watching.end(desk.tx, id)
    elif since is not None and desk.now - since > _patience(standing):
        if payment["state"] == "pending":
            desk.update(payment, {"state": "failed", "reason": "Nobody paid."})
        watching.end(desk.tx, id)
    return payment


def _patience(standing: Standing) -> timedelta:
    failed = standing.state is State.FAILED
    return watching.FAILED_FOR if failed else watching.GIVEN_UP
