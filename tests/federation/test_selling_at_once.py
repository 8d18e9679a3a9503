"""A fresh cooperative sells: what the seeds offer, the shop has soon put on sale."""

from __future__ import annotations

from datetime import timedelta

import pytest

from peer.model.consent import mutual
from peer.protocol.moment import wire
from tests.federation.cooperating import of_all
from tests.federation.peers import near, soon
from tests.federation.trade import comes_to_have_sold

GIG = "/events/candlelit-strings"
KINDS = ("Relay in the shop", "Concession", "Standard")  # the dearest comes last


@pytest.fixture
async def events(open_peer, way):
    return await open_peer("events", peers=of_all(way), seeds=None)


async def buys(events):
    """The form of somebody who came by, as soon as there is one."""
    guest = await events.visitor()

    async def look():
        page = await guest.get(f"{GIG}/buy")
        return page if all(kind in page.words for kind in KINDS) else None

    return guest, await soon(look, "there are tickets to be had")


async def sells(shop, gig):
    """Has it heard that the event agrees?  That shows its tickets a moment earlier."""

    def look(read):
        edges = read.edges(relation="sellsTicketsFor", object=gig)
        return len(mutual(edges, read)) == len(KINDS)

    return await shop.node.store.read(look)


async def at_the_shop(guest, location, shop):
    """Where to pay: at once, or from the page that waits for the shop."""

    async def look():
        if location.startswith(shop.base):
            return location
        page = await guest.get(location)
        return page.location if page.status == 303 else None

    return (await soon(look, "the shop has answered")).removeprefix(shop.base)


async def test_a_guest_buys_what_the_seeds_have_offered(events, open_peer, way):
    shop = await open_peer("shop", peers=of_all(way), seeds=None)
    await soon(lambda: sells(shop, events.base + GIG), "the shop has heard that it may")
    guest, form = await buys(events)
    kinds = [name for name, _ in form.form("").fields if name.startswith("n-")]
    assert "Nothing was bought yet" not in form.words

    told = {kinds[-1]: "2", "name": "Gus", "email": "gus@example.org"}
    sent = await guest.fill(form, "", told, follow=False)
    payer = await shop.visitor()
    to_pay = await payer.get(await at_the_shop(guest, sent.location, shop))
    assert "£24.00" in to_pay.words
    await payer.send(to_pay, "/pay", provider="door")

    await comes_to_have_sold(events, events.base + GIG, 2)
    assert "82 left" in (await events.page(GIG)).words


async def test_a_shop_that_comes_later_has_them_as_soon_as_it_is_there(
    events, way, seeded, caller
):
    async def given_up():
        waiting = await events.node.store.read(lambda read: read.deliveries())
        return all(each.attempts for each in waiting) and waiting

    waiting = await soon(given_up, "all offers have failed once")
    hour = wire(events.node.now() + timedelta(hours=1))
    await events.node.store.transact(
        lambda tx: [tx.put_off(each.id, hour) for each in waiting]
    )

    told = {"peers": of_all(way), "seeds": None}
    async with near(way, "shop", await seeded("shop"), caller, **told):
        _, form = await buys(events)

    assert "£12.00" in form.words
