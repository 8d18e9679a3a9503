"""The same without scripts: nothing may need them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect


@pytest.fixture
def plain(owner):
    """The owner, in a browser that runs no scripts."""

    async def arrives(domain):
        return await owner(domain, scripts=False)

    return arrives


async def test_signing_in(visitor):
    cy = await visitor(scripts=False)
    await cy.go("shop", "/sign-in")

    await cy.page.get_by_label("E-mail address").first.fill("cy@example.org")
    await cy.page.get_by_role("button", name="Send me a link").click()
    await cy.page.get_by_role("link", name="read it here").click()
    await cy.page.get_by_role("link", name="/sign-in/link/").first.click()
    await cy.page.get_by_label("What do you like to be called?").fill("Cy")
    await cy.page.get_by_role("button", name="Sign in").click()

    await expect(cy.page.get_by_role("status")).to_have_text("You are signed in.")

    await cy.page.locator("summary", has_text="Cy").click()
    await cy.page.get_by_role("button", name="Sign out").click()

    await expect(cy.page.get_by_role("status")).to_have_text("You are signed out.")


async def test_writing_and_deleting(plain):
    writer = await plain("blog")
    page = writer.page
    await writer.go("blog", "/posts/new")
    await page.get_by_label("Title").fill("By hand")
    await page.get_by_label("Text").fill("No *script* ran.")
    await page.get_by_label("Bread", exact=True).check()

    await page.get_by_role("button", name="Save").click()

    await expect(page.locator(".prose em")).to_have_text("script")
    await expect(page.get_by_role("list", name="Tags")).to_contain_text("Bread")

    await page.get_by_role("link", name="Delete").click()
    await expect(page.get_by_role("heading", name="Delete “By hand”?")).to_be_visible()
    await page.get_by_role("button", name="Delete").click()

    await expect(page.get_by_role("status")).to_have_text("Deleted.")


async def test_a_preview(plain):
    writer = await plain("blog")
    await writer.go("blog", "/posts/new")
    await writer.page.get_by_label("Text").fill("So *it* is.")

    async with writer.context.expect_page() as opened:
        await writer.page.get_by_role("button", name="Preview").click()

    preview = await opened.value
    await expect(preview.locator(".prose em")).to_have_text("it")


async def test_filters(visitor):
    reader = await visitor(scripts=False)
    await reader.go("shop", "/products")

    await reader.page.get_by_text("Filter and sort").click()
    await reader.page.get_by_label("Price, at most").fill("4")
    await reader.page.get_by_label("Order").select_option("Price, dearest first")
    await reader.page.get_by_role("button", name="Show", exact=True).click()

    await reader.page.wait_for_url("**/products?*")
    prices = await reader.page.locator(".price").all_text_contents()
    assert len(prices) > 1
    assert prices == sorted(prices, reverse=True) and prices[0] <= "£4.00"


async def test_the_theme(visitor):
    reader = await visitor(scripts=False, color_scheme="light")
    await reader.go("blog", "/posts/welcome")

    await reader.page.get_by_role("button", name="Dark").click()

    assert reader.path == "/posts/welcome"
    await expect(reader.page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_report(plain):
    reader = await plain("events")
    await reader.go("events", "/events/the-long-table")

    await reader.page.get_by_role("link", name="Report").click()
    await reader.page.get_by_label("What is wrong with it?").fill("It is too long.")
    await reader.page.get_by_role("button", name="Report").click()

    await expect(reader.page.get_by_role("status")).to_contain_text("Thank you.")
