"""Money that comes when nothing is kept for it any more: what buyer and staff see."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from peer.node.outbox import Ask
from peer.node.paying.reconciling import all_due
from peer.node.ripening import carry_out_ripe
from peer.node.trading import orders
from tests.node.paying.sumup_server import SumUpServer, listening
from tests.till import CONTACT
from tests.web.counter import Counter, open_counter


@pytest.fixture
async def sumup() -> AsyncIterator[SumUpServer]:
    async with listening() as server:
        yield server


@pytest.fixture
async def counter(make_peer, sumup) -> AsyncIterator[Counter]:
    async with open_counter(make_peer, sumup) as opened:
        yield opened


@pytest.fixture
async def late(counter, sumup):
    """Two hours after its places went to others, the order is paid for by card."""
    node = counter.peer.node
    order = await counter.order(20)
    await counter.choose(order, "sumup")
    counter.peer.clock.tick(hours=2)
    await carry_out_ripe(node)
    other = await counter.order(20)
    await orders.move(node, other.id, "confirmed")
    sumup.pay(sumup.only["id"])
    counter.peer.clock.tick(hours=1)
    await all_due(node)
    assert await counter.state(order) == "expired"
    return order


async def test_the_buyer_is_told_that_it_comes_back(counter, late):
    page = await counter.buyer.get(await counter.address(late))

    assert "£200.00 came in when this was no longer kept for you" in page.words
    assert "The shop pays it back" in page.words


async def test_one_button_pays_it_back(counter, late, sumup):
    owner = await counter.peer.owner()
    page = await owner.get("/settling")
    assert "It came too late, and nothing is left: pay it back." in page.words

    page = await owner.send(page, "/settle/refund")

    assert "It was paid back" in page.words
    [[back]] = sumup.refunds.values()
    assert back["amount"] == 200.0
    assert "All money is where it should be" in (await owner.get("/settling")).words
    page = await counter.buyer.get(await counter.address(late))
    assert "came in when" not in page.words
    assert "£200.00 was paid back." in page.words


async def test_where_the_provider_has_refused_it_the_button_works_again(
    counter, late, sumup
):
    owner = await counter.peer.owner()
    page = await owner.get("/settling")
    [transaction] = sumup.only["transactions"]
    known, transaction["status"] = transaction["status"], "FAILED"
    wrong = await owner.send(page, "/settle/refund")
    assert "no payment of which so much" in wrong.words

    transaction["status"] = known
    page = await owner.send(await owner.get("/settling"), "/settle/refund")

    assert "It was paid back" in page.words
    assert len(sumup.refunds) == 1


async def test_goods_that_came_back_are_on_the_shelf_again_and_no_more(counter):
    node = counter.peer.node
    values = {
        "name": "Rose jam",
        "price": {"amount": 500, "currency": "GBP"},
        "stock": 9,
    }
    made = await node.publish(node.site, Ask("Create", kind="Product", values=values))
    jam = made.thing
    order = await orders.order(
        node,
        (await counter.peer.signed_in("Ada")).viewer,
        token="a-form",
        lines=[(jam.id, 3)],
        contact=CONTACT,
    )
    await counter.pay(order, "approve")
    owner = await counter.peer.owner()
    page = await owner.get(f"/orders/{order.slug}/settle")
    field = next(n for n, _ in page.form("/settle/refund").fields if "units" in n)

    wrong = await owner.send(page, "/settle/refund", amount="5.00", **{field: "4"})
    assert "from 0 to 3 can come back." in wrong.words
    await owner.send(page, "/settle/refund", amount="5.00", **{field: "1"})
    held = await node.store.read(lambda read: read.held(jam.id))
    assert held == 2
    page = await owner.get(f"/orders/{order.slug}/settle")
    assert "Rose jam: up to 2" in page.words
