"""A shop with something to sell, a buyer in front of it, and a SumUp behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from peer.model.ordering import parts_of
from peer.model.permission import Viewer
from peer.node.keys import ORDERS, settle_secret
from peer.node.outbox import Ask
from peer.node.outgoing import office
from peer.node.trading import order_keys, orders
from peer.protocol.thing import Thing
from tests.node.paying.sumup_server import KEY, MERCHANT, SumUpServer
from tests.till import CONTACT
from tests.web.conftest import Peer, Visitor
from tests.web.reading import Page


@dataclass
class Counter:
    """A shop with something to sell, and a buyer in front of it."""

    peer: Peer
    buyer: Visitor
    ticket: Thing
    event: str = ""
    orders: int = 0

    async def order(self, count: int = 1) -> Thing:
        self.orders += 1
        return await orders.order(
            self.peer.node,
            Viewer(),
            token=f"form-{self.orders}",
            lines=[(self.ticket.id, count)],
            contact=CONTACT,
        )

    async def address(self, order: Thing, below: str = "") -> str:
        secret = await self.secret()
        key = order_keys.key_of(secret, order.id)
        return f"/orders/{order.slug}{below}?key={key}"

    async def secret(self) -> bytes:
        return await settle_secret(self.peer.node.store, ORDERS)

    async def choose(self, order: Thing, provider: str) -> Page:
        page = await self.buyer.get(await self.address(order, "/pay"))
        return await self.buyer.send(page, "/pay", provider=provider)

    async def pay(self, order: Thing, choice: str) -> Page:
        """With the test provider, as it ends by ``choice``."""
        page = await self.choose(order, "trial")
        return await self.buyer.send(page, choice=choice)

    async def state(self, order: Thing) -> str:
        found = await self.peer.node.store.read(lambda read: read.get(order.id))
        assert found is not None
        return str(found["state"])

    async def seats(self, order: Thing) -> list[Thing]:
        read = self.peer.node.store.read
        return await read(lambda read: parts_of(order.id, read, "Seat"))


@asynccontextmanager
async def open_counter(
    make_peer: Callable[..., Any], sumup: SumUpServer
) -> AsyncIterator[Counter]:
    peer = await make_peer(
        "shop",
        payments=("trial", "sumup", "transfer", "door"),
        transfer="The Co-op; GB00 0000 0000",
        sumup_key=KEY,
        sumup_merchant=MERCHANT,
        sumup_url=sumup.url,
        dev_allow=frozenset((sumup.url.removeprefix("http://"),)),
    )
    node = peer.node
    event = {"name": "Summer Gig", "startTime": "2040-07-01T19:30:00+01:00"}
    price = {"amount": 1000, "currency": "GBP"}
    values = {"name": "Standard", "price": price, "quantity": 20}
    gig = await node.publish(node.site, Ask("Create", kind="Event", values=event))
    assert gig is not None
    made = await node.publish_all(
        node.site,
        [
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@0", relation="sellsTicketsFor", object=gig.object.id),
        ],
    )
    async with office.opened(node):
        yield Counter(peer, await peer.visitor(), made[0].thing, gig.object.id)
