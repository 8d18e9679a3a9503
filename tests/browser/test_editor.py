"""Writing with the toolbar, and what it takes to lose a text (more than this)."""

from __future__ import annotations

import asyncio
import re
from io import BytesIO

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import expect

from tests.browser.hands import painted

UNTIL_KEPT = """new Promise((kept) => {
    const look = () => localStorage.length ? kept() : requestAnimationFrame(look);
    look();
})"""


@pytest_asyncio.fixture(loop_scope="session")
async def writer(owner):
    """Somebody with an empty form for a post before them."""
    writer = await owner("blog")
    await writer.go("blog", "/posts/new")
    await painted(writer.page)
    return writer


def text_of(writer):
    return writer.page.get_by_label("Text")


async def test_who_writes_before_the_toolbar_is_there_writes_on(writer):
    arrives = asyncio.Event()

    async def later(route):
        await arrives.wait()
        await route.continue_()

    await writer.page.route("**/editor*.js*", later)
    await writer.page.goto(writer.page.url, wait_until="commit")
    await text_of(writer).wait_for()
    await painted(writer.page)
    await text_of(writer).press_sequentially("rye ")

    arrives.set()
    await expect(writer.page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    await writer.page.keyboard.type("bread")

    await expect(text_of(writer)).to_have_value("rye bread")


async def select(writer, start, end):
    await text_of(writer).evaluate(f"it => it.setSelectionRange({start}, {end})")


async def press(writer, name):
    bar = writer.page.get_by_role("toolbar", name="Formatting").first
    await bar.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(
    ("button", "becomes"),
    [
        ("Bold", "**rye** bread"),
        ("Italic", "_rye_ bread"),
        ("Code", "`rye` bread"),
        ("Heading", "## rye bread"),
        ("Quote", "> rye bread"),
        ("List", "- rye bread"),
        ("Numbered list", "1. rye bread"),
        ("Link", "[rye](https://) bread"),
    ],
)
async def test_a_button_marks_what_is_selected(writer, button, becomes):
    await text_of(writer).fill("rye bread")
    await select(writer, 0, 3)

    await press(writer, button)

    await expect(text_of(writer)).to_have_value(becomes)


@pytest.mark.parametrize("button", ["Bold", "Italic", "Heading", "List"])
async def test_the_same_button_takes_it_back(writer, button):
    await text_of(writer).fill("rye bread")
    await select(writer, 0, 3)

    await press(writer, button)
    await press(writer, button)

    await expect(text_of(writer)).to_have_value("rye bread")


async def test_undo_takes_back_what_a_button_did(writer):
    await text_of(writer).fill("rye bread")
    await select(writer, 0, 3)

    await press(writer, "Bold")
    await writer.page.keyboard.press("Control+z")

    await expect(text_of(writer)).to_have_value("rye bread")


async def test_keys_do_what_buttons_do(writer):
    await text_of(writer).fill("rye")
    await select(writer, 0, 3)

    await writer.page.keyboard.press("Control+b")
    await writer.page.keyboard.press("Control+i")

    await expect(text_of(writer)).to_have_value("**_rye_**")


async def test_enter_goes_on_with_a_list_and_ends_it(writer):
    await text_of(writer).focus()

    await writer.types("1. flour", "Enter", "water", "Enter", "Enter", "Stir.")

    await expect(text_of(writer)).to_have_value("1. flour\n2. water\nStir.")


async def test_several_lines_are_numbered(writer):
    await text_of(writer).fill("mix\n- wait\nbake")
    await select(writer, 0, 15)

    await press(writer, "Numbered list")

    await expect(text_of(writer)).to_have_value("1. mix\n2. wait\n3. bake")


async def test_the_toolbar_is_one_stop_and_arrows_go_on(writer):
    bar = writer.page.get_by_role("toolbar", name="Formatting").first
    await bar.get_by_role("button", name="Bold").focus()

    await writer.page.keyboard.press("ArrowRight")
    await expect(bar.get_by_role("button", name="Italic")).to_be_focused()
    await writer.page.keyboard.press("End")
    await expect(bar.get_by_role("button", name="Preview")).to_be_focused()
    await writer.page.keyboard.press("ArrowRight")
    await expect(bar.get_by_role("button", name="Bold")).to_be_focused()
    await writer.page.keyboard.press("Tab")

    await expect(text_of(writer)).to_be_focused()


async def test_the_preview_is_what_the_page_will_show(writer):
    await text_of(writer).fill("So *it* is.\n\n<script>alert(1)</script>")

    await press(writer, "Preview")

    preview = writer.page.get_by_role("region", name="Preview").first
    await expect(preview.locator("em")).to_have_text("it")
    await expect(preview.locator("script")).to_have_count(0)
    await expect(text_of(writer)).to_be_hidden()

    await press(writer, "Preview")
    await expect(text_of(writer)).to_be_focused()


async def test_what_was_not_sent_comes_back(writer):
    title = writer.page.get_by_label("Title")
    await title.fill("Half a thought")
    await text_of(writer).fill("It went")
    await writer.page.evaluate(UNTIL_KEPT)

    await writer.page.reload()

    await expect(title).to_have_value("Half a thought")
    await expect(text_of(writer)).to_have_value("It went")
    await writer.page.get_by_role("button", name="Drop it").click()
    await expect(title).to_have_value("")
    assert await writer.page.evaluate("Object.keys(localStorage).length") == 0


async def test_what_was_sent_does_not_come_back(writer):
    await writer.page.get_by_label("Title").fill("A whole thought")
    await text_of(writer).fill("It went away.")
    await writer.page.get_by_role("button", name="Save").click()
    await expect(writer.page.get_by_role("status")).to_contain_text("Published")

    await writer.go("blog", "/posts/new")

    await expect(text_of(writer)).to_have_value("")


async def test_a_picture_is_sent_and_waits_for_its_description(writer):
    drawn = BytesIO()
    Image.new("RGB", (60, 40), "peru").save(drawn, "PNG")
    picture = {"name": "loaf.png", "mimeType": "image/png", "buffer": drawn.getvalue()}
    async with writer.page.expect_file_chooser() as chooser:
        await press(writer, "Picture")

    await (await chooser.value).set_files(picture)

    await expect(text_of(writer)).to_have_value(
        re.compile(r"^!\[what it shows, .*\]\(/media/\w+\.\w+\)$")
    )
    await writer.types("A loaf")
    assert (await text_of(writer).input_value()).startswith("![A loaf](/media/")


async def test_what_is_no_picture_is_refused_in_words(writer):
    other = {"name": "loaf.png", "mimeType": "image/png", "buffer": b"no picture"}
    async with writer.page.expect_file_chooser() as chooser:
        await press(writer, "Picture")

    await (await chooser.value).set_files(other)

    said = writer.page.locator("[data-said]").first
    await expect(said).not_to_have_text("")
    await expect(said).not_to_contain_text("Sending")
    await expect(text_of(writer)).to_have_value("")
    writer.faults.clear()  # the browser says what was refused; so did the page
