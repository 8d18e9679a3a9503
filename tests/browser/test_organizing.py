"""An organizer and their buyers: codes, questions, letters, the door by kinds."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.hands import Person
from tests.browser.test_story import PICTURES, appears, card_of

NAME = "A gig with questions"
SHOTS = Path(os.environ.get("SX_SHOTS") or PICTURES)


@pytest_asyncio.fixture(loop_scope="session")
async def host(owner) -> Person:
    seen = await owner("events")
    return Person(seen.context, seen.page, SHOTS, "organizer")


async def looked(person: Person, step: str) -> None:
    """On a desk and on a phone."""
    for width in (390, 1280):
        await person.page.set_viewport_size({"width": width, "height": 900})
        await person.picture(f"{step}-{width}")


async def row_of(host: Person, number: int, name: str, price: str, places: str):
    row = host.page.locator(f"#field-ticket-{number}")
    if await row.get_attribute("open") is None:
        await row.locator("summary").first.click()
    for label, text in (("Name", name), ("Price in GBP", price), ("Places", places)):
        await row.get_by_label(label, exact=True).fill(text)
    return row


async def test_two_kinds_a_code_a_question_a_letter_and_the_door(
    host, owner, visitor, cooperative
):
    events, shop = cooperative.base("events"), cooperative.base("shop")

    # two kinds of ticket, one of them at most two at a time
    await host.open(f"{events}/calendars/main/schedule")
    await host.write("Title", NAME)
    await host.write("Starts", "2033-05-12T19:30")
    await host.tick("With a ticket")
    await row_of(host, 1, "Standard", "10.00", "5")
    row = await row_of(host, 2, "Concession", "6.00", "5")
    await row.get_by_text("More").click()
    await row.get_by_label("Most an order").fill("2")
    await looked(host, "40-schedule")
    await host.press("button", "Schedule")
    card = card_of(host, NAME)
    await appears(host, card.get_by_text("10 left"))
    path = await card.get_by_role("link", name=NAME).first.get_attribute("href")

    # a promo code, and a question
    await host.open(f"{events}{path}/allot")
    await looked(host, "41-allot")
    await host.press("link", "Promo codes")
    await host.write("Code", "early")
    await host.write("Percent off", "20")
    await host.write("How many orders", "1")
    await host.page.get_by_label(re.compile("Concession")).uncheck()
    await host.press("button", "Make the code")
    code = host.page.get_by_role("listitem").filter(has_text="20 % off Standard")
    await appears(host, code.filter(has_not_text="waiting for the shop"))
    await looked(host, "42-codes")
    await host.open(f"{events}{path}/questions")
    await host.write("What is asked", "Dietary needs")
    await host.page.get_by_label("Has to be answered").first.check()
    await host.page.get_by_label("Answers to choose from").first.fill("None\nVegan")
    await host.press("button", "Save the questions")
    await looked(host, "43-questions")

    # somebody buys with both
    seen = await visitor()
    guest = Person(seen.context, seen.page, SHOTS, "buyer")
    await guest.open(f"{events}{path}/buy")
    await guest.write("Standard", "2")
    await guest.page.get_by_text("I have a promo code").click()
    await guest.write("Promo code", "early")
    await guest.press("button", "Use it")
    await expect(guest.page.locator("main")).to_contain_text("It takes £4.00 off.")
    await expect(guest.page.locator("[data-total]")).to_have_text("£16.00")
    await guest.write("Your name", "Ada")
    await guest.write("E-mail address", "ada@example.org")
    await guest.press("button", "Pay")
    await expect(guest.page.get_by_role("alert")).to_contain_text("has to be answered")
    await guest.choose("Dietary needs", "Vegan")
    await looked(guest, "44-buy")
    await guest.press("button", "Pay")
    await looked(guest, "44-paying")
    await guest.press("button", "Test payment")
    await guest.press("button", "Approve")
    await expect(guest.page.locator("main")).to_contain_text("Code EARLY")
    await looked(guest, "45-order")
    order = guest.page.url

    # the code was good for one order, and says so before anything is lost
    late = await visitor()
    other = Person(late.context, late.page, SHOTS, "late")
    await other.open(f"{events}{path}/buy")
    await other.write("Standard", "1")
    await other.page.get_by_text("I have a promo code").click()
    await other.write("Promo code", "EARLY")
    await other.write("Your name", "Bob")
    await other.write("E-mail address", "bob@example.org")
    await other.choose("Dietary needs", "None")
    await other.press("button", "Pay")
    await appears(other, other.page.get_by_text("was used as often as it can be"))
    await looked(other, "46-used-up")
    await other.press("link", "Back to the form")
    await expect(other.labelled("Your name")).to_have_value("Bob")
    await expect(other.select("Dietary needs")).to_have_value("None")

    # who is coming, with what they answered; and a letter to them
    await host.open(f"{events}{path}/guests")
    await appears(host, host.page.get_by_role("cell", name="Vegan").first)
    await looked(host, "47-guests")
    await host.press("link", "Write to them all")
    await expect(host.page.locator("main")).to_contain_text("1 order with 2 places")
    await host.write("Subject", "Doors at seven")
    await host.write("Text", "Bring a cup.\n\nWe have soup.")
    await looked(host, "48-write")
    await host.press("button", "Send")
    await appears(host, host.page.get_by_text("has reached 1 buyer of 1 order"))
    await looked(host, "49-sent")
    seen = await owner("shop")
    staff = Person(seen.context, seen.page, SHOTS, "staff")
    await staff.open(f"{shop}/mailbox")
    await expect(staff.page.locator("main")).to_contain_text("Bring a cup.")
    await looked(staff, "50-mailbox")

    # at the door, by kinds
    await guest.open(order)
    await guest.press("link", NAME, within="main")
    code = await guest.page.locator("main .code").first.inner_text()
    await host.open(f"{events}{path}/check-in")
    await host.write("Code, scan or name", code)
    await host.press("button", "Let in")
    kinds = host.page.get_by_label("In, by kind of ticket")
    await expect(kinds).to_contain_text("Standard: 1 in / 2 sold")
    await expect(kinds).to_contain_text("Concession: 0 in / 0 sold")
    await looked(host, "51-door")
