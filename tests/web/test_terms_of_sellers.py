"""Where goods are picked up and how they go back: read before paying, and after."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.node.outbox import Ask

WHO = {"name": "Ada", "email": "ada@example.org"}
SEVEN = {"amount": 700, "currency": "GBP"}
TIMES = "\N{MULTIPLICATION SIGN}"
OURS, THEIRS = "Back within a week, unopened.", "Cheese is not taken back."


@pytest.fixture
async def stocked(shop):
    """A shop with words of its own, and one shelf that says something else."""
    shop.node.config = replace(shop.node.config, returns=OURS)
    shelf = {"name": "The cheese counter", "returns": THEIRS}
    where = {"name": "The Old Bakery", "city": "Rose Ash"}
    made = await shop.node.publish_all(
        shop.node.site,
        [
            Ask("Create", kind="Department", values=shelf),
            Ask("Create", kind="Product", values={"name": "Blue", "price": SEVEN}),
            Ask("Add", subject="@0", relation="stocks", object="@1"),
            Ask("Create", kind="Product", values={"name": "Rye", "price": SEVEN}),
            Ask(
                "Create",
                kind="Place",
                values={"name": "The side door", "location": where},
            ),
            Ask("Add", subject="@3", relation="located", object="@4"),
        ],
    )
    things = [each.thing for each in made if each.type == "Create"]
    return {each["name"]: each for each in things}


async def checkout(shop, *things):
    guest = await shop.visitor()
    for each in things:
        path = each.id.removeprefix(shop.base)
        await guest.send(await guest.get(path), "/basket/add")
    return guest, await guest.get("/basket/checkout")


async def test_it_is_read_before_anything_is_ordered(shop, stocked):
    _, page = await checkout(shop, stocked["Blue"], stocked["Rye"])

    assert OURS in page.words
    assert f"The cheese counter {THEIRS}" in page.words
    place = stocked["The side door"].id.removeprefix(shop.base)
    assert (place, "The side door") in page.links


async def test_of_a_shelf_with_words_of_its_own_the_shop_says_nothing(shop, stocked):
    _, page = await checkout(shop, stocked["Blue"])

    assert THEIRS in page.words
    assert OURS not in page.words
    assert "Pick up at" not in page.words


async def test_it_is_read_again_where_it_is_paid_and_where_it_is_cancelled(
    shop, stocked
):
    guest, page = await checkout(shop, stocked["Rye"])

    pay = await guest.send(page, **WHO)
    order = await guest.get(pay.path.replace("/pay", ""))

    for each in (pay, order):
        assert OURS in each.words
        assert "Pick up at The side door" in each.words
    assert order.words.index("Cancel or return") < order.words.index(OURS)


async def test_what_is_paid_for_is_said_where_it_is_paid(shop, stocked):
    guest, page = await checkout(shop, stocked["Rye"], stocked["Blue"])

    pay = await guest.send(page, **WHO)

    assert f"1 {TIMES} Rye £7.00" in pay.words
    assert f"1 {TIMES} Blue £7.00" in pay.words


async def test_where_nothing_is_said_nothing_is_shown(shop, stocked):
    shop.node.config = replace(shop.node.config, returns="")

    _, page = await checkout(shop, stocked["Rye"])

    assert "returning" not in page.words
