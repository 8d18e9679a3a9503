"""Who may say, unasked, that they sell tickets for an event: by what it gave them."""

from __future__ import annotations

import pytest

from peer.model.consent import state
from peer.model.ordering import event_of
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing
from tests.behaviors.test_sell import DESK, PRICE, SHOP, THEN, gig, ticket

__all__ = ["gig", "ticket"]


@pytest.fixture
def sells(node, gig):
    """How it stands, once the desk has said that it sells the ticket ``id``."""

    async def said(id: str, by: str = DESK) -> str:
        values = {"name": "Standard", "price": PRICE, "quantity": 900}
        thing = Thing(id, "Ticket", values, by, THEN, THEN, PUBLIC)
        view = Activity(f"{id}#seen", "View", f"{node.base}/peer", THEN, thing)
        edge = Edge(
            f"{SHOP}/edges/1", id, "sellsTicketsFor", gig.id, by, THEN, f"{by}/1"
        )
        offer = Activity(edge.activity, "Offer", by, THEN, edge, {"received": True})
        work = [view, offer]
        await node.store.transact(lambda tx: node.door(tx).carry_out(work, tx))
        return await node.store.read(lambda read: state(edge, read))

    return said


async def test_the_ticket_of_an_allotment_is_agreed_to(sells, ticket):
    assert await sells(ticket) == "mutual"


async def test_another_ticket_of_the_same_desk_has_to_be_looked_at(sells):
    assert await sells(f"{SHOP}/tickets/a-thousand-more") == "asserted"


async def test_a_ticket_of_somebody_else_at_the_same_shop_too(sells, ticket):
    assert await sells(ticket, by=f"{SHOP}/people/eve") == "asserted"


async def test_what_a_ticket_of_the_desk_is_for_no_member_says(node, ada):
    """Else a cheap one would let people in to what costs more."""
    when = {"startTime": "2030-07-01T19:30:00Z"}
    values = {"name": "Standard", "price": PRICE, "quantity": 9}
    cheap, dear, ticket, _ = await node.publish_all(
        node.site,
        [
            Ask("Create", kind="Event", values={"name": "Cheap", **when}),
            Ask("Create", kind="Event", values={"name": "Dear", **when}),
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@2", relation="sellsTicketsFor", object="@0"),
        ],
    )

    for verb, event in (("Add", dear), ("Remove", cheap)):
        ends = {"subject": ticket.thing.id, "object": event.thing.id}
        with pytest.raises(Refused, match="is for owner"):
            await node.publish(ada, Ask(verb, relation="sellsTicketsFor", **ends))

    sold = await node.store.read(lambda read: event_of(ticket.thing, read))
    assert sold.id == cheap.thing.id
