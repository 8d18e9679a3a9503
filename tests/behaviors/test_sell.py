"""What desks say that they have sold: the newest counts, once, and never too much."""

from __future__ import annotations

import itertools

import pytest

from peer.model.allotting import allotments_of, ticket_id
from peer.model.permission import Role, Viewer
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading import allotments
from peer.node.trading.allotments import Row
from peer.protocol.thing import Activity, Thing

SHOP = "https://shop.example"
DESK, ORDER = f"{SHOP}/actor", f"{SHOP}/orders/one"
PRICE = {"amount": 1000, "currency": "GBP"}
THEN = "2026-11-21T00:00:00.000Z"


@pytest.fixture
async def gig(node):
    """An event of which a desk elsewhere was given five places."""
    values = {"name": "DESK", "inbox": f"{DESK}/inbox"}
    actor = Thing(DESK, "Actor", values, DESK, THEN, THEN)
    view = Activity(f"{DESK}#seen", "View", f"{node.base}/peer", THEN, actor)
    await node.store.transact(lambda tx: node.door(tx).carry_out([view], tx))
    values = {"name": "Gig", "startTime": "2030-07-01T19:30:00Z"}
    values["joinMode"] = "external"
    made = await node.publish(node.site, Ask("Create", kind="Event", values=values))
    row = Row("Standard", PRICE, 5, DESK)
    await allotments.offer(node.node, node.site, made.thing.id, [row])
    return made.thing


@pytest.fixture
async def ticket(node, gig):
    [given] = await node.store.read(lambda r: allotments_of(r.get(gig.id), r))
    return ticket_id(given)


@pytest.fixture
def says(node, gig, ticket):
    """The desk says which seats of an order are valid, as of a minute."""
    count = itertools.count()

    async def told(minute, valid, of=3, order=ORDER, by=DESK, sold_as=None):
        states = {n: "valid" if n in valid else "void" for n in range(1, of + 1)}
        seats = [
            {
                "id": f"{order}-{n}",
                "number": n,
                "code": f"CODE-{n}",
                "ticket": sold_as or ticket,
                "state": state,
            }
            for n, state in states.items()
        ]
        updated = f"2026-11-21T10:{minute:02}:00.000Z"
        instrument = {"id": order, "attributedTo": by, "updated": updated}
        notes = {"instrument": instrument, "seats": seats, "received": True}
        verb = "Join" if valid else "Leave"
        id = f"{by}/says/{next(count)}"
        activity = Activity(id, verb, by, updated, gig, notes)
        await node.store.transact(lambda tx: node.door(tx).carry_out([activity], tx))

    return told


async def sold(node, gig):
    edges = await node.edges(subject=gig.id, relation="sold")
    return {edge.object.rpartition("#")[2] for edge in edges}


async def test_each_valid_seat_is_one_sold(node, gig, says):
    await says(1, {1, 2, 3})

    assert await sold(node, gig) == {"1", "2", "3"}
    assert (await node.get(f"{ORDER}-1"))["code"] == "CODE-1"


async def test_what_is_said_twice_counts_once(node, gig, says):
    await says(1, {1, 2})
    await says(1, {1, 2})

    assert await sold(node, gig) == {"1", "2"}


async def test_what_is_void_is_not_sold_but_still_known_at_the_door(node, gig, says):
    await says(1, {1, 2, 3})
    await says(2, {1, 3})

    assert await sold(node, gig) == {"1", "3"}
    assert (await node.get(f"{ORDER}-2"))["state"] == "void"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_in_whatever_order_it_comes_the_newest_counts(node, gig, says, order):
    stages = [(1, {1, 2, 3}), (2, {1, 2}), (3, set())]

    for which in order:
        await says(*stages[which])

    assert await sold(node, gig) == set()


async def test_a_desk_never_sells_more_than_it_was_given(node, gig, says):
    await says(1, {1, 2, 3})

    with pytest.raises(Refused, match="More places"):
        await says(1, {1, 2, 3}, order=f"{SHOP}/orders/two")
    assert len(await sold(node, gig)) == 3


async def test_places_that_are_void_may_be_sold_again(node, gig, says):
    await says(1, {1, 2, 3})
    await says(2, set())
    await says(1, {1, 2, 3}, order=f"{SHOP}/orders/two")

    assert len(await node.edges(subject=gig.id, relation="sold")) == 3


async def test_a_desk_that_was_given_nothing_sells_nothing(node, gig, says):
    other = "https://evil.example/actor"

    with pytest.raises(Refused, match="No places"):
        await says(1, {1}, by=other, order="https://evil.example/orders/one")
    assert await sold(node, gig) == set()


async def test_nothing_is_sold_as_another_ticket(node, gig, says):
    with pytest.raises(Refused, match="No places"):
        await says(1, {1}, sold_as=f"{SHOP}/tickets/another")


async def test_a_seat_is_not_put_where_something_else_is(node, gig, says):
    values = {"name": "A neighbor of the desk", "inbox": f"{SHOP}/inbox"}
    neighbor = Thing(f"{SHOP}/users/ana-1", "Actor", values, SHOP, THEN, THEN)
    view = Activity(f"{SHOP}#seen", "View", f"{node.base}/peer", THEN, neighbor)
    await node.store.transact(lambda tx: node.door(tx).carry_out([view], tx))

    with pytest.raises(Refused, match="something else"):
        await says(1, {1}, of=1, order=f"{SHOP}/users/ana")

    assert (await node.get(neighbor.id)).kind == "Actor"
    assert await sold(node, gig) == set()


async def test_a_guest_does_not_join_what_takes_a_ticket(node, gig):
    guest = Viewer(f"{node.base}/people/ada", Role.MEMBER)

    with pytest.raises(Refused, match="come with a ticket"):
        await node.publish(guest, Ask("Join", id=gig.id))


async def test_what_may_still_be_agreed_to_is_given_to_nobody_else(node, gig, ticket):
    read = node.node.store.read
    [given] = await read(lambda r: allotments_of(r.get(gig.id), r))
    values = {"capacity": 5}
    await node.publish(node.site, Ask("Update", id=gig.id, values=values))
    await allotments.change(node.node, node.site, given.id, quantity=4)

    await allotments.change(node.node, node.site, given.id, quantity=0)

    assert await node.held(gig.id) == 5
    row = Row("Standard", PRICE, 1, f"{node.base}/actor")
    with pytest.raises(Refused, match="0 are left"):
        await allotments.offer(node.node, node.site, gig.id, [row])
