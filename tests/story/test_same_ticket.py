"""The same ticket at two shops: chosen once, and sold by whoever has one left."""

from __future__ import annotations

from peer.model.allotting import allotments_of, ticket_id
from peer.node.trading import allotments
from peer.node.trading.allotments import Row
from tests.federation.peers import soon
from tests.web.market import TEN


async def on_sale(events, shops) -> str:
    """An event, of which each of ``shops`` has one place to sell."""
    gig = await events.makes(
        "Event",
        name="Summer Gig",
        startTime="2031-07-12T19:00:00Z",
        timezone="Europe/London",
        joinMode="external",
        capacity=len(shops),
    )
    rows = [Row("Standard", TEN, 1, shop.actor) for shop in shops]
    await allotments.meet(events.node, {shop.actor for shop in shops})
    await allotments.offer(events.node, events.keeper, gig, rows)

    async def all_sell() -> bool:
        look = events.node.store.read
        given = await look(lambda read: allotments_of(read.get(gig), read))
        tickets = [await events.get(ticket_id(each)) for each in given]
        page = await events.page(f"{path(gig)}/buy")
        return None not in tickets and " or " in page.words

    await soon(all_sell, "both shops sell it")
    return gig


def path(id: str) -> str:
    return "/" + id.split("/", 3)[3]


async def buys(events, gig: str, name: str):
    """What a guest sees in the end."""
    guest = await events.visitor()
    page = await guest.get(f"{path(gig)}/buy")
    told = {"name": name, "email": f"{name.lower()}@example.org"}
    sent = await guest.fill(page, "", told, follow=False)
    return guest, sent


async def test_whoever_has_one_left_sells_it(events, shop, open_peer):
    shops = [shop, await open_peer("shop2")]
    gig = await on_sale(events, shops)

    sent = [(await buys(events, gig, name))[1] for name in ("Ada", "Bob")]

    sellers = {answer.location.partition("/orders/")[0] for answer in sent}
    assert sellers == {each.base for each in shops}


async def test_where_nobody_has_one_the_last_one_says_so(events, shop, open_peer):
    shops = [shop, await open_peer("shop2")]
    gig = await on_sale(events, shops)
    for name in ("Ada", "Bob"):
        await buys(events, gig, name)

    guest, sent = await buys(events, gig, "Cyd")
    page = await guest.get(sent.location)

    assert "there are none left" in page.words
    assert any(words == "Back to the form" for _, words in page.links)
