"""What is on sale and what is agreed, in the words of FEP-0837, compared with examples.

The examples are not part of the tree: ``SX_FIXTURES`` names the folder of them.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from peer.model.permission import STRANGER
from peer.node.keys import ORDERS, settle_keys, settle_secret
from peer.node.outbox import Ask
from peer.node.telling import activities, agreements, things
from peer.node.trading import orders, purchases
from peer.protocol import proof
from peer.protocol.linked import expanded
from peer.protocol.moment import read as moment
from peer.protocol.terms import PREFIXES, PROOFS, PUBLIC
from peer.protocol.thing import Activity, Thing
from tests.house import BASE

FOLDER = os.environ.get("SX_FIXTURES")
SKIPPED = "SX_FIXTURES names no folder: FEP-0837 IS NOT COMPARED WITH ITS EXAMPLES"
PRICE = {"amount": 750, "currency": "EUR"}
ANA = "https://blog.example/users/ana"
DESK = f"{BASE}/actor"


def example(name: str) -> dict[str, Any]:
    if FOLDER is None:
        pytest.skip(SKIPPED)
    [file] = Path(FOLDER).glob(f"examples/commerce-{name}-*.json")
    return json.loads(file.read_text())


def shape(told: Any) -> Any:
    """The names in a document, down to what is inside."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    return "one" if not isinstance(told, list) else [shape(each) for each in told[:1]]


def has_all(told: Any, wanted: Any, at: str = "") -> list[str]:
    """Where ``told`` lacks what the example has."""
    if not isinstance(wanted, dict):
        return []
    if not isinstance(told, dict):
        return [at]
    lacks = [f"{at}.{name}" for name in wanted if name not in told]
    for name in wanted.keys() & told.keys():
        lacks += has_all(told[name], wanted[name], f"{at}.{name}")
    return lacks


@pytest.fixture
async def ticket(node):
    await settle_keys(node.store, DESK)
    await settle_secret(node.store, ORDERS)
    event = {"name": "Films", "startTime": "2030-07-01T19:30:00Z"}
    values = {"name": "Standard", "price": PRICE, "quantity": 120}
    made = await node.publish_all(
        node.site,
        [
            Ask("Create", kind="Event", values=event),
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@1", relation="sellsTicketsFor", object="@0"),
        ],
    )
    return made[1].thing


@pytest.fixture
async def order(node, ticket):
    """Two seats, asked for by Ana, of another server."""
    now = "2026-11-21T09:30:00.000Z"
    actor = Thing(ANA, "Actor", {"inbox": f"{ANA}/inbox"}, ANA, now, now)
    id = orders.order_id(DESK, f"{ANA}/offers/1")
    wanted = Thing(id, "Order", {}, DESK, now, now, "draft")
    lines = [{"satisfies": f"{ticket.id}#primary", "quantity": "2"}]
    notes = {"lines": lines, "received": True, "nonce": "n"}
    offer = Activity(f"{ANA}/offers/1", "Offer", ANA, now, wanted, notes)
    view = Activity(f"{ANA}#seen", "View", f"{BASE}/peer", now, actor)
    door = node.door
    await node.store.transact(lambda tx: door(tx).carry_out([view, offer], tx))
    return await node.get(id)


async def told(node, activity):
    return await node.store.read(
        lambda read: activities.document(activity, read, node.lexicon)
    )


async def last(node, verb, kind):
    log = [entry.activity for entry in await node.log()]
    return next(a for a in log if a.type == verb and a.object.kind == kind)


async def document(node, thing):
    return await node.store.read(lambda r: things.document(thing, r, node.lexicon))


async def test_a_ticket_is_a_proposal_like_the_example(node, ticket):
    proposal = await document(node, ticket)

    wanted = example("01")["object"]
    assert has_all(proposal, wanted) == []
    assert proposal["publishes"]["availableQuantity"]["hasNumericalValue"] == "120"
    assert proposal["reciprocal"]["resourceQuantity"] == {
        "hasUnit": "EUR",
        "hasNumericalValue": "7.50",
    }
    for name in ("purpose", "unitBased", "type"):
        assert proposal[name] == wanted[name]


async def test_its_context_says_what_the_words_mean(node, ticket):
    proposal = await document(node, ticket)

    wanted = example("01")["@context"]
    assert proposal["@context"][:2] == wanted[:2]
    said = proposal["@context"][2]
    plain = {w: m["@id"] if isinstance(m, dict) else m for w, m in said.items()}
    assert wanted[2].items() <= plain.items()


async def test_what_it_is_for_is_a_name_and_no_text(node, ticket):
    """Who reads JSON-LD finds no resource in a text, and gives up."""
    proposal = await document(node, ticket)

    [full] = expanded(proposal, {PROOFS: {"@context": {}}})
    [primary] = full[f"{PREFIXES['vf']}publishes"]
    [resource] = primary[f"{PREFIXES['vf']}resourceConformsTo"]
    assert resource["@id"] == proposal["publishes"]["resourceConformsTo"]


async def test_a_product_is_a_page_to_who_knows_no_market(node):
    values = {"name": "Rye", "price": PRICE, "stock": 3}
    done = await node.publish(node.site, Ask("Create", kind="Product", values=values))

    told = await document(node, done.thing)

    assert told["type"] == ["Page", "ResourceSpecification"]


async def test_what_others_hold_is_not_available(node, ticket, order):
    proposal = await document(node, ticket)

    assert proposal["publishes"]["availableQuantity"]["hasNumericalValue"] == "118"


async def test_an_order_is_accepted_like_the_example(node, order):
    accept = await told(node, await last(node, "Accept", "Offer"))

    assert has_all(accept, {**example("03a"), "proof": None}) == [".proof"]
    result = accept["result"]
    assert accept["object"] == f"{ANA}/offers/1"
    assert accept["to"] == result["to"] == [ANA]
    assert result["attributedTo"] == DESK
    assert result["stipulatesReciprocal"]["resourceQuantity"] == {
        "hasUnit": "EUR",
        "hasNumericalValue": "15.00",
    }
    assert result["url"][0]["rel"] == "payment"
    assert result["endTime"] == order["expires"]


async def test_what_is_paid_is_finished_like_the_example(node, order):
    await orders.move(node.node, order.id, "confirmed")

    update = await told(node, await last(node, "Update", "Order"))

    assert has_all(update, {**example("04"), "proof": None}) == [".proof"]
    assert update["object"]["preview"]["name"] == "Paid"
    assert update["object"]["stipulatesReciprocal"]["finished"] is True
    assert all(link["rel"] != "payment" for link in update["object"]["url"])


async def test_a_cancelled_order_says_so_like_the_example(node, order):
    await orders.cancel(node.node, order.id)

    update = await told(node, await last(node, "Update", "Order"))

    assert has_all(update, {**example("07c"), "proof": None}) == [".proof"]
    assert update["object"]["preview"]["name"] == "Cancelled"


async def test_none_of_it_is_for_everybody(node, order):
    await orders.move(node.node, order.id, "confirmed")

    for verb, kind in (("Accept", "Offer"), ("Update", "Order"), ("Join", "Event")):
        document = await told(node, await last(node, verb, kind))
        assert PUBLIC not in json.dumps(document)


async def test_what_is_shown_as_proof_has_no_name_and_no_code(node, order):
    await orders.move(node.node, order.id, "confirmed")
    join = await last(node, "Join", "Event")

    sent = await told(node, join)

    codes = [seat["code"] for seat in sent["sx:seats"]]
    instrument = json.dumps(sent["instrument"])
    assert len(codes) == 2
    assert not any(code in instrument for code in codes)
    assert sent["instrument"]["sx:sold"] == [f"{order.id}#1", f"{order.id}#2"]


async def test_the_desk_has_signed_what_it_sold_with_the_same_bytes_always(node, order):
    await orders.move(node.node, order.id, "confirmed")
    join = await last(node, "Join", "Event")
    keys = await settle_keys(node.store, DESK)

    def signed(read):
        return agreements.instrument(join.notes["instrument"], read)

    one, other = await node.store.read(signed), await node.store.read(signed)

    assert one == other
    assert one["proof"]["verificationMethod"] == keys.ed25519_id
    proof.check(one, keys.ed25519.public_key(), moment("2026-11-22T00:00:00Z"))


async def test_what_a_buyer_asks_for_is_like_the_example(node, ticket):
    await purchases.ask(
        *(node.node, STRANGER),
        token="t",
        lines=[(ticket.id, 2)],
        contact={"name": "Ana", "email": "ana@example.org"},
    )

    offer = await told(node, await last(node, "Offer", "Purchase"))

    wanted = example("02")
    assert has_all(offer, {**wanted, "proof": None}) == [".proof"]
    assert shape(offer["object"]) == shape(wanted["object"])
    assert offer["object"]["stipulates"]["resourceQuantity"] == {
        "hasUnit": "one",
        "hasNumericalValue": "2",
    }
    assert offer["to"] == [DESK]


async def test_every_word_of_an_agreement_is_explained(node, order):
    accept = await told(node, await last(node, "Accept", "Offer"))

    [full] = expanded(accept, {PROOFS: {"@context": {}}})

    assert f"{PREFIXES['vf']}stipulates" in json.dumps(full)


async def test_who_asks_offers_the_price_that_they_were_shown(node, ticket):
    await purchases.ask(
        *(node.node, STRANGER),
        token="t",
        lines=[(ticket.id, 2)],
        contact={"name": "Ana", "email": "ana@example.org"},
    )
    dearer = Ask("Update", id=ticket.id, values={"price": {**PRICE, "amount": 999}})
    await node.publish(node.site, dearer)

    offer = await told(node, await last(node, "Offer", "Purchase"))

    paid = offer["object"]["stipulatesReciprocal"]["resourceQuantity"]
    assert paid["hasNumericalValue"] == "15.00"
