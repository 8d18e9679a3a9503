"""A guest buys: with scripts and without, on a phone in the dark, with keys alone."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.hands import Person, Typist, reloaded
from tests.browser.test_accessible import ARTEFACTS, faults_of

WAYS = {
    "scripts": {},
    "plain": {"scripts": False},
    "phone": {"width": 390, "color_scheme": "dark"},
    "keys": {},
}


async def scheduled(owner, name: str, places: int = 50) -> str:
    """An event with tickets that the shop sells: its path."""
    keeper = await owner("events")
    page = keeper.page
    await keeper.go("events", "/calendars/main/schedule")
    await page.locator("[name=joinMode][value=external]").check()
    for field, text in {
        "name": name,
        "startTime": "2031-07-12T19:30",
        "endTime": "2031-07-12T22:00",
        "ticket-1.price.amount": "10.00",
        "ticket-1.quantity": str(places),
    }.items():
        await page.locator(f"[name='{field}']").first.fill(text)
    await page.get_by_role("button", name="Schedule").click()
    await page.get_by_role("link", name=name, exact=True).first.click()
    buy = page.get_by_role("link", name="Buy ticket")
    await reloaded(page, page.get_by_text(f"{places} left").first)  # the shop agreed
    await expect(buy).to_be_visible()
    return keeper.path


@pytest_asyncio.fixture(loop_scope="session", params=WAYS)
async def guest(request, visitor) -> Person:
    made = await visitor(**WAYS[request.param])
    how = Typist if request.param == "keys" else Person
    return how(made.context, made.page, ARTEFACTS, f"buying-{request.param}")


async def test_a_guest_buys_two_tickets(guest, cooperative, owner):
    path = await scheduled(owner, f"Gig {guest.way}")
    watching = await owner("events")
    await watching.go("events", path)
    await guest.open(cooperative.base("events") + path)

    await guest.press("link", "Buy ticket")
    await guest.write("Your name", "Ada")
    await guest.write("E-mail address", "ada")
    await guest.press("button", "Pay")
    summary = guest.page.get_by_role("alert")
    await expect(summary).to_contain_text("This does not look like an e-mail address.")
    if "plain" not in guest.way:
        await expect(summary).to_be_focused()
    await guest.press("link", "This does not look like")
    await guest.write("E-mail address", "ada@example.org")
    await guest.page.locator("input.few").fill("2")
    if "plain" in guest.way:
        await guest.press("button", "Update the total")
    await expect(guest.page.locator("[data-total]")).to_have_text("£20.00")
    await guest.picture("form")
    await guest.press("button", "Pay")
    await guest.page.wait_for_url(f"{cooperative.base('shop')}/orders/**")
    await guest.press("button", "Test payment")
    await guest.press("button", "Approve")

    main = guest.page.locator("main")
    await expect(main).to_contain_text("Paid")
    heading = guest.page.get_by_role("heading", name=re.compile(r"order:\w+"))
    await expect(heading).to_be_visible()
    await expect(main).to_contain_text("12 July 2031")
    await expect(guest.page.get_by_role("img", name="QR code")).to_have_count(2)
    await guest.picture("order")
    sold = watching.page.locator("[data-sold]").first
    await expect(sold).to_have_text("2")
    await expect(watching.page.locator("[data-left]").first).to_have_text("48")


async def test_pressed_twice_it_is_one_order(visitor, cooperative, owner):
    path = await scheduled(owner, "Gig twice")
    buyer = await visitor(scripts=False)
    page = buyer.page
    await buyer.go("events", f"{path}/buy")
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("E-mail address").fill("ada@example.org")

    await page.get_by_role("button", name="Pay").dblclick()
    await expect(page).to_have_url(re.compile(f"{cooperative.base('shop')}/orders/"))
    first = page.url
    await page.go_back()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("E-mail address").fill("ada@example.org")
    await page.get_by_role("button", name="Pay").click()
    await page.wait_for_url(f"{cooperative.base('shop')}/orders/**")

    assert page.url == first


async def test_goods_are_put_into_the_basket_and_ordered(guest, cooperative):
    await guest.open(cooperative.base("shop") + "/products/seeded-rye")

    await guest.press("button", "Add to basket")
    await expect(guest.page.locator(".counted")).to_contain_text("1")
    await guest.press("link", "Basket")
    await guest.picture("basket")
    await guest.press("button", "Remove")
    await expect(guest.page.locator("main")).to_contain_text("is out of the basket")
    await guest.press("button", "Undo")
    await guest.press("button", "Check out")
    await guest.write("Your name", "Ada")
    await guest.write("E-mail address", "ada@example.org")
    await guest.picture("checkout")
    await guest.press("button", "Pay")
    await guest.press("button", "At the door")

    main = guest.page.locator("main")
    await expect(main).to_contain_text("To be paid when you come")
    await expect(main).to_contain_text("Seeded rye")


async def test_its_pages_are_for_everybody(visitor, owner, axe, cooperative):
    path = await scheduled(owner, "Gig for everybody")
    buyer = await visitor()
    page = buyer.page
    await buyer.go("events", f"{path}/buy")
    assert await faults_of(page, axe, "buying-form") == []
    await page.get_by_role("button", name="Pay").click()
    assert await faults_of(page, axe, "buying-form-wrong") == []
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("E-mail address").fill("ada@example.org")
    await page.get_by_role("button", name="Pay").click()
    await page.wait_for_url(f"{cooperative.base('shop')}/orders/**")
    await page.get_by_role("link", name="Order").first.click()
    assert await faults_of(page, axe, "buying-order-awaiting") == []
    await page.get_by_role("button", name="Test payment").click()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator("main")).to_contain_text("Paid")
    assert await faults_of(page, axe, "buying-order-paid") == []
    await page.get_by_role("link", name="Receipt").click()
    assert await faults_of(page, axe, "buying-receipt") == []


@pytest.mark.parametrize("path", ["/basket", "/orders/find"])
async def test_what_stands_around_it_is_for_everybody(visitor, axe, path):
    reader = await visitor()
    assert await reader.go("shop", path) == 200

    assert await faults_of(reader.page, axe, f"buying{path.replace('/', '-')}") == []


async def test_who_keeps_the_event_sees_the_proof(owner, axe):
    path = await scheduled(owner, "Gig proven")
    keeper = await owner("events")

    assert await keeper.go("events", f"{path}/sold") == 200

    assert await faults_of(keeper.page, axe, "buying-sold") == []
