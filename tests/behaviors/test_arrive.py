from __future__ import annotations

import pytest

from peer.node.refusal import Refused
from peer.protocol.thing import DRAFT, Activity, Thing

DESK, EARLIER = "https://shop.example/actor", "2026-11-20T10:00:00.000Z"


def seat(node, number=1, **values) -> Thing:
    told = {
        "code": f"0000-0000-000{number}",
        "number": number,
        "order": "https://shop.example/orders/ra-1",
        "event": f"{node.base}/events/gig",
        "state": "valid",
        **values,
    }
    id = f"https://shop.example/seats/ra-1-{number}"
    return Thing(id, "Seat", told, DESK, EARLIER, EARLIER, DRAFT)


async def do(node, verb, object, name) -> Activity:
    id = f"{node.base}/activities/{name}"
    activity = Activity(id, verb, f"{node.base}/people/owner", EARLIER, object)
    door = node.node.door
    await node.store.transact(lambda tx: door(tx).carry_out([activity], tx))
    return activity


async def test_who_arrives_is_in(node):
    one = seat(node)

    done = await do(node, "Arrive", one, "1")

    [edge] = await node.edges(relation="arrived")
    assert (edge.subject, edge.object) == (one.id, one["event"])
    assert (edge.since, edge.activity) == (EARLIER, done.id)


async def test_nobody_arrives_twice(node):
    await do(node, "Arrive", seat(node), "1")

    with pytest.raises(Refused, match="already"):
        await do(node, "Arrive", seat(node), "2")

    assert await node.degree(relation="arrived") == 1


async def test_two_seats_are_two_people(node):
    await do(node, "Arrive", seat(node, 1), "1")
    await do(node, "Arrive", seat(node, 2), "2")

    assert await node.degree(relation="arrived") == 2


async def test_taken_back_it_can_be_done_again(node):
    done = await do(node, "Arrive", seat(node), "1")

    await do(node, "Undo", done, "2")
    assert await node.degree(relation="arrived") == 0

    await do(node, "Arrive", seat(node), "3")
    assert await node.degree(relation="arrived") == 1


async def test_what_is_known_of_a_seat_is_kept_as_it_is(node):
    await do(node, "View", seat(node, holder="Ada"), "1")

    await do(node, "Arrive", seat(node), "2")

    assert (await node.get(seat(node).id))["holder"] == "Ada"


async def test_what_is_void_lets_nobody_in(node):
    await do(node, "View", seat(node, state="void"), "1")

    with pytest.raises(Refused, match="void"):
        await do(node, "Arrive", seat(node), "2")


async def test_people_are_let_in_where_the_event_is(node):
    elsewhere = seat(node, event="https://events.example/events/gig")

    with pytest.raises(Refused, match="where the event is kept"):
        await do(node, "Arrive", elsewhere, "1")
