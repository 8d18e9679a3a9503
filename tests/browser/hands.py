"""How somebody uses a page: with a mouse, or with nothing but keys.

Everything is found by its role and name, as people find it, or who reads aloud.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Locator, Page, expect

_STOPS = 120
_LOOKS = 100
_GLANCE = 600  # milliseconds


async def painted(page: Page) -> None:
    """Have the browser paint the page: keys that come before that are lost."""
    await page.screenshot()


async def reloaded(page: Page, wanted: Locator) -> None:
    """Load ``page`` again and again, until ``wanted`` is seen on it."""
    for _ in range(_LOOKS):
        try:
            await expect(wanted).to_be_visible(timeout=_GLANCE)
        except AssertionError:
            await page.reload()
        else:
            return
    await expect(wanted).to_be_visible()


@dataclass
class Person:
    """Somebody at a browser of their own."""

    context: BrowserContext
    page: Page
    pictures: Path
    way: str

    async def open(self, url: str) -> None:
        answer = await self.page.goto(url)
        assert answer is not None
        assert answer.status < 400, f"{url} is {answer.status}"

    async def press(self, role: str, name: str, *, within: str = "", nth: int = 0):
        """Press what has that role and that name."""
        await self.find(role, name, within=within, nth=nth).click()

    async def write(self, label: str, text: str) -> None:
        await self.labelled(label).fill(text)

    async def choose(self, label: str, option: str) -> None:
        await self.select(label).select_option(label=option)

    async def tick(self, label: str) -> None:
        await self.labelled(label).check()

    def find(self, role: str, name: str, *, within: str = "", nth: int = 0) -> Locator:
        scope = self.page.locator(within) if within else self.page
        return scope.get_by_role(role, name=name).nth(nth)

    def labelled(self, label: str) -> Locator:
        """The control of that name; what is required says so behind its name."""
        name = re.compile(rf"^\s*{re.escape(label)}\b")
        return self.page.get_by_label(name).first

    def select(self, label: str) -> Locator:
        return self.page.get_by_role("combobox", name=label).first

    async def picture(self, step: str) -> None:
        """What it looks like by now: kept, and looked at by whoever changes a page."""
        self.pictures.mkdir(exist_ok=True)
        path = self.pictures / f"story-{step}-{self.way}.png"
        await self.page.screenshot(path=path, full_page=True)


class Typist(Person):
    """The same with keys alone: Tab leads to everything, in an order that is there."""

    async def press(self, role: str, name: str, *, within: str = "", nth: int = 0):
        await self._reach(self.find(role, name, within=within, nth=nth))
        await self.page.keyboard.press("Enter")

    async def write(self, label: str, text: str) -> None:
        found = self.labelled(label)
        await self._reach(found)
        if await found.get_attribute("type") in ("datetime-local", "date"):
            await found.fill(text)  # how dates are typed is the browser's affair
            return
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.type(text)

    async def choose(self, label: str, option: str) -> None:
        await self._reach(self.select(label))
        await self.page.keyboard.type(option)

    async def tick(self, label: str) -> None:
        found = self.labelled(label)
        if await found.is_checked():
            return
        if await found.get_attribute("type") == "radio":  # one stop for all of them
            await found.focus()
        else:
            await self._reach(found)
        await self.page.keyboard.press("Space")

    async def _reach(self, wanted: Locator) -> None:
        await wanted.wait_for()
        there = "it => it === document.activeElement"
        await painted(self.page)
        for _ in range(_STOPS):
            if await wanted.evaluate(there):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {wanted}")
