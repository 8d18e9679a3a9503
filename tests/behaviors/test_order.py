"""Orders at the shop, from what is asked for to the seats, and what ends them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peer.model import ordering
from peer.model.permission import STRANGER
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.replay import replayed
from peer.node.ripening import carry_out_ripe
from peer.node.trading import orders
from peer.protocol.moment import wire

CONTACT = {"name": "Grace Hopper", "email": "grace@meadow.example"}
POUNDS = {"amount": 1000, "currency": "GBP"}


@pytest.fixture
async def gig(node):
    values = {"name": "Summer Gig", "startTime": "2030-07-01T19:30:00+01:00"}
    done = await node.publish(node.site, Ask("Create", kind="Event", values=values))
    return done.thing


@pytest.fixture
def on_sale(node, gig):
    async def make(price: int = 1000, quantity: int = 5, **more):
        values = {
            "name": "Standard",
            "price": {"amount": price, "currency": "GBP"},
            "quantity": quantity,
            **more,
        }
        made, _ = await node.publish_all(
            node.site,
            [
                Ask("Create", kind="Ticket", values=values),
                Ask("Add", subject="@0", relation="sellsTicketsFor", object=gig.id),
            ],
        )
        return made.thing

    return make


@pytest.fixture
async def standard(on_sale):
    return await on_sale()


@pytest.fixture
def buy(node):
    async def make(*lines, token="a-form", viewer=STRANGER, **more):
        return await orders.order(
            node.node, viewer, token=token, lines=lines, contact=CONTACT, **more
        )

    return make


async def seats(node, order):
    read = node.store.read
    return await read(lambda read: ordering.parts_of(order.id, read, "Seat"))


async def test_an_order_is_kept_at_our_prices_until_it_is_paid(node, standard, buy):
    order = await buy((standard.id, 2))

    assert order["state"] == "awaiting"
    assert order["total"] == {"amount": 2000, "currency": "GBP"}
    assert await node.held(standard.id) == 2
    assert await seats(node, order) == []


async def test_once_it_is_confirmed_there_is_a_seat_for_each_place(
    node, gig, standard, buy
):
    order = await buy((standard.id, 2))

    order = await orders.move(node.node, order.id, "confirmed")

    found = await seats(node, order)
    assert [seat["number"] for seat in found] == [1, 2]
    assert {seat["holder"] for seat in found} == {"Grace Hopper"}
    assert len({seat["code"] for seat in found}) == 2
    assert await node.degree(relation="sold", subject=gig.id) == 2


async def test_confirming_twice_changes_nothing(node, gig, standard, buy):
    order = await buy((standard.id, 2))
    first = await orders.move(node.node, order.id, "confirmed")

    assert await orders.move(node.node, order.id, "confirmed") == first
    assert await node.degree(relation="sold", subject=gig.id) == 2


async def test_the_same_form_sent_again_is_the_same_order(node, standard, buy):
    first = await buy((standard.id, 2))
    again = await buy((standard.id, 2))

    assert again == first
    assert await node.held(standard.id) == 2


async def test_the_same_form_sent_many_times_at_once_is_one_order(node, standard, buy):
    found = await asyncio.gather(*(buy((standard.id, 1)) for _ in range(8)))

    assert len({order.id for order in found}) == 1
    assert await node.held(standard.id) == 1


async def test_a_token_is_never_for_something_else(standard, buy):
    await buy((standard.id, 2))

    with pytest.raises(Refused, match="sent before"):
        await buy((standard.id, 3))


async def test_there_are_as_many_as_it_says_and_no_more(node, standard, buy):
    answers = await asyncio.gather(
        *(buy((standard.id, 1), token=f"form-{n}") for n in range(12)),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 7
    assert await node.held(standard.id) == 5


async def test_what_is_not_paid_in_time_is_free_again(node, standard, buy, clock):
    order = await buy((standard.id, 2))

    clock.tick(minutes=14)
    await carry_out_ripe(node.node)
    assert (await node.get(order.id))["state"] == "awaiting"
    clock.tick(minutes=2)
    await carry_out_ripe(node.node)

    assert (await node.get(order.id))["state"] == "expired"
    assert await node.held(standard.id) == 0


async def test_what_was_paid_does_not_expire(node, standard, buy, clock):
    order = await buy((standard.id, 2))
    await orders.move(node.node, order.id, "confirmed")

    clock.tick(hours=1)
    await carry_out_ripe(node.node)

    assert (await node.get(order.id))["state"] == "confirmed"
    assert await node.held(standard.id) == 2


async def test_what_was_paid_too_late_is_honored_while_there_are_places(
    node, gig, standard, buy, clock
):
    order = await buy((standard.id, 2))
    clock.tick(hours=1)
    await carry_out_ripe(node.node)

    await orders.move(node.node, order.id, "confirmed")

    assert await node.held(standard.id) == 2
    assert await node.degree(relation="sold", subject=gig.id) == 2


async def test_what_was_paid_too_late_is_not_sold_twice(node, standard, buy, clock):
    order = await buy((standard.id, 2))
    clock.tick(hours=1)
    await carry_out_ripe(node.node)
    await buy((standard.id, 4), token="another")

    with pytest.raises(Refused):
        await orders.move(node.node, order.id, "confirmed")

    assert (await node.get(order.id))["state"] == "expired"
    why = await node.store.read(
        lambda read: ordering.why_not(read.get(order.id), wire(clock()), read)
    )
    assert why == "nothing is left"


async def test_what_costs_nothing_is_confirmed_at_once(node, gig, on_sale, buy):
    free = await on_sale(price=0)

    order = await buy((free.id, 1))

    assert order["state"] == "confirmed"
    assert await node.degree(relation="sold", subject=gig.id) == 1


async def test_what_is_paid_at_the_door_is_confirmed_at_once(standard, buy):
    order = await buy((standard.id, 1), pay_at="door")

    assert order["state"] == "confirmed"
    assert order["payAt"] == "door"


async def test_a_cancelled_order_gives_everything_back(node, gig, standard, buy):
    order = await buy((standard.id, 2))
    await orders.move(node.node, order.id, "confirmed")

    await orders.cancel(node.node, order.id)

    assert {seat["state"] for seat in await seats(node, order)} == {"void"}
    assert await node.held(standard.id) == 0
    assert await node.degree(relation="sold", subject=gig.id) == 0


async def test_one_seat_that_is_void_is_one_less_sold(node, gig, standard, buy):
    order = await buy((standard.id, 3))
    await orders.move(node.node, order.id, "confirmed")
    one = (await seats(node, order))[1]

    notes = {"was": "valid", "reason": "refunded"}
    values = {"state": "void", "reason": "refunded"}
    ask = Ask("Update", id=one.id, values=values, notes=notes)
    await node.publish(node.site, ask)

    sold = await node.edges(relation="sold", subject=gig.id)
    assert {edge.object for edge in sold} == {f"{order.id}#1", f"{order.id}#3"}
    assert await node.held(standard.id) == 2


async def test_who_ordered_cancels_at_once_what_is_not_paid(node, standard, buy, ada):
    order = await buy((standard.id, 2), viewer=ada)

    order = await orders.withdraw(node.node, order.id, ada.id)

    assert order["state"] == "cancelled"
    assert await node.held(standard.id) == 0


async def test_of_what_is_paid_the_shop_is_asked(node, standard, buy, ada):
    order = await buy((standard.id, 2), viewer=ada)
    await orders.move(node.node, order.id, "confirmed")

    order = await orders.withdraw(node.node, order.id, ada.id)

    assert order["state"] == "confirmed"
    assert order["request"] == "cancel"


async def test_nobody_else_cancels_it(node, standard, buy, ada, bob):
    order = await buy((standard.id, 2), viewer=ada)

    with pytest.raises(Refused, match="Only who ordered"):
        await orders.withdraw(node.node, order.id, bob.id)


async def test_products_and_tickets_go_into_one_order(node, standard, buy):
    values = {"name": "Rose jam", "price": {**POUNDS, "amount": 520}, "stock": 4}
    ask = Ask("Create", kind="Product", values=values)
    jam = (await node.publish(node.site, ask)).thing

    order = await buy((standard.id, 1), (jam.id, "2"))

    assert order["total"] == {"amount": 2040, "currency": "GBP"}
    assert await node.held(jam.id) == 2


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"salesStart": "2029-01-01T00:00:00Z"}, "not on sale yet"),
        ({"salesEnd": "2026-01-01T00:00:00Z"}, "no longer on sale"),
        ({"quantity": 0}, "Sold out"),
        ({"quantity": 1}, "only 1 left"),
    ],
)
async def test_what_is_not_to_be_had_is_said_in_a_sentence(on_sale, buy, more, why):
    ticket = await on_sale(**more)

    with pytest.raises(Refused, match=why):
        await buy((ticket.id, 2))


async def test_nothing_is_sold_for_an_event_that_is_cancelled(node, gig, standard, buy):
    ask = Ask("Update", id=gig.id, values={"status": "CANCELLED"})
    await node.publish(node.site, ask)

    with pytest.raises(Refused, match="cancelled"):
        await buy((standard.id, 1))


@pytest.mark.parametrize(
    "count", [-1, 0, 0.5, 10**9, float("nan"), 10**30, "٢", "1e2", "2\x00", "", None]
)
async def test_no_number_that_is_none_is_taken_for_one(standard, buy, count):
    with pytest.raises(Refused, match="whole number"):
        await buy((standard.id, count))


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_a_count_is_a_whole_number_above_zero_or_nothing(told):
    count = ordering.count_of(told)

    assert count is None or 0 < count < 10**9


async def test_the_log_alone_gives_the_same(node, standard, buy):
    order = await buy((standard.id, 2))
    await orders.move(node.node, order.id, "confirmed")
    await orders.cancel(node.node, order.id)

    assert (await replayed(node.node)).different == []


async def test_an_order_is_not_answered_a_second_time_by_hand(node, standard, buy):
    order = await buy((standard.id, 1))

    for verb in ("Accept", "Reject"):
        with pytest.raises(Refused):
            await node.publish(node.site, Ask(verb, id=order["offer"]))
