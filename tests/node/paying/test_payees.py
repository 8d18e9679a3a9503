"""Departments with accounts of their own: who is paid, from where it goes back."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from peer.model.permission import Role, Viewer
from peer.node.outbox import Ask
from peer.node.paying import payees, ways
from peer.node.paying.provider import Unavailable
from peer.node.refusal import Refused
from peer.node.sealing import FILE
from peer.node.trading import orders
from tests.till import CONTACT, STAFF

CHEESE_KEY, CHEESE = "sup_sk_of_the_cheese_counter", "MCHEESE1"
BANK = "The cheese counter\nGB11 1111 1111"


@pytest.fixture
async def cheese(till, sumup):
    """The cheese counter, which has an account of its own, and a cheese."""
    sumup.accounts[CHEESE_KEY] = CHEESE
    price = {"amount": 700, "currency": "GBP"}
    department, product, _ = await till.node.publish_all(
        till.node.site,
        [
            Ask("Create", kind="Department", values={"name": "The cheese counter"}),
            Ask("Create", kind="Product", values={"name": "Blue", "price": price}),
            Ask("Add", subject="@0", relation="stocks", object="@1"),
        ],
    )
    await entered(till, department.thing)
    return department.thing, product.thing


async def entered(till, department, merchant=CHEESE, key=CHEESE_KEY, transfer=BANK):
    await payees.enter(
        till.node.node,
        STAFF,
        department.id,
        merchant=merchant,
        key=key,
        transfer=transfer,
    )


async def ordered(till, *things, token="a-form"):
    return await orders.order(
        till.node.node,
        Viewer(),
        token=token,
        lines=[(thing.id, 1) for thing in things],
        contact=CONTACT,
    )


async def offered(till, order):
    listed = await ways.offered_for(till.node.node, order.get("payee"))
    return [each.name for each in listed]


async def test_its_orders_are_paid_to_it_and_others_to_the_shop(till, sumup, cheese):
    department, blue = cheese
    theirs = await ordered(till, blue)
    ours = await till.order()

    payment = await till.begin(theirs, "sumup")
    await till.begin(ours, "sumup")
    first, second = sumup.checkouts.values()
    sumup.pay(first["id"])
    await till.node.settling.settle(payment)

    assert theirs["payee"] == department.id
    assert (first["merchant_code"], second["merchant_code"]) == (CHEESE, "MH4H92C7")
    assert await till.state(theirs) == "confirmed"
    assert await ways.transfer_for(till.node.node, department.id) == [
        "The cheese counter",
        "GB11 1111 1111",
    ]
    assert await ways.transfer_for(till.node.node, None) == [
        "The Co-op",
        "GB00 0000 0000",
    ]


async def test_what_was_paid_goes_back_from_there_whatever_account_it_has_by_then(
    till, sumup, cheese
):
    department, blue = cheese
    order = await ordered(till, blue)
    payment = await till.begin(order, "sumup")
    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(payment)
    sumup.accounts["another-key-of-theirs"] = "MCHEESE2"
    await entered(till, department, "MCHEESE2", "another-key-of-theirs")

    made = await till.refund(payment, 700)

    assert made["state"] == "returned"
    [[back]] = sumup.refunds.values()
    assert back["amount"] == 7.0
    again = await ordered(till, blue, token="another-form")
    await till.begin(again, "sumup")
    assert list(sumup.checkouts.values())[-1]["merchant_code"] == "MCHEESE2"


async def test_a_checkout_at_the_account_before_is_not_gone_on_with(
    till, sumup, cheese
):
    department, blue = cheese
    order = await ordered(till, blue)
    first = await till.begin(order, "sumup")
    sumup.accounts["another-key-of-theirs"] = "MCHEESE2"
    await entered(till, department, "MCHEESE2", "another-key-of-theirs")

    second = await till.begin(order, "sumup")

    assert first != second
    codes = [each["merchant_code"] for each in sumup.checkouts.values()]
    assert codes == [CHEESE, "MCHEESE2"]


async def test_a_ticket_is_paid_to_the_department_that_it_says(till, cheese):
    department, _ = cheese
    ticket = await till.ticket()
    paid_to = Ask("Add", subject=ticket.id, relation="paidTo", object=department.id)
    await till.node.publish(till.node.site, paid_to)

    order = await till.order(ticket)

    assert order["payee"] == department.id


async def test_who_relates_something_of_theirs_to_it_changes_nothing(till, cheese):
    """Members offer tickets of their own; those are no shelves."""
    department, blue = cheese
    eve = Viewer("https://test.example/people/eve", Role.MEMBER, "Eve")
    price = {"amount": 100, "currency": "GBP"}
    values = {"name": "Hers", "price": price, "quantity": 1}
    await till.node.node.publish_all(
        eve,
        [
            Ask("Create", kind="Ticket", values=values),
            Ask("Add", subject="@0", relation="stocks", object=blue.id),
        ],
    )

    order = await ordered(till, blue)

    assert order["payee"] == department.id


async def test_of_several_sellers_nothing_is_ordered_at_once(till, cheese):
    _, blue = cheese
    ticket = await till.ticket()

    with pytest.raises(Refused, match="several sellers, who are paid one by one"):
        await ordered(till, blue, ticket)

    assert await till.node.all("Order") == []
    assert await till.node.held(ticket.id) == 0


async def test_with_an_order_each_all_are_made_or_none(till, cheese):
    _, blue = cheese
    ticket = await till.ticket(quantity=1)
    parts = {
        "a-form": orders.Part([(ticket.id, 1)], {}),
        "a-form/cheese": orders.Part([(blue.id, 2)], {}),
    }

    async def all_of_them():
        return await orders.order_all(till.node.node, Viewer(), parts, contact=CONTACT)

    ours, theirs = await all_of_them()
    assert [each.id for each in await all_of_them()] == [ours.id, theirs.id]
    beside = await till.node.store.read(lambda read: orders.beside_of(ours, read))
    assert [each.id for each in beside] == [theirs.id]
    parts = {f"another-{token}": part for token, part in parts.items()}
    with pytest.raises(Refused, match="none left"):
        await all_of_them()
    assert len(await till.node.all("Order")) == 2


async def test_without_a_bank_account_of_its_own_nobody_pays_it_by_transfer(
    till, cheese
):
    department, blue = cheese
    await entered(till, department, key="", transfer="")

    names = await offered(till, await ordered(till, blue))

    assert names == ["trial", "sumup", "door"]


async def test_cards_are_taken_for_it_where_the_shop_takes_none(till, cheese):
    _, blue = cheese
    node = till.node.node
    node.config = replace(node.config, payments=("door",), sumup_key="")

    names = await offered(till, await ordered(till, blue))

    assert names == ["door", "transfer", "sumup"]


async def test_once_forgotten_no_order_of_its_is_paid_to_anybody_else(
    till, sumup, cheese
):
    department, blue = cheese
    before = await ordered(till, blue)
    payment = await till.begin(before, "sumup")
    sumup.pay(sumup.only["id"])
    await till.node.settling.settle(payment)
    unpaid = await ordered(till, blue, token="not-paid-yet")

    await payees.remove(till.node.node, STAFF, department.id)

    after = await ordered(till, blue, token="another-form")
    assert after.get("payee") is None
    assert await offered(till, unpaid) == ["door"]
    with pytest.raises(Refused, match="no key is here"):
        await till.refund(payment, 700)
    assert sumup.refunds == {}
    assert (await till.book(before)).left_of(await till.now(payment)) == 700


async def test_while_its_key_cannot_be_read_nobody_pays_anybody_else(till, cheese):
    _, blue = cheese
    order = await ordered(till, blue)
    payment = await till.now(await till.begin(order, "sumup"))
    (till.node.node.config.var / FILE).unlink()

    assert "sumup" not in await offered(till, order)
    with pytest.raises(Unavailable, match="no key is here"):
        await ways.way_of(till.node.node, payment)
    settled = await till.node.settling.settle(payment.id)
    assert "no key is here" in settled.trouble


@pytest.mark.parametrize(
    ("told", "term", "words"),
    [
        ({"merchant": "not one", "key": CHEESE_KEY}, "merchant", "capital letters"),
        ({"merchant": CHEESE, "key": "with a space"}, "key", "without spaces"),
        ({"merchant": "", "key": CHEESE_KEY}, "merchant", "of which account"),
        ({"merchant": "MOTHER99", "key": ""}, "key", "Enter the key"),
        ({"merchant": "", "key": "", "transfer": " "}, "merchant", "or both"),
        ({"merchant": "", "key": "", "transfer": "x" * 500}, "transfer", "at most"),
    ],
)
async def test_what_cannot_be_an_account_is_refused(till, cheese, told, term, words):
    department, _ = cheese

    with pytest.raises(Refused, match=words) as refused:
        await entered(till, department, **told)

    assert list(refused.value.problems) == [term]


async def test_the_key_is_nowhere_but_sealed(till, cheese, caplog, capsys):
    """Not in the log, nor in what is exported, printed or said of the department."""
    department, blue = cheese
    node = till.node.node
    await till.begin(await ordered(till, blue), "sumup")

    payee = await payees.payee_at(node, department.id)
    said = [each.activity.document() for each in await till.node.log()]
    kept = [document async for _, _, document in node.store.every_record()]

    assert payee.key == CHEESE_KEY
    assert CHEESE_KEY not in repr(payee) + repr(ways.card_of(node, payee))
    assert CHEESE_KEY not in json.dumps([*said, *kept], default=str)
    assert CHEESE_KEY not in caplog.text + "".join(capsys.readouterr())
    changes = [each for each in said if each.get("notes", {}).get("changed")]
    assert len(changes) == 1
    assert CHEESE not in json.dumps(changes)
    mode = (node.config.var / FILE).stat().st_mode
    assert mode & 0o077 == 0


async def test_a_seal_that_is_damaged_is_said_and_nothing_is_kept(till, cheese):
    department, _ = cheese
    (till.node.node.config.var / FILE).write_bytes(b"half of a ke")

    with pytest.raises(Refused, match=r"seal\.key in SX_VAR is damaged"):
        await entered(till, department, "MCHEESE2", "another-key-of-theirs")

    payee = await payees.payee_at(till.node.node, department.id)
    assert payee.merchant == CHEESE
