"""Paying on the pages of the shop: going there, coming back, and being told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from peer.node.paying.reconciling import round_of
from peer.protocol import moment
from peer.protocol.thing import Thing
from tests.node.paying.sumup_server import SumUpServer, listening
from tests.web.counter import Counter, open_counter


@pytest.fixture
async def sumup() -> AsyncIterator[SumUpServer]:
    async with listening() as server:
        yield server


@pytest.fixture
async def counter(make_peer, sumup) -> AsyncIterator[Counter]:
    async with open_counter(make_peer, sumup) as opened:
        yield opened


# -- the test provider -------------------------------------------------------------


async def test_approved_it_is_confirmed_and_the_buyer_is_back_at_the_order(counter):
    order = await counter.order(2)

    page = await counter.pay(order, "approve")

    assert page.path == await counter.address(order)
    assert "Your payment has arrived" in page.words
    assert await counter.state(order) == "confirmed"
    assert len(await counter.seats(order)) == 2


async def test_declined_the_order_is_kept_and_can_be_paid_again(counter):
    order = await counter.order()

    page = await counter.pay(order, "decline")

    assert "Nothing was paid" in page.words
    assert page.has_form("/pay")
    page = await counter.pay(order, "approve")
    assert await counter.state(order) == "confirmed"


async def test_what_does_not_fit_is_said_to_the_buyer(counter):
    order = await counter.order()

    page = await counter.pay(order, "less")

    assert "£5.00 came in, which is not what was to be paid" in page.words
    assert page.has_form("/pay")


async def test_slow_money_is_waited_for_on_a_page_that_looks_again(counter):
    order = await counter.order()

    page = await counter.pay(order, "slow")

    assert "Waiting for the payment" in page.words
    assert page.headers["Refresh"] == "5"
    counter.peer.clock.tick(seconds=30)
    page = await counter.buyer.get(page.path, follow=True)
    assert "Your payment has arrived" in page.words


async def test_told_several_times_it_is_paid_once(counter):
    order = await counter.order()

    await counter.pay(order, "twice")

    assert await counter.state(order) == "confirmed"
    assert len(await counter.seats(order)) == 1


async def test_told_never_it_is_found_by_the_clock(counter):
    order = await counter.order()

    page = await counter.pay(order, "lost")
    assert page.path == await counter.address(order)
    assert await counter.state(order) == "awaiting"

    counter.peer.clock.tick(minutes=10)
    await round_of(counter.peer.node)
    assert await counter.state(order) == "confirmed"


async def test_nobody_can_try_out_payments_where_that_is_not_switched_on(make_peer):
    peer = await make_peer("shop", payments=("door",))
    visitor = await peer.visitor()

    page = await visitor.get("/pay/trial/trial-1")

    assert page.status == 404


# -- SumUp -------------------------------------------------------------------------


async def test_the_way_to_sumup_and_back(counter, sumup):
    order = await counter.order()

    page = await counter.choose(order, "sumup")
    made = sumup.only
    assert page.status == 200
    assert (made["hosted_checkout_url"], f"Go to {sumup.url[7:]}") in page.links
    assert page.headers["Refresh"] == f"0; url={made['hosted_checkout_url']}"
    sumup.pay(made["id"])
    back = made["redirect_url"].removeprefix(counter.peer.base)
    page = await counter.buyer.get(back, follow=True)

    assert page.path == await counter.address(order)
    assert await counter.state(order) == "confirmed"


async def test_told_before_the_buyer_is_back(counter, sumup):
    order = await counter.order()
    await counter.choose(order, "sumup")
    made = sumup.only
    sumup.pay(made["id"])

    assert await notified(counter, made["id"]) == [204]
    assert await counter.state(order) == "confirmed"
    back = made["redirect_url"].removeprefix(counter.peer.base)
    page = await counter.buyer.get(back, follow=True)

    assert "Your payment has arrived" in page.words
    assert len(await counter.seats(order)) == 1


async def test_the_buyer_is_back_before_anybody_is_told(counter, sumup):
    order = await counter.order()
    await counter.choose(order, "sumup")
    made = sumup.only
    back = made["redirect_url"].removeprefix(counter.peer.base)
    page = await counter.buyer.get(back, follow=True)
    assert "Waiting for the payment" in page.words

    sumup.pay(made["id"])
    answers = await asyncio.gather(
        notified(counter, made["id"]), counter.buyer.get(back, follow=True)
    )

    assert answers[0] == [204]
    assert await counter.state(order) == "confirmed"
    assert len(await counter.seats(order)) == 1


async def notified(counter: Counter, id: str, times: int = 1) -> list[int]:
    told = {"event_type": "CHECKOUT_STATUS_CHANGED", "id": id}
    return await posted(counter, [told] * times)


async def posted(counter: Counter, bodies: list[object]) -> list[int]:
    async def one(body: object) -> int:
        how = {"data": body} if isinstance(body, bytes) else {"json": body}
        page = await counter.buyer.ask("POST", "/pay/sumup/notify", **how)
        return page.status

    return list(await asyncio.gather(*(one(body) for body in bodies)))


async def test_fifty_equal_notifications_at_once_are_one_payment(counter, sumup):
    order = await counter.order()
    await counter.choose(order, "sumup")
    sumup.pay(sumup.only["id"])

    statuses = await notified(counter, sumup.only["id"], 50)

    assert set(statuses) == {204}
    assert await counter.state(order) == "confirmed"
    assert len(await counter.seats(order)) == 1


async def test_what_a_notification_says_is_not_believed(counter, sumup):
    order = await counter.order()
    await counter.choose(order, "sumup")
    id = sumup.only["id"]
    lie = {"id": id, "status": "PAID", "payload": {"status": "PAID"}}

    assert await posted(counter, [lie]) == [204]

    assert await counter.state(order) == "awaiting"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"null",
        b'{"id": 5}',
        b'{"id": "' + b"9" * 5000 + b'"}',
        b'{"id": "unknown"}',
        b'{"id": "\\u0000\\ud800"}',
        b'{"payload": {"checkout_id": ["x"]}}',
        b"[" * 5000,
    ],
    ids=str,
)
async def test_of_what_nobody_knows_nothing_is_asked(counter, sumup, body):
    assert await posted(counter, [body]) == [204]
    assert sumup.asked == []


async def test_a_notification_is_no_place_for_more_than_a_hint(counter):
    assert await posted(counter, [b"x" * 20_000]) == [413]


@pytest.mark.parametrize("mode", ["broken", "garbage", "busy"])
async def test_where_it_cannot_be_had_the_page_says_so_and_the_order_is_kept(
    counter, sumup, mode
):
    order = await counter.order()
    sumup.mode = mode

    page = await counter.choose(order, "sumup")

    assert page.status == 200
    assert "cannot be had just now" in page.words
    assert "Your order is kept" in page.words
    sumup.mode = "well"
    page = await counter.buyer.send(page, "/pay", provider="sumup")
    assert "On to 127.0.0.1" in page.words


async def test_back_while_they_are_away_it_says_that_they_are_asked_again(
    counter, sumup
):
    order = await counter.order()
    await counter.choose(order, "sumup")
    sumup.pay(sumup.only["id"])
    sumup.mode = "broken"

    back = sumup.only["redirect_url"].removeprefix(counter.peer.base)
    page = await counter.buyer.get(back, follow=True)

    assert "gives no answer just now" in page.words
    assert await counter.state(order) == "awaiting"
    sumup.mode = "well"
    counter.peer.clock.tick(minutes=10)
    await round_of(counter.peer.node)
    assert await counter.state(order) == "confirmed"


# -- by hand -----------------------------------------------------------------------


async def test_before_they_choose_a_transfer_buyers_read_until_when(counter):
    config = counter.peer.node.config
    counter.peer.node.config = replace(config, transfer_days=3)
    order = await counter.order()
    before = counter.peer.node.now()

    page = await counter.buyer.get(await counter.address(order, "/pay"))

    after = counter.peer.node.now()
    assert "If you pay like this, your order is kept until" in page.words
    times = [moment.read(t["datetime"]) for _, t in page.tags if "datetime" in t]
    days, slack = timedelta(days=3), timedelta(minutes=1)
    assert [t for t in times if before + days - slack <= t <= after + days]


async def test_for_a_transfer_it_says_where_to_and_what_to_write(counter):
    order = await counter.order()

    page = await counter.choose(order, "transfer")

    assert "GB00 0000 0000" in page.words
    assert f"Write on it {order['number']}" in page.words
    assert await counter.state(order) == "awaiting"


async def test_at_the_door_it_is_confirmed_at_once(counter):
    order = await counter.order()

    page = await counter.choose(order, "door")

    assert page.path == await counter.address(order)
    assert await counter.state(order) == "confirmed"


async def test_an_order_is_paid_by_nobody_who_may_not_see_it(counter):
    order = await counter.order()
    stranger = await counter.peer.visitor()

    page = await stranger.get(f"/orders/{order.slug}/pay")
    sent = await stranger.post(f"/orders/{order.slug}/pay", provider="door")

    assert (page.status, sent.status) == (404, 404)
    assert await counter.state(order) == "awaiting"


async def test_what_is_paid_is_not_paid_again(counter):
    order = await counter.order()
    await counter.pay(order, "approve")

    page = await counter.buyer.get(await counter.address(order, "/pay"), follow=True)

    assert page.path == await counter.address(order)


async def test_many_buyers_pay_at_once(counter):
    made = [await counter.order() for _ in range(10)]

    async def one(order: Thing) -> None:
        visitor = await counter.peer.visitor()
        mine = Counter(counter.peer, visitor, counter.ticket)
        await mine.pay(order, "approve")

    await asyncio.gather(*(one(order) for order in made))

    assert {await counter.state(order) for order in made} == {"confirmed"}
