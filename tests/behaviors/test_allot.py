"""Places that an event gives a desk to sell: never more than it has."""

from __future__ import annotations

import pytest

from peer.model.allotting import allotments_of, ticket_id
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.replay import replayed
from peer.node.trading import allotments, orders
from peer.node.trading.allotments import Row

PRICE = {"amount": 1000, "currency": "GBP"}
CONTACT = {"name": "Grace", "email": "grace@meadow.example"}


@pytest.fixture
async def gig(node):
    values = {
        "name": "Gig",
        "startTime": "2030-07-01T19:30:00Z",
        "joinMode": "external",
        "capacity": 100,
    }
    done = await node.publish(node.site, Ask("Create", kind="Event", values=values))
    return done.thing


@pytest.fixture
def give(node, gig):
    async def offered(quantity, name="Standard"):
        before = {each.id for each in await given(node, gig)}
        row = Row(name, PRICE, quantity, node.site.id)
        await allotments.offer(node.node, node.site, gig.id, [row])
        [new] = [each for each in await given(node, gig) if each.id not in before]
        return new

    return offered


async def given(node, gig):
    return await node.node.store.read(
        lambda read: allotments_of(read.get(gig.id), read)
    )


async def test_the_desk_of_ones_own_peer_sells_at_once(node, gig, give):
    allotment = await give(40)

    ticket = await node.get(ticket_id(allotment))
    assert (allotment["state"], allotment["agreed"]) == ("accepted", 40)
    assert (ticket["name"], ticket["quantity"], ticket["price"]) == (
        "Standard",
        40,
        PRICE,
    )
    assert await node.held(gig.id) == 40


async def test_all_that_is_given_is_never_more_than_there_is(node, gig, give):
    for quantity in (40, 30, 30):
        await give(quantity)

    with pytest.raises(Refused, match="room for 100, of which 0 are left"):
        await give(1)
    assert await node.held(gig.id) == 100


async def test_two_of_one_name_are_two(node, gig):
    rows = [Row("Standard", PRICE, 10, node.site.id) for _ in range(2)]

    await allotments.offer(node.node, node.site, gig.id, rows)

    assert len(await given(node, gig)) == 2


async def test_it_is_changed_by_offering_it_anew(node, gig, give):
    allotment = await give(40)

    await allotments.change(
        node.node, node.site, allotment.id, quantity=50, price={**PRICE, "amount": 900}
    )

    ticket = await node.get(ticket_id(allotment))
    assert (ticket["quantity"], ticket["price"]["amount"]) == (50, 900)
    assert await node.held(gig.id) == 50


async def test_none_gives_all_of_it_back(node, gig, give):
    allotment = await give(40)

    await allotments.change(node.node, node.site, allotment.id, quantity=0)

    assert (await node.get(allotment.id))["state"] == "returned"
    assert await node.held(gig.id) == 0


async def test_a_desk_does_not_sell_more_than_it_was_given(node, give):
    ticket = ticket_id(await give(40))

    with pytest.raises(Refused, match="has given you 40"):
        await node.publish(node.site, Ask("Update", id=ticket, values={"quantity": 41}))


async def test_nor_offers_fewer_than_it_has_sold(node, give):
    ticket = ticket_id(await give(40))
    await orders.order(
        node.node, node.site, token="t", lines=[(ticket, 3)], contact=CONTACT
    )

    with pytest.raises(Refused, match="3 are sold"):
        await node.publish(node.site, Ask("Update", id=ticket, values={"quantity": 2}))


async def test_only_who_may_change_the_event_gives_its_places_away(node, gig, ada):
    row = Row("Standard", PRICE, 10, node.site.id)

    with pytest.raises(Refused):
        await allotments.offer(node.node, ada, gig.id, [row])


@pytest.mark.parametrize("quantity", [-1, 10**9, "40"])
async def test_a_number_that_is_none_is_not_offered(node, gig, quantity):
    row = Row("Standard", PRICE, quantity, node.site.id)

    with pytest.raises(Refused):
        await allotments.offer(node.node, node.site, gig.id, [row])
    assert await given(node, gig) == []


async def test_the_log_alone_gives_the_same(node, give):
    allotment = await give(40)
    await allotments.change(node.node, node.site, allotment.id, quantity=50)

    assert (await replayed(node.node)).different == []


async def test_an_event_does_not_become_smaller_than_what_it_gave(node, gig, give):
    await give(40)

    with pytest.raises(Refused, match="40 places are given"):
        await node.publish(node.site, Ask("Update", id=gig.id, values={"capacity": 39}))


async def test_what_was_given_before_there_was_a_limit_counts_as_well(node, give, gig):
    await node.publish(node.site, Ask("Update", id=gig.id, values={"capacity": None}))
    await give(40)
    await node.publish(node.site, Ask("Update", id=gig.id, values={"capacity": 50}))

    with pytest.raises(Refused, match="10 are left"):
        await give(11)


async def test_nobody_answers_for_the_shop(node, ada):
    values = {"name": "Mine", "startTime": "2030-07-01T19:30:00Z"}
    event = (await node.publish(ada, Ask("Create", kind="Event", values=values))).thing
    row = {
        "name": "Standard",
        "price": PRICE,
        "quantity": 5,
        "shop": "https://shop.example/actor",
    }
    offered = Ask("Offer", kind="Allotment", subject=event.id, values=row)
    offer = await node.publish(ada, offered)

    for verb in ("Accept", "Reject"):
        with pytest.raises(Refused, match="do not speak for them"):
            await node.publish(ada, Ask(verb, id=offer.id))

    assert (await node.get(offer.thing.id))["state"] == "offered"
