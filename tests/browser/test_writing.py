"""A post from the first word to the last: written, shown, changed, found, deleted."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from playwright.async_api import expect


async def test_a_post_lives_and_is_deleted(owner):
    writer = await owner("blog")
    page = writer.page
    await writer.go("blog", "/posts")

    await page.get_by_role("link", name="New post").click()
    await page.get_by_label("Title").fill("Quinces at last")
    await page.get_by_label("Text").fill("They are *yellow* now.")
    await page.get_by_role("button", name="Save").click()

    await expect(page.get_by_role("status")).to_contain_text("Published")
    await expect(page.get_by_role("heading", name="Quinces at last")).to_be_visible()
    await expect(page.locator(".prose em")).to_have_text("yellow")
    address = writer.path

    await page.get_by_role("link", name="Edit").click()
    await page.get_by_label("Text").fill("They are *all* yellow now.")
    await page.get_by_role("group", name="Tags").get_by_label("Food").check()
    await page.get_by_role("button", name="Save").click()

    await expect(page.locator(".prose em")).to_have_text("all")
    await page.get_by_role("list", name="Tags").get_by_role("link", name="Food").click()
    await expect(page.get_by_role("heading", name="Quinces at last")).to_be_visible()

    await page.get_by_role("link", name="Search").click()
    await page.get_by_label("Words to look for").fill("quince")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="Quinces at last").click()

    await page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("link", name="Back").click()
    await expect(dialog).to_have_count(0)
    await page.get_by_role("link", name="Delete").click()
    await dialog.get_by_role("button", name="Delete").click()

    await expect(page.get_by_role("status")).to_have_text("Deleted.")
    assert await writer.go("blog", address) == 410
    await expect(page.get_by_role("heading", name="This was deleted")).to_be_visible()


async def test_a_form_that_cannot_be_saved_says_why_and_keeps_the_rest(owner):
    writer = await owner("blog")
    await writer.go("blog", "/posts/new")
    await writer.page.get_by_label("Text").fill("A text without a title.")

    await writer.page.get_by_role("button", name="Save").click()

    summary = writer.page.get_by_role("alert")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name="Title").click()
    await expect(writer.page.get_by_label("Title")).to_be_focused()
    await expect(writer.page.get_by_label("Text")).to_have_value(
        "A text without a title."
    )


async def test_a_picker_is_narrowed_and_keeps_what_was_picked(owner):
    writer = await owner("blog")
    await writer.go("blog", "/posts/new")
    tags = writer.page.get_by_role("group", name="Tags")
    await tags.get_by_label("Music").check()

    await tags.get_by_label("Find more of them").fill("brea")

    await expect(tags.get_by_label("Money")).to_have_count(0)
    await expect(tags.get_by_label("Music")).to_be_checked()
    await tags.get_by_label("Bread").check()
    await tags.get_by_label("Find more of them").fill("")
    await expect(tags.get_by_label("Money")).to_be_visible()
    await expect(tags.get_by_label("Bread")).to_be_checked()
    await expect(tags.get_by_label("Music")).to_be_checked()


async def test_pressed_twice_is_sent_once(owner):
    writer = await owner("blog")
    await writer.go("blog", "/posts/new")
    await writer.page.get_by_label("Title").fill("Pressed in a hurry")
    await writer.page.get_by_label("Text").fill("Twice.")

    await writer.page.get_by_role("button", name="Save").dblclick()
    await expect(writer.page.get_by_role("status")).to_contain_text("Published")

    await writer.go("blog", "/search?q=hurry")
    found = writer.page.get_by_role("link", name="Pressed in a hurry")
    await expect(found).to_have_count(1)


async def test_what_one_likes_is_said_and_taken_back(owner):
    reader = await owner("blog")
    await reader.go("blog", "/posts/a-first-loaf")

    await reader.page.get_by_role("button", name="Like", exact=True).click()
    await expect(reader.page.get_by_text("1 person likes this.")).to_be_visible()
    await reader.page.get_by_role("button", name="You like this").click()

    await expect(reader.page.get_by_text("likes this.")).to_have_count(0)


async def test_a_picture_takes_its_room_before_it_comes(owner):
    writer = await owner("blog")
    await writer.go("blog", "/posts/welcome/edit")
    drawn = BytesIO()
    Image.new("RGB", (900, 600), "peru").save(drawn, "PNG")
    picture = {"name": "loaf.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    await writer.page.get_by_label("Choose a file").set_input_files(picture)
    await writer.page.get_by_label("Description, for").fill("A loaf on a board")

    await writer.page.get_by_role("button", name="Save").click()

    shown = writer.page.get_by_role("img", name="A loaf on a board")
    await expect(shown).to_have_attribute("width", "900")
    await expect(shown).to_have_attribute("height", "600")
    assert await shown.evaluate("async it => (await it.decode(), it.naturalWidth > 0)")
