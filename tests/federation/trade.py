"""Tickets on sale between peers, and people who buy them, in short ways."""

from __future__ import annotations

from peer.model.allotting import allotments_of, ticket_id
from peer.model.consent import mutual
from peer.model.permission import STRANGER
from peer.node.trading import allotments, orders, purchases
from peer.node.trading.allotments import Row
from tests.federation.peers import soon

PRICE = {"amount": 1000, "currency": "GBP"}
CONTACT = {"name": "Grace Hopper", "email": "grace@example.org"}


async def summer_gig(events, **more):
    return await events.makes(
        "Event",
        name="Summer Gig",
        startTime="2030-07-12T19:00:00Z",
        timezone="Europe/London",
        joinMode="external",
        capacity=60,
        **more,
    )


async def offered(events, shop, gig, quantity=5, price=PRICE):
    row = Row("Standard", price, quantity, shop.actor)
    await allotments.offer(events.node, events.keeper, gig, [row])
    return (await given(events, gig))[0]


async def given(events, gig):
    look = events.node.store.read
    return await look(lambda read: allotments_of(read.get(gig), read))


async def on_sale(events, shop, gig, quantity=5, price=PRICE):
    """The ticket, once both sides agree that the shop sells it."""
    allotment = await offered(events, shop, gig, quantity, price)
    ticket = ticket_id(allotment)
    for peer in (events, shop):
        await soon(lambda peer=peer: stands(peer, ticket), f"{ticket} stands")
    return ticket


async def stands(peer, ticket):
    def look(read):
        edges = read.edges(subject=ticket, relation="sellsTicketsFor")
        return read.get(ticket) and mutual(edges, read)

    return await peer.node.store.read(look)


async def asks(events, ticket, count=1, token="a-form"):
    return await purchases.ask(
        *(events.node, STRANGER),
        token=token,
        lines=[(ticket, count)],
        contact=CONTACT,
    )


async def comes_to_be(peer, id, state):
    async def look():
        found = await peer.get(id)
        return found if found is not None and found.get("state") == state else None

    return await soon(look, f"{id} is {state}")


async def comes_to_have_sold(events, gig, count):
    async def look():
        sold = await events.edges(relation="sold", subject=gig)
        return len(sold) == count

    await soon(look, f"{count} sold")


async def bought(events, shop, ticket, count=1, token="a-form"):
    purchase = await asks(events, ticket, count, token)
    purchase = await comes_to_be(events, purchase.id, "accepted")
    await orders.move(shop.node, purchase["order"], "confirmed")
    return await comes_to_be(events, purchase.id, "confirmed")
