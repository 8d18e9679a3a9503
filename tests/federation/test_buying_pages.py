"""Buying between two peers as a guest does it: with forms, from page to page."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

from peer.node.trading import orders, purchases
from peer.web.pages import purchasing
from tests.federation.cooperating import of_all
from tests.federation.peers import near, soon
from tests.federation.test_buying import gig, known
from tests.federation.trade import comes_to_have_sold, on_sale

__all__ = ["gig", "known"]  # fixtures

WHO = {"name": "Grace Hopper", "email": "grace@example.org"}


def path(id: str) -> str:
    return "/" + id.split("/", 3)[3]


async def form(peer, gig):
    guest = await peer.visitor()
    return guest, await guest.get(f"{path(gig)}/buy")


async def test_a_guest_is_at_the_shop_after_one_form(events, shop, gig):
    await on_sale(events, shop, gig)
    guest, page = await form(events, gig)

    sent = await guest.fill(page, "", WHO, follow=False)
    asked = await guest.get(sent.location) if sent.location.startswith("/") else sent

    assert sent.status == 303
    to = asked.location or sent.location
    assert to.startswith(f"{shop.base}/orders/")
    assert "/pay?key=" in to


async def test_the_order_is_the_guests_and_nobody_elses(events, shop, gig):
    await on_sale(events, shop, gig)
    guest, page = await form(events, gig)
    sent = await guest.fill(page, "", WHO, follow=False)

    there = await shop.visitor()
    order = await there.get(path(sent.location).replace("/pay", ""))
    closed = await there.get(path(sent.location).partition("/pay")[0])

    assert f"order:{sent.location.split('/')[4]}" in order.words
    assert "Summer Gig, 1" in order.words
    assert "£10.00" in order.words
    assert closed.status == 404


async def test_five_at_once_with_one_form_is_one_order(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    guest, page = await form(events, gig)

    answers = await asyncio.gather(
        *(guest.fill(page, "", WHO, follow=False) for _ in range(5))
    )

    assert {answer.status for answer in answers} == {303}
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 1


async def test_more_than_there_are_is_refused_with_the_number(events, shop, gig):
    await on_sale(events, shop, gig, quantity=3)
    guest, page = await form(events, gig)
    field = next(name for name, _ in page.form().fields if name.startswith("n-"))
    others, first = await form(events, gig)
    await others.fill(first, "", {**WHO, field: "2"}, follow=False)

    sent = await guest.fill(page, "", {**WHO, field: "2"})

    assert "There is only 1 left." in sent.words
    back = next(href for href, words in sent.links if words == "Back to the form")
    again = await guest.get(back)
    assert dict(again.form().fields)[field] == "2"
    assert dict(again.form().fields)["email"] == WHO["email"]


async def test_what_was_sold_is_counted_and_can_be_proven(events, shop, gig):
    await on_sale(events, shop, gig)
    guest, page = await form(events, gig)
    sent = await guest.fill(page, "", WHO, follow=False)
    order = f"{shop.base}/orders/{sent.location.split('/')[4]}"
    await orders.move(shop.node, order, "confirmed")
    await comes_to_have_sold(events, gig, 1)

    owner = await events.owner()
    proven = await owner.get(f"{path(gig)}/sold")
    stranger = await guest.get(f"{path(gig)}/sold")

    assert "1 sold" in proven.words
    assert f"order:{order.rpartition('/')[2]}" in proven.words
    assert "The signature holds" in proven.words
    assert "Not proven" not in proven.words
    assert WHO["email"] not in proven.text
    assert WHO["name"] not in proven.text
    assert stranger.status in (303, 401, 403)


async def test_a_shop_that_is_down_is_waited_for_and_then_gone_to(
    events, open_peer, way, gig, seeded, caller
):
    async with AsyncExitStack() as stack:
        seeds = await seeded("shop")
        gone = near(way, "shop", seeds, caller, peers=of_all(way))
        shop = await stack.enter_async_context(gone)
        await on_sale(events, shop, gig)
    guest, page = await form(events, gig)
    events.waits(0.1)

    sent = await guest.fill(page, "", WHO)

    async def told() -> bool:
        again = await guest.get(sent.url)
        return "is not answering just now" in again.words

    assert "The shop was asked" in sent.words
    await soon(told, "the page says that the shop is down")
    shop = await open_peer("shop", peers=of_all(way))
    events.later(hours=1)

    async def led_on() -> bool:
        again = await guest.get(sent.url)
        return again.location.startswith(f"{shop.base}/orders/")

    await soon(led_on, "the page leads to the shop")


async def test_without_scripts_the_page_is_loaded_again_and_waits(
    events, open_peer, seeded, way, gig, caller, monkeypatch
):
    """As long as it takes, while the one before is there to be looked at."""
    monkeypatch.setattr(purchasing, "_LOOKED_AT", 600.0)
    async with AsyncExitStack() as stack:
        seeds = await seeded("shop")
        gone = near(way, "shop", seeds, caller, peers=of_all(way))
        shop = await stack.enter_async_context(gone)
        await on_sale(events, shop, gig)
    guest, page = await form(events, gig)
    events.waits(0.1)
    sent = await guest.fill(page, "", WHO)
    [anew] = [
        each["content"].partition("url=")[2]
        for tag, each in sent.tags
        if tag == "meta" and each.get("http-equiv") == "refresh"
    ]

    loading = asyncio.create_task(guest.get(anew))
    await asyncio.wait([loading], timeout=0.3)
    waits = not loading.done()
    await purchases.withdraw(events.node, f"{events.base}{sent.path.partition('?')[0]}")
    async with asyncio.timeout(120):
        after = await loading

    assert waits
    assert "You have withdrawn this" in after.words


async def test_a_guest_cancels_at_the_shop_and_the_event_hears_of_it(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    guest, page = await form(events, gig)
    sent = await guest.fill(page, "", WHO, follow=False)
    there = await shop.visitor()
    order = await there.get(path(sent.location).replace("/pay", ""))

    after = await there.send(order, "/cancel")

    assert "This order is cancelled." in after.words
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0

    async def heard() -> bool:
        entries = await events.node.store.read(lambda read: read.log(type="Offer"))
        ids = [e.activity.object.id for e in entries]
        found = await events.node.store.read(lambda read: read.many(ids))
        states = {t["state"] for t in found.values() if t.kind == "Purchase"}
        return states == {"cancelled"}

    await soon(heard, "the purchase is cancelled")
