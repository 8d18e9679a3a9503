"""People who buy over HTTP, as a browser without scripts would, whatever happens.

What they do not hear the end of they try again, with the same form: it is theirs until
somebody has said yes or no.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import time

import aiohttp

from tests.story.history import Heard, History
from tests.story.pace import Pace
from tests.web.conftest import Here, Visitor
from tests.web.reading import Page

_AGAIN = 0.2
_LOST = (aiohttp.ClientError, TimeoutError, OSError)
_FAILED = (500, 502, 503, 504)
_FIELD = re.compile(r"n-.+")


@dataclass
class Customer:
    """A guest, who may visit several peers and keeps the cookies of each."""

    name: str
    history: History
    events: str  # the base of the peer where the event is
    event: str
    visitor: Visitor
    faults: list[str]
    pace: Pace

    async def buys(self, count: int = 1, choice: int = 0) -> str | None:
        """The id of an order, or nothing where there is none to be had."""
        began = time()
        with self.pace.of("until yes or no"):
            heard, about, words = await self._buys(count, choice)
        times = {"began": began, "ended": time()}
        told = {"about": about, "count": count, "words": words, "event": self.event}
        self.history.note(self.name, "buy", heard, **told, **times)
        self.pace.moved()
        return about or None

    async def _buys(self, count: int, choice: int) -> tuple[Heard, str, str]:
        """What is heard; of which order, or else in which words."""
        page = await self._surely(lambda: self.visitor.get(f"{self.event}/buy"))
        if page.status != 200 or not _fields(page):
            return Heard.NO, "", page.words
        fields = _fields(page)
        told = dict.fromkeys(fields, "") | {fields[choice % len(fields)]: str(count)}
        told |= {"name": self.name, "email": f"{self.name}@example.org"}
        after = await self._surely(lambda: self._sends(page, **told))
        after = await self._answered(after)
        if (order := _order(after)) is None:
            return Heard.NO, "", after.words
        self.page = after
        return Heard.OK, order, ""

    async def pays(self, order: str) -> None:
        """With the test provider, which is asked to approve."""
        trial = await self._surely(
            lambda: self._sends(self.page, "/pay", provider="trial")
        )
        paid = await self._surely(lambda: self._sends(trial, choice="approve"))

        async def looked() -> Page:
            return await self.visitor.get(self.page.url)

        while "Paid" not in paid.words:
            self.pace.check(f"{self.name} paid: {paid.words}")
            await asyncio.sleep(_AGAIN)
            paid = await self._surely(looked)
        self.history.note(self.name, "pay", Heard.OK, about=order)
        self.pace.moved()

    async def _sends(self, page: Page, action: str = "", **told: str) -> Page:
        """A form of any of the peers goes to the peer whose page it is on."""
        base = "/".join(page.url.split("/")[:3])
        return await Visitor(base, self.visitor.session).send(page, action, **told)

    async def _answered(self, page: Page) -> Page:
        """What the shop has said in the end: the page says where to look."""

        async def look() -> Page:
            return await self.visitor.get(_anew(page), follow=True)

        while "The shop was asked" in page.words:
            self.pace.check(f"the shop answers {self.name}: {page.url}")
            await asyncio.sleep(_AGAIN)
            page = await self._surely(look)
        return page

    async def _surely(self, ask: Callable[[], Awaitable[Page]]) -> Page:
        """What is answered, if it has to be asked again and again."""
        while True:
            self.pace.check(f"{self.name} is answered")
            try:
                with self.pace.of("a page"):
                    page = await ask()
            except _LOST:
                await asyncio.sleep(_AGAIN)
                continue
            if page.status not in _FAILED:
                return page
            self.faults.append(f"{page.url} is {page.status}")
            await asyncio.sleep(_AGAIN)


def _fields(page: Page) -> list[str]:
    """How many of what: the fields of the form, by name."""
    forms = [form for form in page.forms if "token" in form.names]
    return sorted(n for form in forms for n in form.names if _FIELD.fullmatch(n))


def _anew(page: Page) -> str:
    """What a browser without scripts loads in its place."""
    said = [told for tag, told in page.tags if tag == "meta"]
    anew = [each["content"] for each in said if each.get("http-equiv") == "refresh"]
    return anew[0].partition("url=")[2] if anew else page.url


def _order(page: Page) -> str | None:
    """The order whose page this is."""
    found = re.match(r"(http://[^/]+/orders/[^/?]+)", page.url)
    return found[1] if found and page.status == 200 else None


def visitor(base: str) -> Visitor:
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=Here(), limit=0),
        cookie_jar=aiohttp.CookieJar(),
        timeout=aiohttp.ClientTimeout(total=20),
    )
    return Visitor(base, session)
