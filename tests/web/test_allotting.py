"""The page on which an event gives places to shops, and takes them back."""

from __future__ import annotations

import pytest

from peer.node.outbox import Ask

SHOP = "http://shop.localhost:1"
GIG = {
    "name": "Gig",
    "startTime": "2031-07-12T19:30:00+01:00",
    "joinMode": "external",
    "capacity": 60,
}


@pytest.fixture
async def peer(make_peer):
    return await make_peer("events", peers={"shop": SHOP})


@pytest.fixture
async def steward(peer):
    visitor = await peer.signed_in("Steward")
    ask = Ask("Create", kind="Event", values=GIG, slug="gig")
    await peer.node.publish(visitor.viewer, ask)
    return visitor


async def given(peer):
    def ask(read):
        edges = read.edges(subject=f"{peer.base}/events/gig", relation="allots")
        return read.many(edge.object for edge in edges).values()

    found = await peer.node.store.read(ask)
    return sorted((each["name"], each["quantity"]) for each in found)


async def give(visitor, **told):
    page = await visitor.get("/events/gig/allot")
    return await visitor.fill(page, "", told)


ROW = {"ticket-1.price.amount": "10.00", "ticket-1.quantity": "40"}


async def test_places_are_given_to_a_shop(peer, steward):
    page = await give(steward, **ROW)

    assert page.path == "/events/gig/allot"
    assert "Standard at shop.localhost Waiting for the shop" in page.words
    assert await given(peer) == [("Standard", 40)]
    assert (
        "Waiting for the shop at shop.localhost"
        in (await steward.get("/events/gig")).words
    )


async def test_two_kinds_of_one_name_are_two(peer, steward):
    second = {"ticket-2.name": "Standard", "ticket-2.price.amount": "8.00"}

    await give(steward, **ROW, **second, **{"ticket-2.quantity": "20"})

    assert await given(peer) == [("Standard", 20), ("Standard", 40)]


async def test_more_than_there_are_are_not_given_and_the_numbers_are_said(
    peer, steward
):
    page = await give(steward, **{**ROW, "ticket-1.quantity": "61"})

    assert page.status == 409
    assert "This event has room for 60, of which 60 are left." in page.words
    assert dict(page.form("").fields)["ticket-1.quantity"] == "61"
    assert await given(peer) == []


async def test_what_was_given_is_changed_and_taken_back(peer, steward):
    page = await give(steward, **ROW)

    page = await steward.send(page, "/allot/change", quantity="55")
    assert await given(peer) == [("Standard", 55)]

    await steward.send(page, "/allot/change", back="yes")
    assert await given(peer) == [("Standard", 0)]


async def test_an_empty_form_gives_nothing_and_says_what_it_wants(peer, steward):
    page = await give(steward)

    assert page.status == 422
    assert "Name one kind of ticket" in page.words


async def test_nobody_else_gives_places_away(peer, steward):
    eve = await peer.signed_in("Eve")

    assert (await eve.get("/events/gig/allot")).status == 403
    assert (await eve.post("/events/gig/allot", **ROW)).status == 403
    assert await given(peer) == []
