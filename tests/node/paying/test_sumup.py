"""Paying at SumUp: what is asked of it, what is believed, and what it may do wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from peer.node.paying.provider import Unavailable
from peer.node.paying.ways import way
from peer.node.refusal import Refused


async def test_a_checkout_is_made_for_what_the_order_costs(till, sumup):
    order = await till.order(count=2)

    payment = await till.begin(order, "sumup")

    made = sumup.only
    assert (made["amount"], made["currency"]) == (20.0, "GBP")
    assert made["redirect_url"] == f"{order.id}/pay/sumup"
    assert made["return_url"] == f"{till.node.base}/pay/sumup/notify"
    assert order["number"] in made["description"]
    now = await till.now(payment)
    assert now["href"] == f"{sumup.url}/page/{made['id']}"
    assert now["reference"] == made["id"]


@pytest.mark.parametrize(
    ("price", "count", "told"), [(1005, 1, 10.05), (1, 1, 0.01), (1999, 3, 59.97)]
)
async def test_no_penny_is_lost_on_the_way(till, sumup, price, count, told):
    order = await till.order(await till.ticket(price=price), count)

    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(payment)

    assert sumup.only["amount"] == told
    assert (await till.book(order)).paid == price * count
    assert await till.state(order) == "confirmed"


async def test_who_begins_twice_is_given_the_same_checkout(till, sumup):
    order = await till.order()

    first, second = [await till.begin(order, "sumup") for _ in range(2)]
    await asyncio.gather(*(till.begin(order, "sumup") for _ in range(5)))

    assert first == second
    assert len(sumup.checkouts) == 1


async def test_who_begins_several_times_at_once_is_given_the_same_checkout(till, sumup):
    order = await till.order()

    begun = await asyncio.gather(*(till.begin(order, "sumup") for _ in range(5)))

    assert len(set(begun)) == 1
    assert len(sumup.checkouts) == 1


async def test_nobody_is_sent_to_a_page_that_has_ended(till, sumup):
    order = await till.order()
    await till.begin(order, "door")
    first = await till.begin(order, "sumup")

    till.clock.tick(minutes=26)
    second = await till.begin(order, "sumup")

    assert first != second
    old, new = sumup.checkouts
    sumup.pay(new)
    sumup.pay(old)
    await till.node.settling.settle(second)
    await till.node.settling.settle(first)
    book = await till.book(order)
    assert (book.paid, [each.id for each in book.flagged]) == (1000, [first])


async def test_a_checkout_whose_answer_was_lost_is_found_again(till, sumup):
    order = await till.order()
    sumup.deaf.add("create")
    with pytest.raises(Unavailable):
        await till.begin(order, "sumup")

    sumup.deaf.clear()
    payment = await till.begin(order, "sumup")

    assert (await till.now(payment))["reference"] == sumup.only["id"]


@pytest.mark.parametrize("how", ["without its page", "ended"])
async def test_where_nobody_can_be_sent_to_what_was_made_another_is_made(
    till, sumup, how
):
    order = await till.order()
    sumup.deaf.add("create")
    with pytest.raises(Unavailable):
        await till.begin(order, "sumup")
    sumup.deaf.clear()
    sumup.lists_pages = how == "ended"
    first = sumup.only
    first["status"] = "EXPIRED" if how == "ended" else "PENDING"

    payment = await till.begin(order, "sumup")

    [_, second] = sumup.checkouts.values()
    assert second["checkout_reference"] == f"{first['checkout_reference']}/1"
    assert (await till.now(payment))["href"] == second["hosted_checkout_url"]


async def test_money_that_came_and_went_back_whole_has_come(till, sumup):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    sumup.only["transactions"][0]["status"] = "REFUNDED"

    settled = await till.node.settling.settle(payment)

    assert settled.trouble == ""
    assert (await till.now(payment))["state"] == "paid"


async def test_it_is_paid_when_they_say_so(till, sumup):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    await till.node.settling.settle(payment)
    assert await till.state(order) == "awaiting"

    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(payment)

    assert await till.state(order) == "confirmed"


async def test_after_a_card_was_declined_the_same_page_may_still_bring_the_money(
    till, sumup
):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    sumup.fail(sumup.only["id"])
    await till.node.settling.settle(payment)
    assert await till.state(payment) == "failed"

    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(payment)

    assert await till.state(order) == "confirmed"


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 9.99}, {"amount": 100.0}, {"currency": "EUR"}],
    ids=str,
)
async def test_another_amount_or_currency_is_not_paid_and_flagged(till, sumup, wrong):
    order = await till.order()
    payment = await till.begin(order, "sumup")

    sumup.pay(sumup.only["id"], **wrong)
    await till.node.settling.settle(payment)

    assert await till.state(order) == "awaiting"
    assert await till.seats(order) == []
    assert [each.id for each in (await till.book(order)).flagged] == [payment]


@pytest.mark.parametrize("shown", [[], [{"id": "txn-1", "status": "CANCELLED"}]])
async def test_a_checkout_that_says_paid_and_shows_no_payment_is_not(
    till, sumup, shown
):
    order = await till.order()
    payment = await till.begin(order, "sumup")

    sumup.only.update(status="PAID", transactions=shown)
    settled = await till.node.settling.settle(payment)

    assert "shows no payment" in settled.trouble
    assert await till.state(order) == "awaiting"


@pytest.mark.parametrize("amount", [10.005, 1e30, True, "ten", None, float("nan")])
async def test_an_amount_that_nobody_could_pay_changes_nothing(till, sumup, amount):
    order = await till.order()
    payment = await till.begin(order, "sumup")

    sumup.pay(sumup.only["id"])
    sumup.only["transactions"][0]["amount"] = amount
    settled = await till.node.settling.settle(payment)

    assert "amount" in settled.trouble
    assert await till.state(payment) == "pending"


async def test_two_charges_for_one_checkout_are_one_order_and_one_to_pay_back(
    till, sumup
):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    sumup.charge(sumup.only["id"])

    await till.node.settling.settle(payment)

    book = await till.book(order)
    assert await till.state(order) == "confirmed"
    assert len(await till.seats(order)) == 1
    assert (book.paid, len(book.flagged)) == (1000, 1)


@pytest.mark.parametrize("mode", ["broken", "busy", "garbage", "strange"])
async def test_whatever_it_answers_the_order_is_kept(till, sumup, mode):
    order = await till.order()
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])

    sumup.mode = mode
    settled = await till.node.settling.settle(payment)

    assert "SumUp" in settled.trouble
    assert await till.state(order) == "awaiting"
    sumup.mode = "well"
    await till.node.settling.settle(payment)
    assert await till.state(order) == "confirmed"


@pytest.mark.parametrize("mode", ["silent", "dripping"])
async def test_it_is_not_waited_for_without_end(till, sumup, mode, monkeypatch):
    monkeypatch.setattr("peer.node.paying.ways._DEADLINE", 0.2)
    order = await till.order()
    payment = await till.begin(order, "sumup")

    sumup.mode = mode
    settled = await till.node.settling.settle(payment)

    assert settled.trouble == "SumUp gave no answer in time."
    assert await till.state(payment) == "pending"


async def test_it_is_asked_only_where_this_peer_may_go(till, sumup):
    till.node.outgoing.reach._allowed = frozenset()
    order = await till.order()

    with pytest.raises(Unavailable, match="no answer"):
        await till.begin(order, "sumup")

    assert sumup.asked == []


async def test_what_it_refuses_is_said_in_its_words(till, sumup):
    till.node.config = replace(till.node.config, sumup_merchant="SOMEBODY")
    order = await till.order()

    with pytest.raises(Refused, match="checkout_payments_not_allowed"):
        await till.begin(order, "sumup")


async def test_the_key_is_shown_to_nobody(till):
    assert "sup_sk" not in repr(way(till.node.node, "sumup"))
    assert "sup_sk" not in repr(till.node.config)
