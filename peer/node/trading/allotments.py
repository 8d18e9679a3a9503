"""Giving places of an event to a shop to sell, and what the shop says to that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model.permission import Viewer
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading.doing import carry
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing

if TYPE_CHECKING:
    from peer.node.node import Node


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of ticket: so many places at a price, for ``shop``, a desk, to sell.

    ``more`` is what else an Allotment has: ``summary``, ``salesStart``, ``salesEnd``.
    """

    name: str
    price: Mapping[str, Any]
    quantity: int
    shop: str
    more: Mapping[str, Any] = field(default_factory=dict)


def offers(event: str, rows: Sequence[Row]) -> Sequence[Ask]:
    """What to ask for, behind the asks that make ``event`` (``@0``: the first)."""
    return [
        Ask(
            "Offer",
            kind="Allotment",
            subject=event,
            values={
                **row.more,
                "name": row.name,
                "price": dict(row.price),
                "quantity": row.quantity,
                "shop": row.shop,
            },
        )
        for row in rows
    ]


async def offer(node: Node, viewer: Viewer, event: str, rows: Sequence[Row]) -> None:
    """Offer places of ``event``; the shops answer when they can."""
    await meet(node, {row.shop for row in rows})
    await node.publish_all(viewer, offers(event, rows))


async def meet(node: Node, desks: Iterable[str]) -> None:
    """See to it that it is known where ``desks`` are written to; to be done before.

    Those of the cooperative are where all of its peers are, also while they do not
    answer; of others Refused says why they cannot be asked.
    """
    for desk in desks:
        if same_origin(desk, node.base):
            continue
        if await node.store.read(partial(_known, desk)):
            continue
        try:
            await node.incoming.strangers.found(desk)
        except Refused:
            if desk.removesuffix("/actor") not in node.config.peers.values():
                raise
            await _note(node, desk)


def _known(id: str, read: Read) -> Thing | None:
    return read.get(id)


async def _note(node: Node, desk: str) -> None:
    id = f"{node.base}/activities/{node.token()}"

    def work(read: Read, now: str) -> Sequence[Activity]:
        return [met(desk, id, now)]

    await carry(node, work)


def met(desk: str, id: str, now: str) -> Activity:
    """Where a desk of the cooperative is, until it says more of itself."""
    then = "2000-01-01T00:00:00.000Z"  # so that it is looked at as soon as it answers
    values = {"name": "The shop", "kind": "Organization", "inbox": f"{desk}/inbox"}
    actor = Thing(desk, "Actor", values, desk, then, then)
    return Activity(id, "View", f"{origin(id)}/peer", now, actor)


async def change(node: Node, viewer: Viewer, id: str, **values: Any) -> None:
    """Offer the allotment ``id`` anew, with another ``quantity`` or ``price``.

    Fewer than were sold the shop will not agree to; none gives all of them back.
    """
    await node.publish(viewer, Ask("Offer", id=id, values=values))
