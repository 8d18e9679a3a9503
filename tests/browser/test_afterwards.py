"""What comes after a sale: money back, an event that is called off, the door."""

from __future__ import annotations

from itertools import count

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.hands import Person
from tests.browser.test_story import PICTURES, appears, card_of

MONTHS = count(1)  # an event each


@pytest_asyncio.fixture(loop_scope="session")
async def keeper(owner):
    """``await keeper("shop")``: who keeps that peer."""

    async def arrives(domain: str) -> Person:
        seen = await owner(domain)
        return Person(seen.context, seen.page, PICTURES, f"keeper-{domain}")

    return arrives


@pytest_asyncio.fixture(loop_scope="session")
async def gig(keeper, cooperative) -> str:
    """The path of an event with five places at the shop."""
    name, host = f"A gig of month {next(MONTHS)}", await keeper("events")
    await host.open(cooperative.base("events") + "/calendars/main/schedule")
    await host.write("Title", name)
    await host.write("Starts", f"2033-{name.rpartition(' ')[2]:0>2}-12T19:30")
    await host.tick("With a ticket")
    await host.write("Price in GBP", "10.00")
    await host.write("Places", "5")
    await host.press("button", "Schedule")
    await expect(host.find("heading", "Main calendar")).to_be_visible()
    card = card_of(host, name)
    await appears(host, card.get_by_text("5 left"))
    path = await card.get_by_role("link", name=name).first.get_attribute("href")
    assert path is not None
    return path


@pytest_asyncio.fixture(loop_scope="session")
async def guest(visitor, cooperative, gig) -> Person:
    """Somebody who has bought two tickets, at the page of the order."""
    seen = await visitor()
    made = Person(seen.context, seen.page, PICTURES, "guest")
    await made.open(cooperative.base("events") + gig)
    await made.press("link", "Buy ticket")
    await made.write("Standard", "2")
    await made.write("Your name", "Ada")
    await made.write("E-mail address", "ada@example.org")
    await made.press("button", "Pay")
    await made.press("button", "Test payment")
    await made.press("button", "Approve")
    await expect(made.page.locator("main")).to_contain_text("Paid")
    return made


async def sold(host: Person, cooperative, gig: str, number: int) -> None:
    """The page of the event comes to say that so many were sold, by itself."""
    await host.open(cooperative.base("events") + gig)
    await expect(host.page.locator("[data-sold]").first).to_have_text(str(number))


async def test_paid_back_whole(guest, keeper, cooperative, gig):
    host, staff = await keeper("events"), await keeper("shop")
    await sold(host, cooperative, gig, 2)
    await guest.page.get_by_text("Cancel or return").click()
    await guest.press("button", "Ask to cancel")
    await expect(guest.page.get_by_text("You asked to cancel this")).to_be_visible()
    await guest.picture("20-asked")

    await staff.open(guest.page.url.partition("?")[0])
    await expect(staff.page.get_by_text("The buyer asks to cancel")).to_be_visible()
    await staff.press("link", "Payments and refunds")
    await staff.write("Why", "You asked for it.")
    await staff.picture("21-refund")
    await staff.press("button", "Pay back")
    await expect(staff.page.get_by_text("Went back").first).to_be_visible()
    await staff.picture("22-refunded")

    await guest.page.reload()
    await expect(guest.page.get_by_text("Refunded £20.00").first).to_be_visible()
    await expect(guest.page.get_by_text("Void").first).to_be_visible()
    await guest.picture("23-refunded")
    await expect(host.page.locator("[data-sold]").first).to_have_text("0")
    await expect(host.page.locator("[data-left]").first).to_have_text("5")


async def test_one_ticket_of_two_paid_back(guest, keeper, cooperative, gig):
    host, staff = await keeper("events"), await keeper("shop")
    await sold(host, cooperative, gig, 2)

    await staff.open(guest.page.url.partition("?")[0])
    await staff.press("link", "Payments and refunds")
    await staff.write("How much", "10.00")
    await staff.page.get_by_role("checkbox", name="number 2").check()
    await staff.press("button", "Pay back")
    await expect(staff.page.get_by_text("Went back").first).to_be_visible()

    await expect(host.page.locator("[data-sold]").first).to_have_text("1")
    await guest.page.reload()
    await expect(guest.page.get_by_text("Refunded £10.00").first).to_be_visible()
    await guest.picture("24-one-of-two")


async def test_an_event_is_called_off(guest, keeper, cooperative, gig):
    host, staff = await keeper("events"), await keeper("shop")
    await host.open(f"{cooperative.base('events')}{gig}/cancel")
    await host.picture("25-cancel")
    await host.press("button", "Cancel event")
    await expect(host.page.get_by_text("This event is cancelled")).to_be_visible()
    await host.picture("26-cancelled")

    await appears(guest, guest.page.get_by_text("The shop pays you back"))
    await guest.picture("27-cancelled")
    await staff.open(cooperative.base("shop") + "/settling")
    await staff.picture("28-settling")
    await staff.open(cooperative.base("shop") + "/mailbox")
    await expect(staff.page.locator("main")).to_contain_text("ada@example.org")

    await staff.open(cooperative.base("shop") + "/settling")
    await staff.press("link", "Events that were called off")
    await expect(staff.page.locator("main")).to_contain_text("0 of 1 order paid back")
    await staff.picture("29-called-off")
    await staff.press("button", "Pay back £20.00")
    await expect(staff.page.locator("main")).to_contain_text("1 of 1 order paid back")
    await staff.picture("29-paid-back")
    await appears(guest, guest.page.get_by_text("Refunded £20.00").first)
    await host.open(f"{cooperative.base('events')}{gig}/guests")
    await appears(host, host.page.get_by_text("has ended 2 of 2 tickets"))
    await host.picture("29-ended")


async def test_at_the_door(guest, keeper, visitor, cooperative, gig):
    """With the code of the ticket: let in, in already, undone, void."""
    host, staff = await keeper("events"), await keeper("shop")
    await guest.press("link", "A gig of month", within="main")
    code = await guest.page.locator("main .code").first.inner_text()
    await guest.picture("30-ticket")

    await host.open(f"{cooperative.base('events')}{gig}/check-in")
    await host.write("Which door", "Main door")
    await host.press("button", "Make a link")
    link = await host.page.locator("main").get_by_text("/check-in/").first.inner_text()
    await host.picture("31-doors")
    seen = await visitor(width=390)
    steward = Person(seen.context, seen.page, PICTURES, "steward")
    await steward.open(link)
    for said in ("Let in", "Already in"):
        await steward.write("Code, scan or name", code)
        await steward.press("button", "Let in")
        verdict = steward.page.locator(".verdict h2")
        await expect(verdict).to_have_text(said)
    await steward.picture("32-already-in")

    await staff.open(await order_of(guest))
    await staff.press("link", "Payments and refunds")
    await staff.press("button", "Pay back")
    await sold(host, cooperative, gig, 0)
    await steward.write("Code, scan or name", code)
    await steward.press("button", "Let in")
    await expect(steward.page.locator(".verdict h2")).to_contain_text("Void")
    await steward.picture("33-void")


async def order_of(guest: Person) -> str:
    """The address of the order without its key."""
    await guest.page.go_back()
    return guest.page.url.partition("?")[0]
