"""How a department is paid, on its page; and a basket with goods of several sellers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from peer.node.outbox import Ask
from tests.node.paying.sumup_server import SumUpServer, listening
from tests.web.counter import Counter, open_counter

KEY, MERCHANT = "sup_sk_of_the_cheese_counter", "MCHEESE1"
SEVEN = {"amount": 700, "currency": "GBP"}


@pytest.fixture
async def sumup() -> AsyncIterator[SumUpServer]:
    async with listening() as server:
        server.accounts[KEY] = MERCHANT
        yield server


@pytest.fixture
async def counter(make_peer, sumup) -> AsyncIterator[Counter]:
    async with open_counter(make_peer, sumup) as opened:
        yield opened


@pytest.fixture
async def cheese(counter):
    """The path of the cheese counter, and what it sells."""
    node = counter.peer.node
    department, product, _ = await node.publish_all(
        node.site,
        [
            Ask("Create", kind="Department", values={"name": "The cheese counter"}),
            Ask("Create", kind="Product", values={"name": "Blue", "price": SEVEN}),
            Ask("Add", subject="@0", relation="stocks", object="@1"),
        ],
    )
    return department.thing.id.removeprefix(node.base), product.thing


async def enter(counter, path, **told):
    owner = await counter.peer.owner()
    page = await owner.get(f"{path}/payments")
    told = {"merchant": MERCHANT, "key": KEY, "transfer": "", **told}
    return owner, await owner.send(page, "/payments", **told)


async def test_an_owner_enters_an_account_whose_key_is_never_shown_again(
    counter, cheese
):
    path, _ = cheese

    owner, page = await enter(counter, path)

    assert "Its next orders are paid like this" in page.words
    assert MERCHANT in page.text
    assert KEY not in page.text
    shown = await owner.get(path)
    assert (f"{path}/payments", "How it is paid") in shown.links
    for each in ("/activities", path, f"{path}/edit", "/settling"):
        assert KEY not in (await owner.get(each)).text


async def test_the_account_stays_when_the_department_is_changed(counter, cheese):
    path, _ = cheese
    owner, _ = await enter(counter, path)

    page = await owner.get(f"{path}/edit")
    await owner.send(page, name="The big cheese counter")

    page = await owner.get(f"{path}/payments")
    assert "It has been paid by itself since" in page.words
    assert "The big cheese counter" in page.words


async def test_it_is_tested_by_asking_the_provider(counter, cheese, sumup):
    path, _ = cheese
    owner, page = await enter(counter, path)

    good = await owner.send(page, "/test")
    sumup.accounts[KEY] = "MOTHER99"
    other = await owner.send(page, "/test")
    del sumup.accounts[KEY]
    wrong = await owner.send(page, "/test")
    sumup.mode = "broken"
    away = await owner.send(page, "/test")

    assert "opens account MCHEESE1 at SumUp, which is in GBP" in good.words
    assert "SumUp says no: You may not look at this merchant" in other.words
    assert "SumUp says no: Unauthorized" in wrong.words
    assert "SumUp answers 500" in away.words
    assert {other.status, wrong.status, away.status} == {409}


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(counter, cheese):
    path, _ = cheese

    owner, page = await enter(counter, path, merchant="no such code!")

    assert page.status == 422
    assert "A merchant code is of capital letters" in page.words
    assert KEY not in page.text
    assert "It has been paid" not in (await owner.get(f"{path}/payments")).words


async def test_once_forgotten_it_is_paid_to_the_shop(counter, cheese):
    path, _ = cheese
    owner, page = await enter(counter, path)

    page = await owner.send(page, "/remove")

    assert "Its next orders are paid to the shop" in page.words
    assert MERCHANT not in page.text


async def test_nobody_but_owners_sees_or_changes_it(counter, cheese):
    path, _ = cheese
    member = await counter.peer.signed_in("Ada")

    for visitor in (counter.buyer, member):
        page = await visitor.get(f"{path}/payments")
        assert "SumUp" not in page.words
        assert not page.has_form("/payments")
    assert (await member.get(f"{path}/payments")).status == 403


async def test_a_basket_of_several_sellers_becomes_an_order_each(
    counter, cheese, sumup
):
    path, blue = cheese
    await enter(counter, path)
    buyer = counter.buyer
    for thing in (counter.ticket, blue):
        page = await buyer.get(thing.id.removeprefix(counter.peer.base))
        await buyer.send(page, "/basket/add")

    page = await buyer.get("/basket/checkout")
    assert "This becomes 2 orders" in page.words
    assert "The cheese counter, for Blue £7.00" in page.words
    told = {"name": "Ada", "email": "ada@meadow.example"}
    first = await buyer.send(page, **told)
    again = await buyer.send(page, **told)

    assert first.path == again.path
    [other] = [href for href, words in first.links if words.startswith("Order ")][1:]
    second = await buyer.get(other)
    assert "To pay: £10.00" in first.words + second.words
    assert "To pay: £7.00" in first.words + second.words
    for page in (first, second):
        await buyer.send(page, "/pay", provider="sumup")
    paid = {each["merchant_code"]: each["amount"] for each in sumup.checkouts.values()}
    assert paid == {"MH4H92C7": 10.0, MERCHANT: 7.0}


async def test_a_basket_of_one_seller_with_an_account_is_one_order(counter, cheese):
    path, blue = cheese
    await enter(counter, path)
    buyer = counter.buyer
    page = await buyer.get(blue.id.removeprefix(counter.peer.base))
    await buyer.send(page, "/basket/add")

    page = await buyer.get("/basket/checkout")
    assert "This becomes" not in page.words
    page = await buyer.send(page, name="Ada", email="ada@meadow.example")

    assert "You pay The cheese counter" in page.words
    assert "Bank transfer" not in page.words
