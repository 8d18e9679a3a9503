"""The vocabulary grows in the browser, and its forms are there at once."""

from __future__ import annotations

from playwright.async_api import expect


async def test_a_type_and_a_field_made_here_are_used_here(owner):
    keeper = await owner("blog")
    page = keeper.page
    await keeper.go("blog", "/meta")

    await page.get_by_role("link", name="New type").click()
    await page.get_by_label("Name").first.fill("Walk")
    await page.get_by_label("About").fill("A way to go, from a door to a door.")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.get_by_role("heading", name="Walk", level=1)).to_be_visible()

    await keeper.go("blog", "/meta")
    await page.get_by_role("link", name="Add a field to Walk").click()
    await page.get_by_label("Name").fill("steps")
    await page.get_by_label("Label").fill("Steps to climb")
    await page.get_by_label("Kind").select_option("count")
    await page.get_by_role("button", name="Add").click()

    assert await keeper.go("blog", "/walks/new") == 200
    await page.get_by_label("Name").fill("To the weir and back")
    await page.get_by_label("Steps to climb").fill("2.5")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("Steps to climb")
    await page.get_by_label("Steps to climb").fill("30")
    await page.get_by_role("button", name="Save").click()

    walk = page.get_by_role("article")
    await expect(walk.get_by_role("heading", level=1)).to_have_text(
        "To the weir and back"
    )
    await expect(walk).to_contain_text("30")


async def test_a_relation_kind_made_here_is_explained_here(owner):
    keeper = await owner("blog")
    await keeper.go("blog", "/meta/new-relation")

    boxes = keeper.page.get_by_role("textbox")
    await boxes.and_(keeper.page.get_by_label("Name required")).fill("answers")
    await boxes.and_(keeper.page.get_by_label("Heading required")).fill("Answers")
    await boxes.and_(keeper.page.get_by_label("Heading on the")).fill("Answered by")
    await keeper.page.get_by_role("button", name="Save").click()
    await expect(keeper.page.get_by_role("status")).to_contain_text("Published")

    await keeper.go("blog", "/meta")
    row = keeper.page.get_by_role("row").filter(has_text="answers")
    await expect(row).to_contain_text("Answered by")
