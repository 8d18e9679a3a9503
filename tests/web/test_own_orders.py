"""Somebody's own orders and tickets, at the shop and where they bought elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from peer.model.permission import Role, Viewer
from peer.node.outbox import Ask
from peer.node.paying.marking import mark_paid
from peer.node.trading import orders, passing, purchases
from peer.protocol.thing import Thing
from tests.node.paying.sumup_server import SumUpServer, listening
from tests.web import market
from tests.web.counter import Counter, open_counter

HERE = "/account/orders"


@pytest.fixture
async def sumup() -> AsyncIterator[SumUpServer]:
    async with listening() as server:
        yield server


@pytest.fixture
async def counter(make_peer, sumup) -> AsyncIterator[Counter]:
    async with open_counter(make_peer, sumup) as opened:
        yield opened


@pytest.fixture
async def ada(counter):
    return await counter.peer.signed_in("Ada")


async def order(counter, visitor, count=1, token="a-form", thing=None):
    return await orders.order(
        counter.peer.node,
        visitor.viewer,
        token=token,
        lines=[((thing or counter.ticket).id, count)],
        contact={"name": "Ada", "email": "ada@example.org"},
    )


async def paid(counter, made):
    node = counter.peer.node
    staff = Viewer(f"{node.base}/actor", Role.OWNER)
    total = made["total"]["amount"]
    await mark_paid(node, staff, made.id, "door", total, f"paid-{made.slug}")


async def test_each_order_is_there_with_how_it_stands(counter, ada):
    waits = await order(counter, ada, 2, "one")
    done = await order(counter, ada, 1, "two")
    await paid(counter, done)
    gone = await order(counter, ada, 3, "three")
    await orders.cancel(counter.peer.node, gone.id)

    page = await ada.get(HERE)

    for made in (waits, done, gone):
        assert (f"/orders/{made.slug}", made["number"]) in page.links
    assert "£20.00 Awaiting payment Pay" in page.words
    assert "£10.00 Paid" in page.words
    assert "£30.00 Cancelled" in page.words
    [pay] = [href for href, words in page.links if words.startswith("Pay for")]
    assert "To pay: £20.00" in (await ada.get(pay)).words


async def test_who_has_just_made_an_account_for_it_finds_it_there_as_well(counter):
    eve = await counter.peer.signed_in("Eve", role="guest")

    made = await order(counter, eve)

    page = await eve.get(HERE)
    assert (f"/orders/{made.slug}", made["number"]) in page.links


async def test_each_ticket_is_there_with_its_state_and_its_page(counter, ada):
    made = await order(counter, ada, 3)
    await paid(counter, made)
    first, second, _ = await counter.seats(made)
    await passing.pass_on(counter.peer.node, first.id, "Somebody Else", first["code"])
    ask = Ask("Update", id=second.id, values={"state": "void"})
    await counter.peer.node.publish(counter.peer.node.site, ask)

    page = await ada.get(HERE)

    links = [href for href, words in page.links if "Summer Gig" in words]
    assert [href.partition("?")[0] for href in links] == [
        f"/seats/{made.slug}-2",
        f"/seats/{made.slug}-3",
    ]
    for state in ("Valid", "Void", "Passed on"):
        assert state in page.words
    assert (await ada.get(links[1])).status == 200


async def test_a_cancelled_event_is_said_at_its_ticket(counter, ada):
    await paid(counter, await order(counter, ada))
    off = Ask("Update", id=counter.event, values={"status": "CANCELLED"})
    await counter.peer.node.publish(counter.peer.node.site, off)

    assert "The event is cancelled" in (await ada.get(HERE)).words


async def test_nobody_sees_what_others_have(counter, ada):
    theirs = await order(counter, await counter.peer.signed_in("Bob"), token="bobs")

    page = await ada.get(HERE)

    assert theirs["number"] not in page.words
    assert "You have not bought anything here yet" in page.words


async def test_who_has_not_signed_in_is_asked_to(counter):
    page = await counter.buyer.get(HERE)

    assert page.status == 303
    assert page.location.startswith("/sign-in?next=")


async def test_the_address_of_all_orders_leads_everybody_to_their_own(counter, ada):
    await order(counter, ada)

    assert (await ada.get("/orders")).location == HERE
    assert (await counter.buyer.get("/orders")).location == "/orders/find"
    owner = await counter.peer.owner()
    assert (await owner.get("/orders")).status == 200


async def test_the_way_to_them_is_in_the_menu_and_on_the_account(counter, ada):
    for path in ("/", "/account"):
        page = await ada.get(path)
        assert HERE in [href for href, _ in page.links]


async def test_however_many_there_are_the_store_is_asked_as_often(counter, ada):
    await paid(counter, await order(counter, ada, token="the-first"))
    few = (await ada.get(HERE)).queries
    for n in range(40):
        made = await order(counter, ada, 1, f"form-{n}") if n < 19 else None
        if made is not None:
            await paid(counter, made)

    page = await ada.get(HERE)

    assert page.queries == few
    assert page.queries <= 10


async def test_what_is_older_is_on_the_next_page(counter, ada):
    free = await counter.peer.node.publish_all(
        counter.peer.node.site,
        [
            Ask(
                "Create",
                kind="Product",
                values={"name": "Leaflet", "price": {"amount": 0, "currency": "GBP"}},
            )
        ],
    )
    leaflet = free[0].thing
    made = [await order(counter, ada, 1, f"form-{n}", thing=leaflet) for n in range(30)]

    first = await ada.get(HERE)
    [older] = [href for href, words in first.links if words == "Older"]
    second = await ada.get(older)

    shown = [n["number"] for n in made if n["number"] in first.words]
    assert shown == [n["number"] for n in made[5:]]
    assert [n["number"] for n in made if n["number"] in second.words] == [
        n["number"] for n in made[:5]
    ]


# -- bought elsewhere ---------------------------------------------------------------


@pytest.fixture
async def events(make_peer):
    return await make_peer("events")


async def test_what_was_bought_at_a_shop_is_listed_with_a_link_to_it(events):
    ada = await events.signed_in("Ada")
    gig = await market.scheduled(events)
    ticket = await market.ticket(events, gig)
    asked = await purchases.ask(
        events.node,
        ada.viewer,
        token="a-form",
        lines=[(ticket, 1)],
        contact={"name": "Ada", "email": "ada@example.org"},
        event=gig,
    )
    order = f"{market.SHOP}/orders/abc"
    values = {**asked.values, "state": "confirmed", "order": order}
    values["page"] = f"{order}?key=hers"
    seat = {
        "code": "ABCD-EFGH",
        "name": "Summer Gig, Standard",
        "number": 1,
        "order": order,
        "event": gig,
        "state": "valid",
    }
    at, desk = asked.updated, f"{market.SHOP}/actor"
    things = [
        Thing(asked.id, "Purchase", values, asked.owner, at, at, "draft"),
        Thing(f"{market.SHOP}/seats/abc-1", "Seat", seat, desk, at, at, "draft"),
    ]

    def keep(tx):
        from peer.model.indexing import index_of

        for each in things:
            tx.put(each, index_of(events.node.lexicon.types[each.kind], each))

    await events.node.store.transact(keep)

    page = await ada.get(HERE)

    assert (f"{order}?key=hers", "Summer Gig, Standard") in page.links
    assert "Valid" in page.words
    assert "at shop.example Confirmed" in page.words
    path = asked.id.removeprefix(events.base)
    [(href, _)] = [each for each in page.links if each[1] == "Summer Gig"]
    assert href.startswith(f"{path}?key=")
    assert page.queries <= 10


async def test_where_nothing_is_bought_there_is_no_such_page(make_peer):
    blog = await make_peer("blog")
    ada = await blog.signed_in("Ada")

    assert (await ada.get(HERE)).status == 404
    assert HERE not in [href for href, _ in (await ada.get("/account")).links]
