"""People of other servers buy: by an offer, by mentioning the desk, by a button."""

from __future__ import annotations

import pytest

from peer.model import ordering
from peer.node.outbox import Ask
from peer.node.trading import orders
from tests.federation.cooperating import of_all
from tests.federation.fediverse.wording import mention
from tests.federation.peers import soon
from tests.federation.trade import PRICE, on_sale

VALUEFLOWS = {
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "Agreement": "vf:Agreement",
    "Commitment": "vf:Commitment",
    "hasUnit": "vf:hasUnit",
    "hasNumericalValue": "vf:hasNumericalValue",
}


@pytest.fixture
async def shop(open_peer, way):
    return await open_peer("shop", peers=of_all(way))


@pytest.fixture
async def ticket(shop):
    """On sale for an event of the shop's own."""
    event = await shop.makes(
        "Event", name="Tasting", startTime="2030-07-12T19:00:00Z", joinMode="external"
    )
    values = {"name": "Standard", "price": PRICE, "quantity": 5}
    asks = [
        Ask("Create", kind="Ticket", values=values),
        Ask("Add", subject="@0", relation="sellsTicketsFor", object=event),
    ]
    done = await shop.node.publish_all(shop.keeper, asks)
    return done[0].object.id


def agreement(ticket, count="2", amount="20.00", unit="GBP"):
    return {
        "type": "Agreement",
        "stipulates": {
            "type": "Commitment",
            "satisfies": f"{ticket}#primary",
            "resourceQuantity": {"hasUnit": "one", "hasNumericalValue": count},
        },
        "stipulatesReciprocal": {
            "type": "Commitment",
            "satisfies": f"{ticket}#reciprocal",
            "resourceQuantity": {"hasUnit": unit, "hasNumericalValue": amount},
        },
    }


async def offers(actor, shop, ticket, **how):
    context = ["https://www.w3.org/ns/activitystreams", VALUEFLOWS]
    more = {"@context": context, "to": [shop.actor]}
    said = actor.act("Offer", agreement(ticket, **how), **more)
    await actor.say(said, [shop.actor])
    return said


async def order_of(shop, offer):
    return await shop.get(ordering.order_id(shop.actor, offer["id"]))


async def test_an_offer_in_mitras_words_is_accepted_with_where_to_pay(
    shop, ticket, mitra
):
    ana = mitra.actor("ana")

    said = await offers(ana, shop, ticket)

    got = await mitra.got("Accept")
    assert got.object == said["id"]
    result = got.activity["result"]
    assert result["attributedTo"] == got.activity["actor"] == shop.actor
    assert result["stipulates"]["resourceQuantity"]["hasNumericalValue"] == "2"
    [pay] = [link for link in result["url"] if link["rel"] == "payment"]
    assert pay["href"].startswith(f"{result['id']}/pay?key=")
    assert got.activity["to"] == [ana.id]


async def test_its_buyer_is_told_when_it_is_paid(shop, ticket, mitra):
    said = await offers(mitra.actor("ana"), shop, ticket)
    await mitra.got("Accept")
    order = await order_of(shop, said)

    await orders.move(shop.node, order.id, "confirmed")

    got = await mitra.got("Update")
    assert got.object["preview"]["name"] == "Paid"
    assert got.object["stipulatesReciprocal"]["finished"] is True


async def test_its_buyer_gets_a_receipt_like_the_proposal_has_it(shop, ticket, mitra):
    ana = mitra.actor("ana")
    said = await offers(ana, shop, ticket)
    await mitra.got("Accept")
    order = await order_of(shop, said)

    await orders.move(shop.node, order.id, "confirmed")

    got = await mitra.got("Create")
    assert (got.object["type"], got.object["name"]) == ("Document", "Receipt")
    assert got.object["context"] == order.id
    assert got.object["attachment"][0]["name"] == "2 tickets"
    assert got.activity["to"] == [ana.id]


async def test_the_last_are_told_of_as_sold_out_and_then_as_on_sale_again(
    shop, ticket, mitra
):
    ana = mitra.actor("ana")
    await ana.follow(shop.actor)
    await mitra.got("Accept")

    said = await offers(ana, shop, ticket, count="5", amount="50.00")

    def left(count):
        def told(activity):
            object = activity["object"]
            is_it = activity["type"] == "Update" and object.get("type") == "Proposal"
            return is_it and _available(object) == count

        return told

    await mitra.got(left("0"))
    await ana.undo(said, [shop.actor])
    await mitra.got(left("5"))


def _available(proposal):
    return proposal["publishes"]["availableQuantity"]["hasNumericalValue"]


async def test_the_same_offer_again_is_answered_again_and_is_one_order(
    shop, ticket, mitra
):
    ana = mitra.actor("ana")
    said = await offers(ana, shop, ticket)
    await mitra.got("Accept")
    await soon(shop.has_said_all, "the answer is out of the queue")

    await ana.say(said, [shop.actor])

    await soon(lambda: twice(mitra), "it is answered twice")
    assert len({a.activity["id"] for a in mitra.all("Accept")}) == 1
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 2


async def twice(mitra):
    return len(mitra.all("Accept")) == 2


async def test_by_the_same_id_nothing_else_is_offered(shop, ticket, mitra):
    ana = mitra.actor("ana")
    said = await offers(ana, shop, ticket)
    await mitra.got("Accept")
    other = {**said, "object": agreement(ticket, "3", "30.00")}

    answer = await ana.deliver(other, shop.inbox)

    assert answer.status == 409
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 2


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"amount": "0.02"}, "comes to £20.00"),
        ({"unit": "EUR"}, "comes to £20.00"),
        ({"count": "-2"}, "whole number"),
        ({"count": "0"}, "whole number"),
        ({"count": "1.5"}, "whole number"),
        ({"count": "9" * 30}, "whole number"),
        ({"count": "٢"}, "whole number"),
        ({"count": "6", "amount": "60.00"}, "only 5 left"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_sentence(shop, ticket, mitra, how, why):
    said = await offers(mitra.actor("ana"), shop, ticket, **how)

    got = await mitra.got("Reject")
    assert got.object == said["id"]
    assert why in got.activity["content"]
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0


async def test_an_offer_that_is_taken_back_holds_nothing(shop, ticket, mitra):
    ana = mitra.actor("ana")
    said = await offers(ana, shop, ticket)
    await mitra.got("Accept")

    await ana.undo(said, [shop.actor])

    got = await mitra.got("Update")
    assert got.object["preview"]["name"] == "Cancelled"
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0


async def test_nobody_else_ends_an_order(shop, ticket, mitra, mastodon):
    said = await offers(mitra.actor("ana"), shop, ticket)
    await mitra.got("Accept")
    order = await order_of(shop, said)
    eve = mastodon.actor("eve")
    gone = {"type": "Delete", "actor": shop.actor, "object": order.id}

    await eve.deliver(eve.act("Offer", gone, to=[shop.actor]), shop.inbox)

    assert (await shop.get(order.id))["state"] == "awaiting"


# -- who knows notes alone ---------------------------------------------------------


@pytest.fixture
async def events(open_peer, way):
    return await open_peer("events", peers=of_all(way))


@pytest.fixture
async def given(events, shop):
    """A ticket that an event of another peer gave the shop, told of in a note."""
    gig = await events.makes(
        "Event", name="Gig", startTime="2030-07-12T19:00:00Z", joinMode="external"
    )
    return await on_sale(events, shop, gig)


def herald_of(shop, ticket):
    return f"{shop.base}/notes/ticket-{ticket.rpartition('/')[2]}"


async def test_a_ticket_is_told_of_in_a_note_with_links_to_pay(shop, given):
    note = await shop.read(herald_of(shop, given))

    assert note["type"] == "Note"
    assert "£10.00" in note["content"]
    assert {"payment"} <= set(note["attachment"][0]["rel"])
    assert note["attachment"][0]["href"] == given


async def asks_the_desk(actor, shop, ticket, text):
    note = herald_of(shop, ticket)
    await actor.reply(text, note, cc=[shop.actor])


async def test_who_asks_the_desk_is_told_in_private_where_to_buy(shop, given, mastodon):
    bea = mastodon.actor("bea")

    await asks_the_desk(bea, shop, given, "<p>@shop is this still to be had?</p>")

    got = await mastodon.got(is_private)
    assert got.activity["to"] == [bea.id]
    assert got.activity["cc"] == []
    assert got.object["to"] == [bea.id]
    assert f'href="{given}"' in got.object["content"]
    assert [t["href"] for t in got.object["tag"] if t["type"] == "Mention"] == [bea.id]


def is_private(activity):
    return activity["type"] == "Create" and activity["object"]["type"] == "Note"


async def test_who_says_how_many_gets_where_to_pay_and_then_the_tickets(
    shop, given, mastodon
):
    bea = mastodon.actor("bea")

    await asks_the_desk(bea, shop, given, "<p>@shop 2 please</p>")

    got = await mastodon.got(is_private)
    assert "£20.00" in got.object["content"]
    assert "/pay?key=" in got.object["content"]
    [edge] = await shop.edges(relation="bought", subject=bea.id)
    await orders.move(shop.node, edge.object, "confirmed")

    def has_tickets(activity):
        return is_private(activity) and "Your tickets" in activity["object"]["content"]

    got = await mastodon.got(has_tickets)
    assert got.activity["to"] == [bea.id]
    assert f"{edge.object}?key=" in got.object["content"]


async def test_nobody_else_may_read_what_the_desk_says_in_private(
    shop, given, mastodon
):
    await asks_the_desk(mastodon.actor("bea"), shop, given, "<p>@shop 2 please</p>")
    got = await mastodon.got(is_private)

    answer = await shop.ask(got.object["id"])

    assert answer.status in (401, 403, 404)


async def test_who_wants_more_than_there_are_is_told_so(shop, given, mastodon):
    await asks_the_desk(mastodon.actor("bea"), shop, given, "<p>@shop 9 please</p>")

    got = await mastodon.got(is_private)
    assert "only 5 left" in got.object["content"]


async def test_a_note_about_something_else_is_not_answered(shop, ticket, mastodon):
    bea = mastodon.actor("bea")
    note = bea.note("<p>@shop what lovely jam</p>", tags=[mention(shop.actor, "shop")])

    await bea.say(bea.act("Create", note, to=note["to"], cc=note["cc"]), [shop.actor])

    assert mastodon.all("Create") == []
    assert await shop.edges(relation="bought") == []


@pytest.fixture
async def kept(shop, given, mastodon):
    """What somebody ordered by a mention and paid, its event, and what they hear."""
    await asks_the_desk(mastodon.actor("bea"), shop, given, "<p>@shop 2 please</p>")
    await mastodon.got(is_private)
    [edge] = await shop.edges(relation="bought", subject=mastodon.actor("bea").id)
    await orders.move(shop.node, edge.object, "confirmed")
    [sells] = await shop.edges(relation="sellsTicketsFor", subject=given)

    async def told(words):
        return await mastodon.got(
            lambda a: is_private(a) and words in a["object"]["content"]
        )

    return edge.object, sells.object, told


async def test_who_left_no_address_hears_in_private_that_it_is_at_another_time(
    events, kept
):
    order, gig, told = kept

    later = {"startTime": "2030-07-13T19:00:00Z"}
    await events.does("Update", gig, values=later)

    got = await told("The event was moved")
    assert f"{order}?key=" in got.object["content"]


async def test_who_left_no_address_hears_that_it_is_off_and_paid_back(
    events, shop, kept
):
    order, gig, told = kept

    await events.does("Update", gig, values={"status": "CANCELLED"})

    await told("you will be paid back")
    await orders.move(shop.node, order, "refunded")
    await told("It was paid back.")


async def test_who_cancels_it_themselves_is_not_told_so(shop, ticket, mitra):
    ana = mitra.actor("ana")
    said = await offers(ana, shop, ticket)
    await mitra.got("Accept")

    await ana.undo(said, [shop.actor])

    await mitra.got("Update")
    await soon(shop.has_said_all, "all is told")
    assert mitra.all(is_private) == []
