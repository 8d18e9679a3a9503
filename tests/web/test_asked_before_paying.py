"""Who orders from elsewhere was shown no questions: they are asked before they pay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.indexing import index_of
from peer.model.ordering import parts_of
from peer.model.permission import Viewer
from peer.model.questions import said
from peer.node.keys import ORDERS, settle_secret
from peer.node.trading import order_keys, orders
from tests.web.test_codes_and_questions import shop, sold_here

__all__ = ["shop"]  # a fixture

ELSEWHERE = "https://events.example"


@pytest.fixture
async def unasked(shop):
    """An order as it comes from a server that knows no questions: where it is."""
    return await ordered(shop, await sold_here(shop))


async def ordered(shop, ticket, **beside):
    order = await orders.order(
        *(shop.node, Viewer()),
        token="from-elsewhere",
        lines=[(ticket, 1)],
        contact={"name": "Ada", "email": "ada@example.org"},
        beside=orders.Beside(**beside),
    )
    key = order_keys.key_of(await settle_secret(shop.node.store, ORDERS), order.id)
    return order.id, f"/orders/{order.slug}", key


async def field_on(visitor, path, key):
    page = await visitor.get(f"{path}/answers?key={key}")
    [field] = [name for name in page.form("/answers").names if name.startswith("q-")]
    return page, field


async def kept(shop, id):
    return await shop.node.store.read(lambda read: read.get(id))


async def test_they_answer_before_they_pay(shop, unasked):
    id, path, key = unasked
    guest = await shop.visitor()

    page = await guest.get(f"{path}?key={key}")
    assert "The organizer asks something first" in page.words
    assert not page.has_form("/pay")
    page = await guest.get(f"{path}/pay?key={key}", follow=True)
    assert "Before you pay" in page.words
    page, field = await field_on(guest, path, key)
    wrong = await guest.fill(page, "/answers", {field: "Gold"})
    assert wrong.status == 422
    assert "Dietary needs: choose one of those." in wrong.words

    page = await guest.fill(wrong, "/answers", {field: "Vegan"}, follow=True)

    assert page.path.startswith(f"{path}/pay")
    assert page.has_form("/pay")
    order = await kept(shop, id)
    assert [each["answer"] for each in order["answers"]] == ["Vegan"]
    assert order["state"] == "awaiting"


async def test_nobody_pays_before_they_have_answered_by_another_way_either(
    shop, unasked
):
    id, path, key = unasked
    guest = await shop.visitor()
    page, _ = await field_on(guest, path, key)

    again = await guest.fill(page, "/answers", {}, follow=True)
    assert "Dietary needs: this has to be answered." in again.words
    sent = await guest.post(f"{path}/pay", provider="door", key=key)

    assert sent.location.startswith(f"{path}/answers")
    assert (await kept(shop, id))["state"] == "awaiting"


async def test_nobody_else_sees_or_answers_what_is_asked(shop, unasked):
    id, path, key = unasked
    guest, eve = await shop.visitor(), await shop.visitor()
    page, field = await field_on(guest, path, key)
    await guest.fill(page, "/answers", {field: "Vegan"})
    log = await shop.node.store.read(lambda read: read.log(object=id, type="Update"))
    told = log[0].activity.id.removeprefix(shop.base)

    for address in (f"{path}/answers", f"{path}/answers?key=wrong", told):
        assert (await eve.get(address)).status in (403, 404)
    sent = await eve.post(f"{path}/answers", **{field: "None"})
    assert sent.status == 404
    assert [a["answer"] for a in (await kept(shop, id))["answers"]] == ["Vegan"]


async def free(shop):
    """An order of what costs nothing: the order, its page, and its key."""
    id = await sold_here(shop)

    def give_away(tx):
        kinds = shop.node.lexicon.types
        for each in (tx.get(id), tx.get(f"{ELSEWHERE}/allotments/1")):
            values = {**each.values, "price": {**each["price"], "amount": 0}}
            tx.put(replace(each, values=values), index_of(kinds[each.kind], each))

    await shop.node.store.transact(give_away)
    return await ordered(shop, id)


async def test_what_is_free_is_theirs_also_where_nothing_is_asked_any_more(shop):
    id, path, key = await free(shop)
    guest = await shop.visitor()

    def ask_nothing(tx):
        gig = tx.get(f"{ELSEWHERE}/events/gig")
        values = {k: told for k, told in gig.values.items() if k != "questions"}
        index = index_of(shop.node.lexicon.types["Event"], gig)
        tx.put(replace(gig, values=values), index)

    await shop.node.store.transact(ask_nothing)
    page = await guest.get(f"{path}/pay?key={key}", follow=True)
    await guest.fill(page, "/answers", {})

    assert (await kept(shop, id))["state"] == "confirmed"


async def test_an_answer_takes_the_place_of_the_one_that_came_with_the_order(shop):
    event, ask = f"{ELSEWHERE}/events/gig", "Dietary needs"
    at_once = [{"event": event, "ask": ask, "answer": "None"}]
    id, path, key = await ordered(shop, await sold_here(shop), answers=at_once)
    guest = await shop.visitor()

    page, field = await field_on(guest, path, key)
    await guest.fill(page, "/answers", {field: "Vegan"})

    page, field = await field_on(guest, path, key)
    assert dict(page.form("/answers").fields)[field] == "Vegan"
    await orders.move(shop.node, id, "confirmed")
    [seat] = await shop.node.store.read(lambda read: parts_of(id, read, "Seat"))
    assert said(seat["answers"]) == [(ask, "Vegan")]
