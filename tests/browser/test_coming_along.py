"""An event with one place, and two people who would like to have it."""

from __future__ import annotations

from playwright.async_api import expect


async def guest(visitor, name):
    """Somebody who has just signed in on the events peer."""
    guest = await visitor()
    page = guest.page
    await guest.go("events", "/sign-in")
    await page.get_by_label("E-mail address").first.fill(f"{name}@example.org")
    await page.get_by_role("button", name="Send me a link").click()
    await page.get_by_role("link", name="read it here").click()
    letter = page.get_by_role("article").filter(has_text=f"To {name}@example.org")
    await letter.get_by_role("link", name="/sign-in/link/").click()
    await page.get_by_label("What do you like to be called?").fill(name)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("status")).to_have_text("You are signed in.")
    return guest


async def test_the_last_place_goes_to_one_of_two(owner, visitor):
    keeper = await owner("events")
    await keeper.go("events", "/events/new")
    await keeper.page.get_by_label("Title").fill("Supper for one")
    await keeper.page.get_by_label("Start").fill("2099-05-01T19:30")
    await keeper.page.get_by_label("Capacity").fill("1")
    await keeper.page.get_by_label("Main calendar").check()
    await keeper.page.get_by_role("button", name="Save").click()
    await expect(keeper.page.get_by_text("One place left.")).to_be_visible()
    address = keeper.path
    di, eve = await guest(visitor, "Di"), await guest(visitor, "Eve")

    await di.go("events", address)
    await eve.go("events", address)
    await di.page.get_by_role("button", name="I am coming").click()
    await expect(di.page.get_by_role("status")).to_contain_text("You are coming.")
    await eve.page.get_by_role("button", name="I am coming").click()

    await expect(eve.page.get_by_role("main")).to_contain_text("no places left")

    await eve.go("events", "/calendars/main")
    supper = eve.page.get_by_role("article").filter(has_text="Supper for one").last
    await expect(supper).to_contain_text("Full")

    await di.page.get_by_role("button", name="I am not coming after all").click()
    await expect(di.page.get_by_role("button", name="I am coming")).to_be_visible()
    await eve.go("events", address)
    await eve.page.get_by_role("button", name="I am coming").click()
    await expect(eve.page.get_by_role("status")).to_contain_text("You are coming.")
