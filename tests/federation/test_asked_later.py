"""Who orders from elsewhere was shown no questions: they answer before they pay."""

from __future__ import annotations

import pytest

from peer.model.ordering import parts_of
from peer.model.questions import said
from peer.node.outbox import Ask
from peer.node.replay import replayed
from peer.node.ripening import carry_out_ripe
from peer.node.trading import orders
from peer.protocol import moment
from tests.federation.fediverse.wording import mention
from tests.federation.test_strangers_buying import (
    offers,
    order_of,
    shop,
)
from tests.federation.trade import PRICE

__all__ = ["shop"]  # a fixture

NEEDS = [{"ask": "Dietary needs", "required": True}, {"ask": "Shoe size"}]
FREE = {**PRICE, "amount": 0}


@pytest.fixture
def sold(shop):
    async def make(price=PRICE, questions=NEEDS, startTime="2030-07-12T19:00:00Z"):
        event = await shop.makes(
            "Event",
            name="Tasting",
            startTime=startTime,
            joinMode="external",
            questions=questions,
        )
        values = {"name": "Standard", "price": price, "quantity": 5}
        asks = [
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@0", relation="sellsTicketsFor", object=event),
        ]
        done = await shop.node.publish_all(shop.keeper, asks)
        return event, done[0].object.id

    return make


async def answers(shop, order, event, text="Vegan"):
    told = {"event": event, "ask": "Dietary needs", "answer": text}
    return await orders.answer(shop.node, order.id, [told])


async def seats(shop, order):
    return await shop.node.store.read(lambda r: parts_of(order.id, r, "Seat"))


async def test_a_free_ticket_is_theirs_once_they_have_answered(shop, sold, mitra):
    event, ticket = await sold(FREE)

    offer = await offers(mitra.actor("ana"), shop, ticket, count="2", amount="0")
    got = await mitra.got("Accept")

    order = await order_of(shop, offer)
    assert order["state"] == "awaiting"
    assert await seats(shop, order) == []
    [link] = [u for u in got.activity["result"]["url"] if u["rel"] == "payment"]
    assert link["name"] == "Answer what is asked"
    done = await answers(shop, order, event)
    assert done["state"] == "confirmed"
    told = [said(seat["answers"]) for seat in await seats(shop, order)]
    assert told == [[("Dietary needs", "Vegan")]] * 2
    assert (await replayed(shop.node)).different == []


async def test_what_is_free_is_kept_for_a_day_for_who_is_to_answer(shop, sold, mitra):
    _, ticket = await sold(FREE)
    offer = await offers(mitra.actor("ana"), shop, ticket, count="1", amount="0")
    await mitra.got("Accept")
    order = await order_of(shop, offer)

    lasts = moment.read(order["expires"]) - moment.read(order.published)
    assert lasts.total_seconds() == 24 * 3600
    shop.later(hours=25)
    await carry_out_ripe(shop.node)
    assert (await shop.get(order.id))["state"] == "expired"
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0


async def test_what_has_begun_and_is_sold_still_is_kept_for_a_quarter_of_an_hour(
    shop, sold, mitra
):
    event, ticket = await sold(FREE, startTime="2020-07-12T19:00:00Z")
    closes = Ask("Update", id=ticket, values={"salesEnd": "2030-07-12T20:00:00Z"})
    await shop.node.publish(shop.keeper, closes)

    offer = await offers(mitra.actor("ana"), shop, ticket, count="1", amount="0")
    await mitra.got("Accept")

    order = await order_of(shop, offer)
    lasts = moment.read(order["expires"]) - moment.read(order.published)
    assert lasts.total_seconds() == 15 * 60
    assert (await answers(shop, order, event))["state"] == "confirmed"


@pytest.mark.parametrize("questions", [None, [{"ask": "Shoe size"}]])
async def test_where_nothing_has_to_be_answered_it_is_theirs_at_once(
    shop, sold, mitra, questions
):
    _, ticket = await sold(FREE, questions)

    offer = await offers(mitra.actor("ana"), shop, ticket, count="1", amount="0")
    await mitra.got("Accept")

    assert (await order_of(shop, offer))["state"] == "confirmed"


async def test_the_page_to_pay_on_asks_first_and_loses_nothing(shop, sold, mitra):
    event, ticket = await sold()
    offer = await offers(mitra.actor("ana"), shop, ticket, count="1", amount="10.00")
    await mitra.got("Accept")
    order = await order_of(shop, offer)

    paid_late = await answers(shop, order, event, "None")

    assert paid_late["state"] == "awaiting"
    await orders.move(shop.node, order.id, "confirmed")
    [seat] = await seats(shop, order)
    assert said(seat["answers"]) == [("Dietary needs", "None")]


async def test_money_that_comes_before_an_answer_makes_the_order_good(
    shop, sold, mitra
):
    _, ticket = await sold()
    offer = await offers(mitra.actor("ana"), shop, ticket, count="1", amount="10.00")
    await mitra.got("Accept")
    order = await order_of(shop, offer)

    await orders.move(shop.node, order.id, "confirmed")

    assert len(await seats(shop, order)) == 1


async def test_who_mentions_the_desk_is_led_to_what_is_asked(shop, sold, mastodon):
    event, ticket = await sold(FREE)
    bea, tags = mastodon.actor("bea"), [mention(shop.actor, "shop")]

    text = f"<p>@shop 2 please, {ticket}</p>"
    await bea.post(text, [shop.actor], tags=tags, cc=[shop.actor])

    def is_private(told):
        return told["type"] == "Create" and told["object"]["type"] == "Note"

    got = await mastodon.got(is_private)
    assert "The organizer asks something first" in got.object["content"]
    assert "/pay?key=" in got.object["content"]
    [edge] = await shop.edges(relation="bought", subject=bea.id)
    done = await orders.answer(
        shop.node,
        edge.object,
        [{"event": event, "ask": "Dietary needs", "answer": "Vegan"}],
    )
    assert done["state"] == "confirmed"


async def test_answers_are_in_nothing_that_others_read(shop, sold, mitra, mastodon):
    event, ticket = await sold(FREE)
    offer = await offers(mitra.actor("ana"), shop, ticket, count="1", amount="0")
    await mitra.got("Accept")
    order = await order_of(shop, offer)
    await answers(shop, order, event, "Allergic to kiwi")
    await mitra.got("Update")

    told = [each.activity for each in (*mitra.received, *mastodon.received)]
    assert "kiwi" not in str(told)
    assert "kiwi" not in str([await shop.read(event), await shop.read(ticket)])
