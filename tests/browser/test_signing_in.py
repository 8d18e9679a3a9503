"""Who somebody is: a link by mail, with scripts, without, and with keys alone."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.hands import painted


async def test_a_link_by_mail_signs_somebody_new_in(visitor):
    ada = await visitor()
    await ada.go("blog", "/posts/welcome")

    await ada.page.get_by_role("link", name="Sign in", exact=True).first.click()
    await ada.page.get_by_label("E-mail address").first.fill("ada@example.org")
    await ada.page.get_by_role("button", name="Send me a link").click()
    await ada.page.get_by_role("link", name="read it here").click()
    await ada.page.get_by_role("link", name="/sign-in/link/").first.click()
    await ada.page.get_by_label("What do you like to be called?").fill("Ada")
    await ada.page.get_by_role("button", name="Sign in").click()

    await expect(ada.page.get_by_role("status")).to_have_text("You are signed in.")
    await expect(ada.page.get_by_role("banner")).to_contain_text("Ada")
    assert ada.path == "/posts/welcome"


async def test_a_keyboard_is_enough_to_sign_in(visitor):
    bea = await visitor()
    await bea.go("blog", "/sign-in")

    await bea.tab_to("E-mail address")
    await bea.types("bea@example.org", "Enter")
    await expect(bea.page.get_by_role("heading", name="Look into")).to_be_visible()
    await bea.tab_to("read it here")
    await bea.types("Enter")
    await bea.page.wait_for_url("**/mailbox")
    await bea.tab_to("/sign-in/link/")
    await bea.types("Enter")
    await bea.page.wait_for_url("**/sign-in/link/*")
    await bea.tab_to("What do you like to be called?")
    await bea.types("Bea", "Enter")
    await expect(bea.page.get_by_role("status")).to_have_text("You are signed in.")


async def test_a_keyboard_is_enough_to_write(owner):
    writer = await owner("blog")
    await writer.go("blog", "/posts/new")

    await writer.tab_to("Title")
    await writer.types("Written without a mouse")
    await writer.tab_to("Text")
    await writer.types("Every key of it.")
    await writer.tab_to("Save")
    await writer.types("Enter")

    heading = writer.page.get_by_role("heading", name="Written without a mouse")
    await expect(heading).to_be_visible()


async def test_the_first_stop_leads_past_the_menu(visitor):
    reader = await visitor()
    await reader.go("blog", "/")
    await painted(reader.page)

    await reader.page.keyboard.press("Tab")
    await expect(reader.page.get_by_role("link", name="Skip to")).to_be_focused()
    await reader.page.keyboard.press("Enter")
    await reader.page.keyboard.press("Tab")

    assert await reader.page.evaluate("document.activeElement.closest('main') !== null")
