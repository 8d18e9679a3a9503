"""Every page, in both themes and at two sizes: can everybody read and use it?

axe finds what a machine can find.  A picture of each is kept in tests/artefacts,
for somebody to look at.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.addresses import OWN, PUBLIC

ARTEFACTS = Path(__file__).parent.parent / "artefacts"
WIDTHS = (1280, 390)
SMALLEST = 320
THEMES = ("light", "dark")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
FAULTS = """async (rules) => (await axe.run(document, {
        runOnly: rules, resultTypes: ["violations"] })).violations
    .flatMap((wrong) => wrong.nodes.map((node) => `${wrong.id}: ${node.html}`))"""
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"


def of(pages: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(domain, path) for domain, paths in pages.items() for path in paths]


async def faults_of(page: Page, axe: str, name: str) -> list[str]:
    """What is wrong with the page in any theme and size, each named."""
    await page.wait_for_load_state()
    await page.evaluate(axe)
    found = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            picture = ARTEFACTS / f"{name}-{width}-{theme}.png"
            await page.screenshot(path=picture, full_page=True)
            faults = await page.evaluate(FAULTS, RULES)
            found += [f"{width} {theme} {fault}" for fault in faults]
    await page.set_viewport_size({"width": SMALLEST, "height": 900})
    if await page.evaluate(SIDEWAYS) > 0:
        found.append(f"{SMALLEST} the page scrolls sideways")
    return found


def named(domain: str, path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{domain}{path}").strip("-")


@pytest.mark.parametrize(("domain", "path"), of(PUBLIC))
async def test_anybody_can_use(visitor, axe, domain, path):
    reader = await visitor()

    assert await reader.go(domain, path) == 200

    assert await faults_of(reader.page, axe, named(domain, path)) == []


@pytest.mark.parametrize(("domain", "path"), of(OWN))
async def test_any_owner_can_use(owner, axe, domain, path):
    keeper = await owner(domain)

    assert await keeper.go(domain, path) == 200

    assert await faults_of(keeper.page, axe, named(domain, path)) == []


async def test_a_page_with_all_that_its_owner_may_do(owner, axe):
    keeper = await owner("blog")

    await keeper.go("blog", "/posts/welcome")
    await keeper.page.locator(".menu > summary").click()

    assert await faults_of(keeper.page, axe, "blog-own-posts-welcome") == []


async def test_an_activity(visitor, axe):
    reader = await visitor()
    await reader.go("blog", "/activities")

    await reader.page.locator(".log a.meta").first.click()

    assert await faults_of(reader.page, axe, "blog-activity") == []


async def test_an_order_with_a_line(owner, axe):
    keeper = await owner("shop")
    page = keeper.page
    await keeper.go("shop", "/lines/new")
    await page.get_by_label("Item").fill("Mill Lane sourdough")
    await page.get_by_label("Quantity").fill("3")
    await page.get_by_label("Price of one").fill("4.20")
    await page.get_by_label("Everybody").check()
    await page.get_by_role("button", name="Save").click()
    await keeper.go("shop", "/orders/new")
    await page.get_by_label("Number").fill("A-17")
    await page.get_by_label("Total").fill("12.60")
    await page.get_by_label("Mill Lane sourdough").first.check()

    await page.get_by_role("button", name="Save").click()

    row = page.get_by_role("row").filter(has_text="Mill Lane sourdough")
    await expect(row).to_contain_text("£12.60")
    assert await faults_of(page, axe, "shop-order") == []


async def test_what_is_not_there(visitor, axe):
    reader = await visitor()

    assert await reader.go("blog", "/posts/nothing-of-the-sort") == 404

    assert await faults_of(reader.page, axe, "blog-404") == []


async def test_a_link_on_its_way(visitor, axe):
    reader = await visitor()
    await reader.go("blog", "/sign-in")
    await reader.page.get_by_label("E-mail address").first.fill("flo@example.org")
    await reader.page.get_by_role("button", name="Send me a link").click()

    assert await faults_of(reader.page, axe, "blog-link-sent") == []

    await reader.page.get_by_role("link", name="read it here").click()
    await reader.page.get_by_role("link", name="/sign-in/link/").first.click()

    assert await faults_of(reader.page, axe, "blog-sign-in-link") == []


async def test_a_preview(owner, axe):
    keeper = await owner("blog")
    await keeper.go("blog", "/posts/welcome/edit")

    await keeper.page.get_by_role("button", name="Preview").first.click()
    await keeper.page.get_by_role("heading", name="Where to begin").wait_for()

    assert await faults_of(keeper.page, axe, "blog-preview") == []


async def test_a_form_that_comes_back(owner, axe):
    keeper = await owner("events")
    await keeper.go("events", "/events/new")

    await keeper.page.get_by_role("button", name="Save").click()

    assert await faults_of(keeper.page, axe, "events-form-wrong") == []


async def test_a_dialog(owner, axe):
    keeper = await owner("blog")
    await keeper.go("blog", "/posts/welcome")

    await keeper.page.get_by_role("link", name="Delete").click()
    await keeper.page.get_by_role("dialog").wait_for()

    assert await faults_of(keeper.page, axe, "blog-dialog") == []
