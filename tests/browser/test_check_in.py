"""The door, as stewards meet it: keyboard, no scripts, no network, in the dark."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.async_api import Page, expect

from peer.config import Config
from peer.model.permission import STRANGER
from peer.node.entrance import stewards
from peer.node.node import Node, open_node
from peer.web.app import make_app
from peer.web.exchange.serving import Runner
from tests.browser.hands import painted
from tests.node.entrance.conftest import Door, opened
from tests.web.stall import sell

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
GIG = {
    "name": "Summer Gig",
    "startTime": "2030-07-01T19:30:00+01:00",
    "timezone": "Europe/London",
    "joinMode": "external",
}


@dataclass
class Entrance:
    """An events peer in this process, the door of its event, and a steward's link."""

    base: str
    door: Door
    link: str

    @property
    def here(self) -> str:
        return f"{self.base}/events/{self.door.event.slug}/check-in"


@pytest_asyncio.fixture(loop_scope="session")
async def serving(tmp_path: Path) -> AsyncIterator[Callable[[str], Awaitable[Node]]]:
    """Makes peers that answer from this process."""
    async with AsyncExitStack() as stack:

        async def make(domain: str) -> Node:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            config = Config(
                domain=domain,
                base=f"http://{domain}.localhost:{listening.getsockname()[1]}",
                var=tmp_path,
                database_url=f"sqlite:///{tmp_path / 'peer.db'}",
            )
            node = await stack.enter_async_context(open_node(config))
            runner = Runner(make_app(node))
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.SockSite(runner, listening).start()
            return node

        yield make


@pytest_asyncio.fixture(loop_scope="session")
async def entrance(serving: Callable[[str], Awaitable[Node]]) -> Entrance:
    node = await serving("events")
    door = await opened(node, node.site, GIG)
    who = str(node.site.id)
    secret = await stewards.appoint(node, door.event, "Main door", who)
    return Entrance(node.base, door, f"{node.base}/check-in/{secret}")


async def at_door(visitor, entrance, **how) -> Page:
    steward = await visitor(**how)
    await steward.page.goto(entrance.link)
    return steward.page


async def press(page: Page, *words: str) -> None:
    """Type as a scanner does: into whatever has the focus, and then Enter."""
    field = page.get_by_label("Code, scan or name")
    for word in words:
        await expect(field).to_be_focused()
        await painted(page)
        await page.keyboard.type(word)
        await expect(field).to_have_value(word)
        await page.keyboard.press("Enter")


async def test_a_scanner_needs_nothing_but_the_focus(visitor, entrance):
    ada, void = await entrance.door.sold(1), await entrance.door.sold(2, state="void")
    page = await at_door(visitor, entrance)
    heading = page.locator(".verdict h2")

    await press(page, entrance.door.token(ada))
    await expect(heading).to_have_text("Let in")
    await expect(page.locator(".verdict")).to_contain_text("1st entry")
    await expect(page.locator(".tally")).to_contain_text("1 in / 2 sold")

    await press(page, ada["code"])
    await expect(heading).to_have_text("Already in")
    await press(page, void["code"])
    await expect(heading).to_have_text("Void: not let in")
    forged = entrance.door.token(
        entrance.door.seat(3), key=Ed25519PrivateKey.generate()
    )
    await press(page, forged)
    await expect(heading).to_have_text("Not genuine")
    await expect(page.get_by_label("Code, scan or name")).to_be_focused()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_who_forgot_the_ticket_is_found_by_name_and_can_be_taken_back(
    visitor, entrance, scripts
):
    await entrance.door.sold(1, holder="Ada Lovelace")
    page = await at_door(visitor, entrance, scripts=scripts)

    await press(page, "lovelace")
    await page.get_by_role("button", name="Let in Ada Lovelace").press("Enter")
    await expect(page.locator(".verdict h2")).to_have_text("Let in")
    await expect(page.locator(".tally")).to_contain_text("1 in")

    await page.locator(".verdict").get_by_role("button", name="Undo").press("Enter")
    await expect(page.locator(".tally")).to_contain_text("0 in")


async def test_without_scripts_a_code_is_typed_and_a_page_comes_back(visitor, entrance):
    ada = await entrance.door.sold(1)
    page = await at_door(visitor, entrance, scripts=False)

    await press(page, ada["code"])
    await expect(page.locator(".verdict h2")).to_have_text("Let in")
    await press(page, ada["code"])
    await expect(page.locator(".verdict h2")).to_have_text("Already in")


# -- without a network ----------------------------------------------------------------


async def learned(page: Page) -> None:
    """The list is on the device."""
    kept = "Object.keys(localStorage).some((name) => name.endsWith(' list'))"
    async with asyncio.timeout(60):
        # Playwright's own waiting looks a second time as a script of the page would,
        # which the page does not allow.
        while not await page.evaluate(kept):
            await page.wait_for_timeout(50)


async def fails(page: Page, entrance: Entrance) -> None:
    """Nobody answers any more; the browser says so by an error, which is not ours."""
    host = urlsplit(entrance.base).netloc
    await page.route(f"**://{host}/**", lambda route: route.abort("failed"))


async def test_alone_it_checks_signatures_and_tells_of_them_later(visitor, entrance):
    door = entrance.door
    ada, late = await door.sold(1), door.seat(5)
    steward = await visitor()
    page = steward.page
    await page.goto(entrance.link)
    await learned(page)
    await fails(page, entrance)
    heading = page.locator(".verdict h2")

    await press(page, door.token(ada))
    await expect(heading).to_have_text("Let in")
    await press(page, ada["code"])
    await expect(heading).to_have_text("Already in")
    await press(page, door.token(late))
    await expect(heading).to_have_text("Let in")
    await press(page, door.token(door.seat(6), key=Ed25519PrivateKey.generate()))
    await expect(heading).to_have_text("Not genuine")
    await press(page, door.token(door.seat(7), event="https://e.example/events/x"))
    await expect(heading).to_have_text("Not for this event")
    await expect(page.locator("[data-sync]")).to_contain_text("2 to sync")

    await page.unroute_all()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator("[data-sync]")).to_have_text("")
    await expect(page.locator(".tally")).to_contain_text("2 in / 1 sold")
    steward.faults[:] = [f for f in steward.faults if "ERR_FAILED" not in f]


async def test_a_ticket_at_two_doors_that_were_alone_is_reported(visitor, entrance):
    ada = await entrance.door.sold(1)
    doors = [await visitor(), await visitor()]
    for one in doors:
        await one.page.goto(entrance.link)
        await learned(one.page)
        await fails(one.page, entrance)
        await press(one.page, ada["code"])
        await expect(one.page.locator(".verdict h2")).to_have_text("Let in")

    for one in doors:
        await one.page.unroute_all()
        await one.page.evaluate("dispatchEvent(new Event('online'))")
        await expect(one.page.locator("[data-sync]")).to_have_text("")
        one.faults[:] = [f for f in one.faults if "ERR_FAILED" not in f]

    await expect(doors[1].page.locator("main")).to_contain_text("Have a look at these")
    await expect(doors[1].page.locator(".tally")).to_contain_text("1 in / 1 sold")


# -- how it looks ----------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_it_is_for_everybody_in_both_themes(visitor, entrance, axe, theme, width):
    door = entrance.door
    ada = await door.sold(1)
    await door.sold(2, holder="Bob Marley")
    page = await at_door(visitor, entrance, width=width, color_scheme=theme)
    await press(page, ada["code"])
    await expect(page.locator(".verdict h2")).to_have_text("Let in")

    await _looks(page, axe, f"check-in-let-in-{width}-{theme}")
    await press(page, ada["code"])
    await expect(page.locator(".verdict h2")).to_have_text("Already in")
    await _looks(page, axe, f"check-in-again-{width}-{theme}")
    await press(page, "0000-0000-0000")
    await expect(page.locator(".verdict h2")).to_have_text("Not found")
    await _looks(page, axe, f"check-in-not-found-{width}-{theme}")
    await press(page, "bob")
    await expect(page.locator("main")).to_contain_text("1 ticket for")
    await _looks(page, axe, f"check-in-name-{width}-{theme}")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_ticket_is_for_everybody_and_for_paper(
    visitor, serving, axe, theme, width
):
    node = await serving("shop")
    stall = await sell(node, STRANGER)
    page = (await visitor(width=width, color_scheme=theme)).page
    await page.goto(node.base + await stall.path())

    await expect(page.get_by_role("img", name="QR code of the ticket")).to_be_visible()
    await _looks(page, axe, f"ticket-{width}-{theme}")
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Make a new ticket")).to_be_hidden()
    await expect(page.get_by_role("img", name="QR code of the ticket")).to_be_visible()
    await page.screenshot(path=ARTEFACTS / f"ticket-on-paper-{width}-{theme}.png")


async def _looks(page: Page, axe: str, name: str) -> None:
    """A picture is kept, everybody can use it, and nothing sticks out."""
    ARTEFACTS.mkdir(exist_ok=True)
    await page.wait_for_load_state()
    await page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)
    await page.evaluate(axe)
    found = await page.evaluate("axe.run()")
    assert [each["id"] for each in found["violations"]] == []
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert await page.evaluate(wide) <= 0
