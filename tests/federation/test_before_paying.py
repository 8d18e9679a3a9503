"""Before anybody pays, whoever agreed to the sale is asked whether they still do."""

from __future__ import annotations

import pytest

from peer.node import examining
from peer.node.paying.beginning import begun
from peer.node.refusal import Refused
from tests.federation.cooperating import of_all
from tests.federation.peers import near
from tests.federation.trade import asks, comes_to_be, on_sale


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def shop(open_peer, way):
    return await open_peer("shop", peers=of_all(way), payments=("trial", "door"))


async def gig_of(events):
    told = {"startTime": "2030-07-12T19:00:00Z", "joinMode": "external"}
    return await events.makes("Event", name="Summer Gig", **told)


async def ordered(events, shop):
    """An order that waits to be paid, and the consent to the sale of its ticket."""
    ticket = await on_sale(events, shop, await gig_of(events))
    purchase = await asks(events, ticket)
    purchase = await comes_to_be(events, purchase.id, "accepted")
    [edge] = await shop.edges(subject=ticket, relation="sellsTicketsFor")
    [yes] = await events.edges(object=edge.id, relation="consents")
    return purchase["order"], yes


async def pays(shop, order):
    return await begun(shop.node, order, "trial", f"{order}/pay/trial")


async def taken_back_unheard(events, yes):
    """As after a restore of the shop: it was told, and knows nothing of it."""

    def forget(tx):
        tx.unrelate(yes.subject, yes.relation, yes.object)

    await events.node.store.transact(forget)


async def test_what_was_taken_back_unheard_is_not_paid_for(events, shop):
    order, yes = await ordered(events, shop)
    await taken_back_unheard(events, yes)

    with pytest.raises(Refused, match="no longer lets us sell"):
        await pays(shop, order)

    assert await shop.edges(relation="consents", object=yes.object) == []
    assert await shop.edges(relation="pays") == []


async def test_what_still_stands_is_paid_for(events, shop):
    order, _ = await ordered(events, shop)

    assert (await pays(shop, order)).href


async def test_an_order_is_not_lost_because_the_event_is_down(
    way, seeded, caller, shop
):
    async with near(
        way, "events", await seeded("events"), caller, peers=of_all(way)
    ) as events:
        order, _ = await ordered(events, shop)

    assert (await pays(shop, order)).href


async def test_it_is_a_setting_after_how_many_hours_one_asks_again(
    open_peer, way, events
):
    shop = await open_peer("shop", peers=of_all(way), recheck_hours=48)
    _, yes = await ordered(events, shop)
    await taken_back_unheard(events, yes)

    shop.clock.tick(hours=47)
    await examining.reverify_due(shop.node)
    assert await shop.edges(relation="consents", object=yes.object)
    shop.clock.tick(hours=2)
    await examining.reverify_due(shop.node)

    assert await shop.edges(relation="consents", object=yes.object) == []
