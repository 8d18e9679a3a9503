"""Pages as people meet them: three real peers, and a real browser to visit them with.

The browser is the system's Chromium, or what SX_CHROMIUM names; where there is
none, these tests are skipped and the end of the run says so.  Everything shares
one event loop, because a browser lives longer than a test.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    async_playwright,
    expect,
)

from tests.federation.fediverse.ports import in_a_row

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CHROMIUM = os.environ.get("SX_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
NO_CHROMIUM = "no Chromium here: install it, or name it in SX_CHROMIUM"
MOST_STOPS = 80

#: Milliseconds that a page may take to do something, however busy the machine is.
WITHIN = 60_000
expect.set_options(timeout=WITHIN)
#: What a screen reader would call the element that has the focus, roughly.
FOCUSED = """[document.activeElement].flatMap((it) => [
    it.ariaLabel, ...[...(it.labels ?? [])].map((label) => label.textContent),
    it.textContent]).join(" ")"""
DOMAINS = ("blog", "events", "shop")
OWNER_LINK = re.compile(r"http://(\w+)\.localhost:\d+/sign-in/link/\S+")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.slow)
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if CHROMIUM is None:
        terminalreporter.section("PAGES WERE NOT TESTED IN A BROWSER", sep="!")
        terminalreporter.line(NO_CHROMIUM)


# -- the peers ---------------------------------------------------------------------


@dataclass(frozen=True)
class Cooperative:
    """Where the three peers are, and the one-time links that make one their owner."""

    port: int
    links: dict[str, str]
    var: Path  # where they keep what they know

    def base(self, domain: str) -> str:
        return f"http://{domain}.localhost:{self.port + DOMAINS.index(domain)}"


@pytest.fixture(scope="session")
def cooperative(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cooperative]:
    var = tmp_path_factory.mktemp("var")
    settings = {k: v for k, v in os.environ.items() if not k.startswith("SX_")}
    with (
        in_a_row(len(DOMAINS)) as port,
        open(var / "log", "w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "peer", "up", "--port", str(port)],
            cwd=ROOT,
            env={**settings, "SX_VAR": str(var), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            yield Cooperative(port, owner_links(process, var / "log"), var)
        finally:
            process.send_signal(signal.SIGTERM)


def owner_links(process: subprocess.Popen[str], log: Path) -> dict[str, str]:
    """What the peers print once all of them serve."""
    assert process.stdout is not None
    links: dict[str, str] = {}
    for line in process.stdout:
        if found := OWNER_LINK.search(line):
            links[found[1]] = found[0]
        if len(links) == len(DOMAINS):
            return links
    raise RuntimeError(f"the peers did not start:\n{log.read_text()}")


# -- the browser -------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    # As root, Chromium will not start inside of its own sandbox.
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=args, timeout=4 * WITHIN
        )
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """Somebody at a browser of their own.  What goes wrong in it is written down."""

    context: BrowserContext
    page: Page
    cooperative: Cooperative
    faults: list[str] = field(default_factory=list)

    async def go(self, domain: str, path: str = "/") -> int:
        """Open a page; its status."""
        answer = await self.page.goto(self.cooperative.base(domain) + path)
        assert answer is not None
        return answer.status

    @property
    def path(self) -> str:
        return "/" + self.page.url.split("/", 3)[3]

    async def tab_to(self, name: str) -> None:
        """Press Tab until what is called ``name`` has the focus."""
        for _ in range(MOST_STOPS):
            await self.page.keyboard.press("Tab")
            if name in await self.page.evaluate(FOCUSED):
                return
        raise AssertionError(f"Tab does not reach {name!r}")

    async def types(self, *words: str) -> None:
        """Type each word; the name of a key is pressed instead."""
        for word in words:
            if word in ("Enter", "Space"):
                await self.page.keyboard.press(word)
            else:
                await self.page.keyboard.type(word)

    def listen(self) -> None:
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("request", self._see)

    def _hear(self, message: Any) -> None:
        """Note errors, a broken Content-Security-Policy among them.

        That a page itself was answered with a 404 or the like is said here too,
        and is for the test to judge.
        """
        of_page = message.location["url"] == self.page.url
        said = of_page and "the server responded with" in message.text
        if message.type == "error" and not said:
            self.faults.append(message.text)

    def _see(self, request: Any) -> None:
        host = urlsplit(request.url).hostname or ""
        if not host.endswith(".localhost"):
            self.faults.append(f"it asked {host or request.url} for something")


Visit = Callable[..., Any]


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, cooperative: Cooperative) -> AsyncIterator[Visit]:
    """Makes visitors; none of them may have seen an error when the test is over."""
    made: list[Visitor] = []

    async with AsyncExitStack() as stack:

        async def arrives(
            *, scripts: bool = True, width: int = 1280, **more: Any
        ) -> Visitor:
            context = await browser.new_context(
                java_script_enabled=scripts,
                viewport={"width": width, "height": 900},
                locale="en-GB",
                reduced_motion="reduce",  # axe would measure half a transition
                **more,
            )
            stack.push_async_callback(context.close)
            page = await context.new_page()
            page.set_default_timeout(WITHIN)
            made.append(Visitor(context, page, cooperative))
            made[-1].listen()
            return made[-1]

        yield arrives

    assert [fault for one in made for fault in one.faults] == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def keys(browser: Browser, cooperative: Cooperative) -> dict[str, Any]:
    """What a browser that the owner has signed in with remembers, by peer."""
    kept: dict[str, Any] = {}
    for domain, link in cooperative.links.items():
        context = await browser.new_context()
        page = await context.new_page()
        page.set_default_timeout(WITHIN)
        await page.goto(link)
        await page.locator("main form button").click()
        kept[domain] = await context.storage_state()
        await context.close()
    return kept


@pytest_asyncio.fixture(loop_scope="session")
async def owner(visitor: Visit, keys: dict[str, Any]) -> Visit:
    """Makes visitors who are signed in as the owner of a peer."""

    async def arrives(domain: str, **how: Any) -> Visitor:
        return await visitor(storage_state=keys[domain], **how)

    return arrives


# -- what pages are asked ----------------------------------------------------------


@pytest.fixture(scope="session")
def axe() -> str:
    import axe_playwright_python

    folder = Path(axe_playwright_python.__file__).parent
    return next(folder.rglob("axe.min.js")).read_text()
