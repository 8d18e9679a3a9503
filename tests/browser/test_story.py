"""The story: a post, a calendar, an event, a ticket; three peers, step by step.

It is told with a mouse, without scripts, in the dark, and with keys alone.  What each
step looks like is kept in tests/artefacts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Locator, expect

from peer.config import Config
from peer.node.node import open_node
from peer.node.outbox import Ask
from peer.node.people import membership
from tests.browser.hands import Person, Typist, reloaded

PICTURES = Path(__file__).parents[1] / "artefacts"
WAYS = {
    "scripts-light": {},
    "scripts-dark": {"color_scheme": "dark"},
    "plain-light": {"scripts": False},
    "plain-dark": {"scripts": False, "color_scheme": "dark"},
    "keys": {},
}
PEOPLE = {"blog": ("Writer",), "events": ("Steward",)}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(cooperative):
    """Who has an account: all of them are members, and sign in by a letter."""
    for domain, names in PEOPLE.items():
        async with open_node(config(cooperative, domain)) as node:
            for name in names:
                email = f"{name.lower()}@example.org"
                await membership.admit(node, email, name, "member")


def config(cooperative, domain: str) -> Config:
    base, var = cooperative.base(domain), cooperative.var / domain
    peers = {each: cooperative.base(each) for each in ("blog", "events", "shop")}
    return Config(domain, base, var, f"sqlite:///{var / 'peer.db'}", peers=peers)


@dataclass
class Story:
    """What is the same from step to step; each way has a post and a gig of its own."""

    way: str
    visitor: Any
    cooperative: Any
    post: str = "Welcome"
    gig: str = "Summer Gig"
    path: str = "/posts/welcome"
    order: str = ""

    @property
    def day(self) -> int:
        """Of July: one for each way, because a place is taken once."""
        return 12 + list(WAYS).index(self.way)

    def at(self, domain: str, path: str = "/") -> str:
        return self.cooperative.base(domain) + path

    async def person(self) -> Person:
        made = await self.visitor(**WAYS[self.way])
        how = Typist if self.way == "keys" else Person
        return how(made.context, made.page, PICTURES, self.way)


@pytest_asyncio.fixture(loop_scope="session", params=WAYS)
async def story(request, visitor, cooperative, people) -> Story:
    told = Story(request.param, visitor, cooperative)
    if told.way != next(iter(WAYS)):
        told.post, told.gig = f"Welcome, {told.way}", f"Summer Gig, {told.way}"
        told.path = await written(cooperative, told.post)
    return told


async def written(cooperative, title: str) -> str:
    async with open_node(config(cooperative, "blog")) as node:
        ask = Ask("Create", kind="Post", values={"name": title, "content": "Come in."})
        done = await node.publish(node.site, ask)
        assert done is not None
        return done.object.id.removeprefix(node.base)


async def test_from_a_post_to_a_ticket(story):
    writer = await story.person()
    await the_blog_is_opened(story, writer)
    await the_post_is_allocated(story, writer)
    await the_calendar_has_it(story, writer)
    steward = await story.person()
    await an_event_is_scheduled(story, steward)
    await the_post_says_so(story, writer)
    guest = await story.person()
    await a_guest_buys(story, guest)
    await the_calendar_counts(story, steward)
    await nothing_happens_twice(story, guest, steward)


async def signs_in(person: Person, name: str) -> None:
    """With the letter that is shown in the mailbox of development."""
    await person.write("E-mail address", f"{name.lower()}@example.org")
    await person.press("button", "Send me a link")
    await person.press("link", "read it here")
    await person.press("link", "/sign-in/link/")
    await person.press("button", "Sign in")


# -- 1 to 4 ------------------------------------------------------------------------


async def the_blog_is_opened(story: Story, writer: Person) -> None:
    await writer.open(story.at("blog"))
    await expect(writer.find("heading", story.post).first).to_be_visible()
    await expect(writer.find("link", "Sign in")).to_be_visible()
    await writer.picture("01")

    await writer.press("link", story.post, within="main")
    await expect(writer.find("heading", story.post)).to_be_visible()
    await expect(writer.select("Allocate to a calendar")).to_be_visible()
    await writer.picture("02")


async def the_post_is_allocated(story: Story, writer: Person) -> None:
    """Who is not signed in is led through that, and back to where they were."""
    await writer.choose("Allocate to a calendar", "Main calendar, events.localhost")
    await writer.press("button", "Allocate")
    await signs_in(writer, "Writer")
    await expect(writer.page.get_by_role("banner")).to_contain_text("Writer")
    await expect(writer.find("heading", "Allocate to Main calendar?")).to_be_visible()
    assert writer.page.url.startswith(story.at("blog", story.path))
    await writer.picture("03")

    await writer.press("button", "Allocate")
    await expect(writer.find("heading", story.post).first).to_be_visible()
    status = writer.page.get_by_role("status")
    await expect(status.first).to_contain_text("Main calendar")
    await comes(writer, "Main calendar accepted")
    await expect(writer.find("link", "see proof")).to_be_visible()
    await writer.picture("04")


async def comes(person: Person, words: str) -> None:
    """It is on the page by now, or the next time it is loaded."""
    await appears(person, person.page.get_by_text(words).first)


async def appears(person: Person, found: Locator) -> None:
    try:
        await reloaded(person.page, found)
    except AssertionError:
        await person.picture("missing")
        raise


def card_of(person: Person, title: str) -> Locator:
    """The card that leads to what is called so; it may stand in another article."""
    link = person.page.get_by_role("link", name=title, exact=True)
    return person.page.get_by_role("article").filter(has=link).last


# -- 5 to 8 ------------------------------------------------------------------------


async def the_calendar_has_it(story: Story, writer: Person) -> None:
    await writer.open(story.at("events", "/calendars"))
    await expect(writer.find("heading", "Main calendar")).to_be_visible()
    await expect(writer.find("heading", "Allocated posts")).to_be_visible()
    card = card_of(writer, story.post)
    await expect(card).to_contain_text("from blog.localhost")
    link = card.get_by_role("link", name=story.post, exact=True)
    await expect(link).to_have_attribute("href", story.at("blog", story.path))
    await writer.picture("05")


async def an_event_is_scheduled(story: Story, steward: Person) -> None:
    await steward.open(story.at("events", "/calendars"))
    await steward.press("link", "Schedule an event")
    await signs_in(steward, "Steward")
    await expect(steward.find("heading", "Schedule an event")).to_be_visible()
    await steward.picture("06")

    await steward.write("Title", story.gig)
    await steward.write("Starts", f"2032-07-{story.day}T19:30")
    await steward.write("Ends", f"2032-07-{story.day}T22:00")
    await steward.write("Place", "The Old Bakery")
    await steward.choose("Featured post", story.post)
    await steward.tick("With a ticket")
    await steward.write("Price in GBP", "10.00")
    await steward.write("Places", "50")
    await steward.picture("07-form")
    await steward.press("button", "Schedule")
    await expect(steward.find("heading", "Main calendar")).to_be_visible()
    await steward.open(story.at("events", "/calendars/main"))
    card = card_of(steward, story.gig)
    await expect(card).to_contain_text(f"featuring {story.post}")
    await appears(steward, card.get_by_text("50 left"))
    await expect(card).to_contain_text(re.compile(r"0\s+sold"))
    await expect(card.get_by_role("link", name="Buy ticket")).to_be_visible()
    await steward.picture("07")


async def the_post_says_so(story: Story, writer: Person) -> None:
    await writer.open(story.at("blog", story.path))
    await comes(writer, "Happening")
    await expect(writer.page.locator("main")).to_contain_text(story.gig)
    await expect(writer.page.locator("main")).to_contain_text(f"{story.day} July")
    await writer.picture("08")


# -- 9 to 13 -----------------------------------------------------------------------


async def a_guest_buys(story: Story, guest: Person) -> None:
    await guest.open(story.at("events", "/calendars/main"))
    await guest.press("link", story.gig, within="main")
    await guest.picture("09-event")
    await guest.press("link", "Buy ticket")
    await guest.write("Your name", "Ada")
    await guest.write("E-mail address", "ada@example.org")
    await expect(guest.page.locator("main")).to_contain_text("£10.00")
    await guest.picture("09")
    await guest.press("button", "Pay")

    await guest.page.wait_for_url(f"{story.at('shop')}orders/**")
    await guest.picture("10-to-pay")
    await guest.press("button", "Test payment")
    await guest.press("button", "Approve")
    main = guest.page.locator("main")
    await expect(main).to_contain_text("Paid")
    await expect(main).to_contain_text(story.gig)
    await expect(main).to_contain_text("The Old Bakery")
    await expect(main).to_contain_text(f"{story.day} July")
    await expect(guest.find("link", "Calendar file")).to_be_visible()
    await expect(guest.find("link", "Receipt")).to_be_visible()
    story.order = guest.page.url
    await guest.picture("10")


async def the_calendar_counts(story: Story, steward: Person) -> None:
    card = card_of(steward, story.gig)
    if "plain" in story.way:
        await steward.page.reload()
    await expect(card.locator("[data-sold]")).to_have_text("1")
    await expect(card.locator("[data-left]")).to_have_text("49")
    await steward.picture("11")

    await steward.press("link", story.gig, within="main")
    await steward.press("link", "see proof")
    await expect(steward.page.locator("main")).to_contain_text("shop.localhost")
    await expect(steward.page.locator("main tbody tr")).to_have_count(1)
    await steward.picture("12")


async def nothing_happens_twice(story: Story, guest: Person, steward: Person) -> None:
    await guest.page.go_back()
    await guest.picture("13-back")
    await guest.open(story.order)
    await expect(guest.page.locator("main")).to_contain_text("Paid")
    await steward.open(story.at("events", "/calendars/main"))
    card = card_of(steward, story.gig)
    await expect(card.locator("[data-sold]")).to_have_text("1")
    await expect(card.locator("[data-left]")).to_have_text("49")
    await steward.picture("13")
