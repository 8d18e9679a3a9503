"""What rides with places between an event and its shop: codes, limits, questions."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from peer.model.allotting import ticket_id
from peer.model.indexing import index_of
from peer.model.ordering import parts_of
from peer.model.permission import STRANGER
from peer.model.promotion import code_for, uses_of
from peer.node.entrance.attendees import attendees
from peer.node.outbox import Ask
from peer.node.replay import replayed
from peer.node.trading import allotments, orders, passing, purchases
from peer.node.trading.allotments import Row
from peer.node.trading.orders import Beside
from tests.federation.cooperating import of_all
from tests.federation.peers import soon
from tests.federation.trade import (
    CONTACT,
    PRICE,
    comes_to_be,
    comes_to_have_sold,
    given,
    stands,
    summer_gig,
)

EARLY = {"word": "EARLY", "percent": 20, "times": 2}


@pytest.fixture
def known(way):
    return of_all(way)


@pytest.fixture
async def gig(events):
    asked = {"ask": "Dietary needs", "required": True, "choices": ["None", "Vegan"]}
    return await summer_gig(events, questions=[asked])


async def on_sale(events, shop, gig, **more):
    row = Row("Standard", PRICE, 9, shop.actor, more)
    await allotments.offer(events.node, events.keeper, gig, [row])
    ticket = ticket_id((await given(events, gig))[0])
    for peer in (events, shop):
        await soon(lambda peer=peer: stands(peer, ticket), f"{ticket} stands")
    return ticket


async def asks(events, ticket, count=1, token="a-form", **beside):
    return await purchases.ask(
        *(events.node, STRANGER),
        token=token,
        lines=[(ticket, count)],
        contact=CONTACT,
        beside=Beside(**beside),
    )


async def uses(shop, gig):
    return await shop.node.store.read(lambda read: read.held(uses_of(gig, "EARLY")))


async def test_a_code_lowers_what_is_paid_and_is_used_once_an_order(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY])

    purchase = await asks(events, ticket, 3, code="EARLY")
    kept = await comes_to_be(events, purchase.id, "accepted")

    order = await shop.get(kept["order"])
    assert kept["total"] == order["total"] == {"amount": 2400, "currency": "GBP"}
    assert order["code"] == "EARLY"
    assert await uses(shop, gig) == 1


async def test_nobody_reads_a_code_who_reads_what_is_on_sale(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY])
    await asks(events, ticket, code="EARLY")

    public = [await shop.read(ticket), await events.read(gig)]

    assert "EARLY" not in json.dumps(public)
    assert "codes" not in json.dumps(public)


async def test_an_order_that_ends_gives_its_use_back(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY])
    purchase = await asks(events, ticket, code="EARLY")
    await comes_to_be(events, purchase.id, "accepted")

    await purchases.withdraw(events.node, purchase.id)

    await comes_to_be(events, purchase.id, "cancelled")
    assert await uses(shop, gig) == 0


async def test_a_code_is_used_no_more_often_than_it_can_be(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY])

    found = await asyncio.gather(
        *(asks(events, ticket, token=f"form-{n}", code="EARLY") for n in range(4))
    )

    async def answered():
        there = [await events.get(each.id) for each in found]
        return there if all(p["state"] != "asked" for p in there) else None

    states = [p["state"] for p in await soon(answered, "all are answered")]
    assert sorted(states) == ["accepted", "accepted", "refused", "refused"]
    refused = [await events.get(p.id) for p in found]
    reasons = {p.get("reason") for p in refused if p["state"] == "refused"}
    assert reasons == {"That code was used as often as it can be."}
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 2


@pytest.mark.parametrize(
    ("codes", "typed", "reason"),
    [
        ([EARLY], "LATE", "not known"),
        ([{**EARLY, "until": "2020-01-01T00:00:00Z"}], "EARLY", "cannot be used any"),
    ],
    ids=("another word", "over"),
)
async def test_a_code_that_is_not_good_is_refused_in_words(
    events, shop, gig, codes, typed, reason
):
    ticket = await on_sale(events, shop, gig, codes=codes)

    purchase = await asks(events, ticket, code=typed)

    refused = await comes_to_be(events, purchase.id, "refused")
    assert reason in refused["reason"]
    assert await shop.node.store.read(lambda read: read.held(ticket)) == 0


async def test_a_code_that_the_shop_has_not_heard_of_is_none_yet(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    [allotment] = await given(events, gig)
    await comes_to_be(events, allotment.id, "accepted")
    kind = events.node.lexicon.types["Allotment"]
    await events.node.store.transact(lambda tx: waits(tx, allotment.id, kind))

    def look(read):
        return code_for(read.get(ticket), "EARLY", read)

    assert await events.node.store.read(look) is None


def waits(tx, id, kind):
    """The allotment as it is while a code was offered that nobody has answered."""
    given = tx.get(id)
    values = {**given.values, "state": "offered", "codes": [EARLY]}
    after = replace(given, values=values)
    tx.put(after, index_of(kind, after))


async def test_codes_are_not_guessed_one_after_the_other(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY])
    for n in range(50):
        await asks(events, ticket, token=f"guess-{n}", code=f"GUESS-{n}")

    async def all_refused():
        log = await shop.log()
        return len([e for e in log if e.activity.notes.get("refused")]) == 50

    await soon(all_refused, "fifty are refused")
    purchase = await asks(events, ticket, code="EARLY")

    refused = await comes_to_be(events, purchase.id, "refused")
    assert "Too many wrong codes" in refused["reason"]
    plain = await asks(events, ticket, token="without")
    await comes_to_be(events, plain.id, "accepted")


async def test_a_code_that_is_ended_is_good_no_more(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY])
    [allotment] = await given(events, gig)
    await events.node.publish(
        events.keeper, Ask("Offer", id=allotment.id, values={"codes": None})
    )

    async def heard():
        there = await shop.get(allotment.id)
        return not there.get("codes")

    await soon(heard, "the shop has heard of it")
    purchase = await asks(events, ticket, code="EARLY")
    await comes_to_be(events, purchase.id, "refused")
    assert (await events.get(allotment.id))["state"] == "accepted"


async def test_no_more_in_one_order_than_the_organizer_lets_have(events, shop, gig):
    ticket = await on_sale(events, shop, gig, most=2)
    assert (await events.get(ticket))["most"] == 2

    purchase = await asks(events, ticket, 3)

    refused = await comes_to_be(events, purchase.id, "refused")
    assert refused["reason"] == "Standard: no more than 2 in one order."


async def test_who_comes_too_early_is_told_when_it_begins(events, shop, gig):
    ticket = await on_sale(events, shop, gig, salesStart="2030-01-01T10:00:00+00:00")

    purchase = await asks(events, ticket)

    refused = await comes_to_be(events, purchase.id, "refused")
    assert "from Tuesday, 1 January 2030, at 10:00 (Europe/London)" in refused["reason"]


async def test_answers_come_to_who_keeps_the_event_and_to_nobody_else(
    events, shop, gig
):
    ticket = await on_sale(events, shop, gig)
    told = {"event": gig, "ask": "Dietary needs", "answer": "Vegan"}
    beside = {**told, "ask": "Shoe size", "answer": "44"}

    purchase = await asks(events, ticket, 2, answers=[told, beside])
    kept = await comes_to_be(events, purchase.id, "accepted")
    await orders.move(shop.node, kept["order"], "confirmed")
    await comes_to_have_sold(events, gig, 2)

    event = await events.get(gig)
    those = await attendees(events.node.store.read, event)
    assert [each.answers for each in those] == [{"Dietary needs": "Vegan"}] * 2
    assert (await shop.read(ticket))["sx:questions"][0]["ask"] == "Dietary needs"
    public = [await shop.read(ticket), await events.read(gig)]
    assert '"answer' not in json.dumps(public).lower()


async def test_who_a_ticket_is_passed_on_to_has_answered_nothing(events, shop, gig):
    ticket = await on_sale(events, shop, gig)
    told = {"event": gig, "ask": "Dietary needs", "answer": "Vegan"}
    purchase = await asks(events, ticket, 2, answers=[told])
    kept = await comes_to_be(events, purchase.id, "accepted")
    await orders.move(shop.node, kept["order"], "confirmed")
    await comes_to_have_sold(events, gig, 2)
    seats = await shop.node.store.read(lambda r: parts_of(kept["order"], r, "Seat"))

    await passing.pass_on(shop.node, seats[0].id, "Bea", seats[0]["code"])

    async def answered():
        those = await attendees(events.node.store.read, await events.get(gig))
        return {each.name: each.answers for each in those}

    async def is_told():
        return "Bea" in await answered()

    await soon(is_told, "the event hears who has the ticket now")
    assert (await answered())["Bea"] == {}
    assert {"Dietary needs": "Vegan"} in (await answered()).values()


async def test_the_logs_alone_give_the_same(events, shop, gig):
    ticket = await on_sale(events, shop, gig, codes=[EARLY], most=4)
    told = {"event": gig, "ask": "Dietary needs", "answer": "Vegan"}
    purchase = await asks(events, ticket, code="EARLY", answers=[told])
    kept = await comes_to_be(events, purchase.id, "accepted")
    await orders.move(shop.node, kept["order"], "confirmed")
    await comes_to_have_sold(events, gig, 1)

    for peer in (events, shop):
        assert (await replayed(peer.node)).different == []
