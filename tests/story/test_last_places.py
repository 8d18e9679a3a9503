"""Many want the last places at once: as many get one as there are, and no more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest

from peer.config import Config
from peer.model.behavior import Behavior
from peer.model.effect import Effect, Hold
from peer.model.permission import STRANGER
from peer.model.reading import Read
from peer.node.node import Node, open_node
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading import orders
from peer.protocol.thing import Activity
from store.interface import Busy
from tests.story.history import History, kept, problems
from tests.story.selling import PRICE, contact


@pytest.fixture
def open_shop(store_url, tmp_path):
    """``open_shop()``: a shop with an event of its own, as often as it is called."""
    config = Config("shop", "https://shop.example", tmp_path, store_url)
    return partial(open_node, config)


async def on_sale(node: Node, quantity: int) -> str:
    """The id of a ticket of which there are so many."""
    told = {"name": "Gig", "startTime": "2030-07-12T19:00:00Z", "timezone": "UTC"}
    ticket = {"name": "Standard", "price": PRICE, "quantity": quantity}
    asks = [
        Ask("Create", kind="Event", values={**told, "joinMode": "external"}),
        Ask("Create", kind="Ticket", values=ticket),
        Ask("Add", subject="@1", relation="sellsTicketsFor", object="@0"),
    ]
    done = await node.publish_all(node.site, asks)
    return done[1].object.id


async def buys(node: Node, ticket: str, number: int) -> bool:
    """Does somebody get one?  Who has waited for the store for too long asks again."""
    while True:
        try:
            order = await orders.order(
                *(node, STRANGER),
                token=f"a-token-of-buyer-{number:06}",
                lines=[(ticket, 1)],
                contact=contact(f"buyer {number}"),
            )
            await orders.move(node, order.id, "confirmed")
        except Busy:
            continue
        except Refused as refused:
            assert "none left" in refused.reason
            return False
        return True


async def all_buy(nodes: Sequence[Node], ticket: str, many: int) -> int:
    """How many of so many at once get one, asking any of ``nodes``."""
    asked = (buys(nodes[n % len(nodes)], ticket, n) for n in range(many))
    return sum(await asyncio.gather(*asked))


async def wrongs(node: Node) -> list[str]:
    shop = await kept(node.base, node.store)
    return problems(History(), [shop], shop)


@pytest.mark.parametrize("places", [1, 4])
async def test_ten_at_once_get_what_there_is(open_shop, places):
    async with open_shop() as node:
        ticket = await on_sale(node, places)

        assert await all_buy([node], ticket, 10) == places

        assert await wrongs(node) == []


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_workers_that_share_a_store_do_not_sell_more(open_shop, backend):
    async with open_shop() as one, open_shop() as two, open_shop() as three:
        ticket = await on_sale(one, 10)

        assert await all_buy([one, two, three], ticket, 60) == 10

        assert await wrongs(one) == []


async def test_whoever_holds_nothing_sells_too_much(open_shop):
    """What is above can fail: without its defence it does."""
    async with open_shop() as node:
        node.behaviors = [without_holds(each) for each in node.behaviors]
        ticket = await on_sale(node, 4)

        assert await all_buy([node], ticket, 10) == 10

        assert any("orders keep 10" in wrong for wrong in await wrongs(node))


def without_holds(behavior: Behavior) -> Behavior:
    """The same, but that it keeps nothing for anybody."""

    def answer(activity: Activity, read: Read) -> list[Effect]:
        effects = behavior.answer(activity, read)
        return [each for each in effects if not isinstance(each, Hold)]

    return replace(behavior, answer=answer)


async def test_the_same_form_sent_at_once_is_one_order(open_shop):
    async with open_shop() as node:
        ticket = await on_sale(node, 4)

        await asyncio.gather(*(buys(node, ticket, 7) for _ in range(10)))

        shop = await kept(node.base, node.store)
        assert len(shop.own("Order")) == len(shop.own("Seat")) == 1
        assert problems(History(), [shop], shop) == []
