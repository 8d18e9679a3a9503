"""A stall: a peer that has sold two places at an event to somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peer.model import ordering
from peer.model.permission import Viewer
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.node.trading import orders, tickets
from peer.protocol.thing import Thing

GIG: dict[str, Any] = {
    "name": "Summer Gig",
    "startTime": "2030-07-01T19:30:00+02:00",
    "endTime": "2030-07-01T22:00:00+02:00",
    "timezone": "Europe/Berlin",
    "location": {"name": "The Old Bakery", "city": "Leeds"},
}
CONTACT = {"name": "Ada", "email": "ada@meadow.example"}


@dataclass
class Stall:
    """A shop that has sold two places to Ada."""

    node: Node
    event: Thing
    order: Thing
    secret: bytes

    async def seats(self) -> list[Thing]:
        read = self.node.store.read
        order = self.order.id
        return list(await read(lambda r: ordering.parts_of(order, r, "Seat")))

    async def path(self, number: int = 0) -> str:
        seat = (await self.seats())[number]
        return tickets.link_of(seat, self.secret).removeprefix(self.node.base)


async def sell(node: Node, viewer: Viewer) -> Stall:
    event = (
        await node.publish(node.site, Ask("Create", kind="Event", values=GIG))
    ).thing
    values = {"name": "Standard", "price": {"amount": 0, "currency": "GBP"}}
    made, _ = await node.publish_all(
        node.site,
        [
            Ask("Create", kind="Ticket", values={**values, "quantity": 5}),
            Ask("Add", subject="@0", relation="sellsTicketsFor", object=event.id),
        ],
    )
    order = await orders.order(
        node, viewer, token="a-form", lines=[(made.thing.id, 2)], contact=CONTACT
    )
    secret = (await node.store.read(lambda r: r.recall("secret", "orders")))["hex"]
    return Stall(node, event, order, bytes.fromhex(secret))
