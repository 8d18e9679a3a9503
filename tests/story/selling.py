"""An event with tickets at a shop, and people who buy them, without a browser."""

from __future__ import annotations

from dataclasses import dataclass

from peer.model.allotting import allotments_of, ticket_id
from peer.model.permission import STRANGER
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.trading import allotments, orders, purchases
from peer.node.trading.allotments import Row
from peer.protocol.thing import Thing
from tests.federation.peers import Near
from tests.story.history import Heard, History

PRICE = {"amount": 1000, "currency": "GBP"}


async def scheduled(events: Near, *shops: tuple[Near, int], capacity: int) -> str:
    """An event with room for ``capacity``, of which each shop is offered so many."""
    event = await events.makes(
        "Event",
        name="Summer Gig",
        startTime="2030-07-12T19:00:00Z",
        timezone="Europe/London",
        joinMode="external",
        capacity=capacity,
    )
    for shop, count in shops:
        row = Row("Standard", PRICE, count, shop.actor)
        await allotments.offer(events.node, events.keeper, event, [row])
    return event


async def allotted(events: Near, event: str) -> list[Thing]:
    """The allotments of ``event``, as its peer has them."""

    def look(read: Read) -> list[Thing]:
        found = read.get(event)
        assert found is not None
        return allotments_of(found, read)

    return await events.node.store.read(look)


async def tickets(events: Near, event: str) -> dict[str, str]:
    """Under which id each shop sells them, by its actor."""
    found = await allotted(events, event)
    return {allotment["shop"]: ticket_id(allotment) for allotment in found}


def contact(name: str) -> dict[str, str]:
    """Everybody has an address of their own: one has only so much kept for it."""
    return {"name": name, "email": f"{name.lower().replace(' ', '-')}@example.org"}


@dataclass
class Buyer:
    """Somebody without an account, who writes down what happens."""

    name: str
    history: History

    async def asks(
        self, events: Near, event: str, ticket: str, count: int, token: str
    ) -> Thing | None:
        """Ask for tickets where the event is."""
        try:
            purchase = await purchases.ask(
                *(events.node, STRANGER),
                token=token,
                lines=[(ticket, count)],
                contact=contact(self.name),
                event=event,
            )
        except Refused as refused:
            self._note(Heard.NO, "", ticket, count, refused.reason)
            return None
        self._note(Heard.OK, purchase.id, ticket, count)
        return purchase

    async def orders(
        self, shop: Near, ticket: str, count: int, token: str
    ) -> Thing | None:
        """Buy at the shop itself."""
        try:
            order = await orders.order(
                *(shop.node, STRANGER),
                token=token,
                lines=[(ticket, count)],
                contact=contact(self.name),
            )
        except Refused as refused:
            self._note(Heard.NO, "", ticket, count, refused.reason)
            return None
        self._note(Heard.OK, order.id, ticket, count)
        return order

    def _note(
        self, heard: Heard, about: str, ticket: str, count: int, words: str = ""
    ) -> None:
        self.history.note(
            *(self.name, "buy", heard),
            about=about,
            ticket=ticket,
            count=count,
            words=words,
        )
