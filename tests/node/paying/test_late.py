"""Money that comes late: how long a place is kept, and what becomes of it then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from behaviors import order as behaviors_of_orders
from peer.model.behavior import on
from peer.model.effect import Refuse
from peer.node.refusal import Refused
from peer.node.ripening import carry_out_ripe
from peer.protocol import moment


@pytest.fixture
async def last(till):
    """The last place there is."""
    return await till.ticket(quantity=1)


async def on_page(till, sumup, ticket):
    """An order whose buyer went to the page to pay on, and that page."""
    order = await till.order(ticket)
    till.clock.tick(minutes=14)
    payment = await till.begin(order, "sumup")
    return order, payment, sumup.only["id"]


async def pays(till, sumup, payment, page):
    sumup.pay(page)
    await till.node.settling.settle(payment)


async def later(till, **how_long):
    till.clock.tick(**how_long)
    await carry_out_ripe(till.node.node)


async def test_who_is_on_the_page_to_pay_has_their_place_until_it_ends(
    till, sumup, last
):
    order, payment, page = await on_page(till, sumup, last)

    await later(till, minutes=28)
    with pytest.raises(Refused, match="none left"):
        await till.order(last)
    await pays(till, sumup, payment, page)

    assert await till.state(order) == "confirmed"


async def test_whoever_does_not_pay_there_loses_it_when_the_page_has_ended(
    till, sumup, last
):
    order, _, _ = await on_page(till, sumup, last)

    await later(till, minutes=31)

    assert await till.state(order) == "expired"
    assert (await till.order(last))["state"] == "awaiting"


async def test_going_to_the_page_again_and_again_keeps_it_for_an_hour_at_most(
    till, sumup, last
):
    order = await till.order(last)
    for _ in range(5):
        await later(till, minutes=14)
        if await till.state(order) == "awaiting":
            await till.begin(order, "sumup")

    kept = moment.read((await till.now(order))["expires"])
    assert kept - moment.read(order.published) <= timedelta(hours=1)
    assert await till.state(order) == "expired"


async def test_no_letter_is_written_because_somebody_went_to_pay(till, sumup, last):
    await on_page(till, sumup, last)

    [letter] = await till.letters()

    assert "how to pay" in letter.subject


async def test_money_after_that_finds_its_place_again_while_there_is_one(
    till, sumup, last
):
    order, payment, page = await on_page(till, sumup, last)
    await later(till, hours=2)
    assert await till.state(order) == "expired"

    await pays(till, sumup, payment, page)

    assert await till.state(order) == "confirmed"
    assert len(await till.seats(order)) == 1
    assert await till.node.held(last.id) == 1
    *_, letter = await till.letters()
    assert "is confirmed" in letter.subject


async def test_money_for_a_place_that_is_gone_is_flagged_told_and_goes_back(
    till, sumup, last
):
    order, payment, page = await on_page(till, sumup, last)
    await later(till, hours=2)
    await till.paid(await till.order(last))

    await pays(till, sumup, payment, page)

    assert await till.state(order) == "expired"
    assert await till.state(payment) == "paid"
    [flagged] = (await till.book(order)).flagged
    assert "nothing is left: pay it back" in flagged["flag"]
    *_, letter = await till.letters()
    assert "came too late" in letter.subject
    await till.refund(payment, 1000)
    [[back]] = sumup.refunds.values()
    assert back["amount"] == 10.0
    assert (await till.book(order)).flagged == []


async def test_money_that_something_refuses_is_in_the_books_all_the_same(
    till, sumup, last
):
    """Whatever comes of it, nobody's money is asked about for ever and never booked."""

    @on("Update", object="Order")
    def never(activity, read):
        return [Refuse("The moon is in the wrong house.", 409)]

    order, payment, page = await on_page(till, sumup, last)
    node = till.node.node
    known = [
        each for each in node.behaviors if each is not behaviors_of_orders.change_order
    ]
    node.behaviors = [*known, never]

    await pays(till, sumup, payment, page)

    assert await till.state(payment) == "paid"
    assert await till.state(order) == "awaiting"
    [flagged] = (await till.book(order)).flagged
    assert flagged["flag"] == "It came in, but the moon is in the wrong house."
