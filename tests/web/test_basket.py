"""Goods and tickets are put together, and ordered on one page."""

from __future__ import annotations

import asyncio

import pytest

from tests.web.market import jam, made
from tests.web.test_buying import ARABIC, HOSTILE, all_of

WHO = {"name": "Ada", "email": "ada@example.org"}


@pytest.fixture
async def rose(shop) -> str:
    return await jam(shop)


@pytest.fixture
async def loaf(shop) -> str:
    price = {"amount": 420, "currency": "GBP"}
    return await made(shop, "Product", name="Rye", price=price)


def path(id: str) -> str:
    return "/" + id.split("/", 3)[3]


async def filled(shop, *ids: str):
    """A guest with one of each in their basket."""
    guest = await shop.visitor()
    for id in ids:
        page = await guest.get(path(id))
        await guest.fill(page, "/basket/add", {})
    return guest


def item(page, name: str) -> str:
    """The field that says how many of ``name``."""
    labels = [told["for"] for tag, told in page.tags if tag == "label"]
    fields = [label for label in labels if label and label.startswith("n-")]
    names = [words for href, words in page.links if href.startswith("/products/")]
    return fields[[n for n in names if not n.startswith("#")].index(name)]


async def test_what_is_added_is_in_the_basket_and_counted_on_every_page(shop, rose):
    guest = await shop.visitor()
    page = await guest.get(path(rose))

    after = await guest.fill(page, "/basket/add", {"count": "2"})

    assert after.path == path(rose)
    assert "It is in your basket." in after.words
    assert ("/basket", "See the basket") in after.links
    assert "Basket2 in it" in after.words.replace("Basket 2", "Basket2")
    assert "£12.00" in (await guest.get("/basket")).words


async def test_what_is_added_twice_is_more_of_the_same(shop, rose):
    guest = await filled(shop, rose, rose)

    page = await guest.get("/basket")

    assert dict(page.form("/basket").fields)[item(page, "Rose jam")] == "2"


async def test_how_many_of_each_can_be_changed(shop, rose, loaf):
    guest = await filled(shop, rose, loaf)
    page = await guest.get("/basket")

    after = await guest.fill(page, "/basket", {item(page, "Rye"): "3"})

    assert "£18.60" in after.words  # one jam and three loaves


async def test_none_of_it_takes_it_out(shop, rose, loaf):
    guest = await filled(shop, rose, loaf)
    page = await guest.get("/basket")

    after = await guest.fill(page, "/basket", {item(page, "Rye"): "0"})

    assert "Rye" not in after.words
    assert "Rose jam" in after.words


async def test_what_is_taken_out_can_be_put_back(shop, rose, loaf):
    guest = await filled(shop, rose, loaf)
    page = await guest.get("/basket")

    out = await guest.fill(page, "/basket", {"remove": "products.rye"})
    back = await guest.fill(out, "/basket/add", {})

    assert "Rye is out of the basket." in out.words
    assert "£6.00" in out.words
    assert "£10.20" in back.words


@pytest.mark.parametrize("count", HOSTILE)
async def test_how_many_is_a_whole_number(shop, loaf, count):
    guest = await filled(shop, loaf)
    page = await guest.get("/basket")
    field = item(page, "Rye")

    after = await guest.fill(page, "/basket", {field: count}, follow=False)

    assert after.status == 422
    assert dict(after.form("/basket").fields)[field] == count
    assert dict((await guest.get("/basket")).form("/basket").fields)[field] == "1"


@pytest.mark.parametrize("count", ["0", "-1", "0.5", "1e9", "NaN", "101", ARABIC])
async def test_only_a_whole_number_of_things_is_added(shop, loaf, count):
    guest = await shop.visitor()
    page = await guest.get(path(loaf))

    after = await guest.fill(page, "/basket/add", {"count": count}, follow=False)

    assert after.status == 422
    assert (path(loaf), "Back to the page before") in after.links


async def test_more_than_there_are_is_said_where_it_can_be_changed(shop, rose):
    guest = await shop.visitor()
    page = await guest.get(path(rose))

    after = await guest.fill(page, "/basket/add", {"count": "5"})

    assert after.path == "/basket"
    assert "Rose jam: no more than 4: that is all there is." in after.words


async def test_more_than_there_are_is_pointed_out(shop, rose):
    guest = await filled(shop, rose)
    page = await guest.get("/basket")

    more = {item(page, "Rose jam"): "5"}
    after = await guest.fill(page, "/basket", more, follow=False)

    assert after.status == 422
    assert "no more than 4" in after.words


@pytest.mark.parametrize(
    "told",
    ["x", "products.none.1", "products.rye.0", "products.rye.-1", "~~~", "orders.1.1"],
)
async def test_whatever_a_cookie_says_nothing_strange_is_in_it(shop, loaf, told):
    guest = await shop.visitor()
    guest.session.cookie_jar.update_cookies({"basket": told})

    page = await guest.get("/basket")

    assert page.status == 200
    assert "nothing in your basket" in page.words


async def test_what_is_not_for_sale_is_not_added(shop):
    guest = await shop.visitor()
    page = await guest.get("/basket")
    assert page.status == 200

    answer = await guest.post("/basket/add", id=f"{shop.base}/pages/about")

    assert answer.status == 404


async def test_where_nothing_is_sold_there_is_no_basket(blog):
    visitor = await blog.visitor()

    assert (await visitor.get("/basket")).status == 404
    assert "Basket" not in (await visitor.get("/")).words


# -- ordering it -----------------------------------------------------------------------


async def test_all_of_it_becomes_one_order(shop, rose, loaf):
    guest = await filled(shop, rose, loaf)
    page = await guest.get("/basket/checkout")
    assert "£10.20" in page.words

    sent = await guest.fill(page, "", WHO, follow=False)

    [order] = await all_of(shop, "Order")
    assert order["total"] == {"amount": 1020, "currency": "GBP"}
    assert sent.status == 303
    assert sent.location.startswith(f"/orders/{order.slug}/pay?key=")
    assert "nothing in your basket" in (await guest.get("/basket")).words


async def test_sent_twice_it_is_one_order(shop, rose):
    guest = await filled(shop, rose)
    page = await guest.get("/basket/checkout")

    answers = await asyncio.gather(
        *(guest.fill(page, "", WHO, follow=False) for _ in range(5))
    )

    assert len({each.location for each in answers}) == 1
    assert len(await all_of(shop, "Order")) == 1


async def test_the_last_of_it_sent_again_is_still_the_same_order(shop):
    last = await jam(shop, stock=1)
    guest = await filled(shop, last)
    page = await guest.get("/basket/checkout")

    first = await guest.fill(page, "", WHO, follow=False)
    again = await guest.fill(page, "", WHO, follow=False)

    assert (again.status, again.location) == (303, first.location)


async def test_the_last_of_it_goes_to_one_of_two(shop):
    last = await jam(shop, stock=1)
    ada, bob = await filled(shop, last), await filled(shop, last)
    pages = [await ada.get("/basket/checkout"), await bob.get("/basket/checkout")]

    answers = await asyncio.gather(
        ada.fill(pages[0], "", WHO, follow=False),
        bob.fill(pages[1], "", {**WHO, "name": "Bob"}, follow=False),
    )

    assert sorted(answer.status for answer in answers) in ([303, 409], [303, 422])
    assert len(await all_of(shop, "Order")) == 1


async def test_a_wrong_address_is_pointed_out_and_nothing_is_ordered(shop, rose):
    guest = await filled(shop, rose)
    page = await guest.get("/basket/checkout")

    again = await guest.fill(page, "", {"name": "Ada", "email": "ada"}, follow=False)

    assert again.status == 422
    assert "#email" in [href for href, _ in again.links]
    assert dict(again.form().fields)["name"] == "Ada"
    assert await all_of(shop, "Order") == []


async def test_the_price_is_that_of_the_moment_in_which_it_is_ordered(shop, rose):
    guest = await filled(shop, rose)
    page = await guest.get("/basket/checkout")
    owner = await shop.owner()
    edit = await owner.get(f"{path(rose)}/edit")
    await owner.fill(edit, "", {"price.amount": "7.00"})

    await guest.fill(page, "", WHO, follow=False)

    [order] = await all_of(shop, "Order")
    assert order["total"]["amount"] == 700


async def test_nothing_is_ordered_with_an_empty_basket(shop):
    guest = await shop.visitor()

    page = await guest.get("/basket/checkout")

    assert (page.status, page.location) == (303, "/basket")
