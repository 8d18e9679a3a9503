"""Peers on real sockets with real stores, and visitors who read and fill in pages.

A visitor does what a browser without scripts does: keeps cookies, follows links,
sends forms with all that was in them.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from peer.config import Config
from peer.model.permission import Viewer
from peer.node.node import Node, open_node
from peer.node.people import links, membership, sessions
from peer.web.exchange.body import DEADLINE
from peer.web.exchange.serving import HEAD_DEADLINE, Runner
from tests.federation.fediverse.ports import listening, reserved
from tests.web.compiled import ready_app
from tests.web.reading import Page

DOMAINS = ("blog", "events", "shop")
OTHER = "other"  # of a test's own


class Clock:
    """The time of a peer, which a test may turn forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def tick(self, **how_much: float) -> None:
        self.ahead += timedelta(**how_much)

    def set(self, time: datetime) -> None:
        self.ahead = time - datetime.now(UTC)


# -- visiting ----------------------------------------------------------------------


class Here(AbstractResolver):
    """Every name is this machine's: only browsers know what *.localhost is."""

    async def resolve(
        self, host: str, port: int = 0, family: Any = 0
    ) -> list[ResolveResult]:
        family = socket.AF_INET
        found = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
        )
        return [found]

    async def close(self) -> None:
        pass


@dataclass
class Visitor:
    base: str
    session: aiohttp.ClientSession
    viewer: Viewer = field(default_factory=Viewer)

    async def get(self, path: str, *, follow: bool = False, **headers: str) -> Page:
        return await self.ask("GET", path, follow=follow, headers=_named(headers))

    async def ask(
        self, method: str, path: str, *, follow: bool = False, **how: Any
    ) -> Page:
        url = path if path.startswith("http") else self.base + path
        told = {"Accept": "text/html", **how.pop("headers", {})}
        async with self.session.request(
            method, url, allow_redirects=follow, headers=told, **how
        ) as answer:
            content = await answer.read()
            return Page(answer.status, str(answer.url), answer.headers, content)

    async def send(
        self, page: Page, action: str = "", *, follow: bool = True, **changes: Any
    ) -> Page:
        """Fill in a form of ``page``, and press its button."""
        return await self.fill(page, action, changes, follow=follow)

    async def fill(
        self,
        page: Page,
        action: str,
        changes: Mapping[str, Any],
        *,
        follow: bool = True,
    ) -> Page:
        form = page.form(action)
        data = aiohttp.FormData(
            quote_fields=False, default_to_multipart=form.is_multipart
        )
        for name, value in form.told(changes):
            if isinstance(value, bytes):
                data.add_field(name, value, filename="picture")
            else:
                data.add_field(name, value)
        headers = {
            "Origin": self.base,
            "Sec-Fetch-Site": "same-origin",
            "Referer": page.url,
        }
        to = form.action or page.path
        return await self.ask("POST", to, follow=follow, data=data, headers=headers)

    async def post(
        self,
        path: str,
        *,
        follow: bool = False,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Page:
        """Send fields of one's own, with the token of a page of this visitor."""
        token = dict(
            (await self.get("/sign-in?next=/account", follow=True)).forms[0].fields
        )
        data = {"csrf": token["csrf"], **fields}
        return await self.ask(
            "POST", path, follow=follow, data=data, headers=headers or {}
        )


def _named(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Peer:
    node: Node
    base: str  # as it calls itself
    address: str  # where it listens
    clock: Clock
    stack: AsyncExitStack
    app: web.Application

    async def visitor(self) -> Visitor:
        """Somebody whom the peer does not know."""
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=Here(), limit=0),
            cookie_jar=aiohttp.CookieJar(),
        )
        await self.stack.enter_async_context(session)
        return Visitor(self.address, session)

    async def signed_in(self, name: str, role: str = "member") -> Visitor:
        """Somebody with an account, who has signed in."""
        account = await membership.admit(
            self.node, f"{name.lower()}@example.org", name, role, wanted=name.lower()
        )
        cookie = sessions.new_cookie(account.id)
        now = self.node.now()
        await self.node.store.transact(
            lambda tx: sessions.begin(tx, account.id, cookie, "Firefox", now)
        )
        visitor = await self.visitor()
        visitor.session.cookie_jar.update_cookies(
            {"session": cookie}, aiohttp.client.URL(self.base)
        )
        visitor.viewer = account.viewer
        return visitor

    async def owner(self) -> Visitor:
        """Who keeps the peer, signed in with the link from the console."""
        visitor = await self.visitor()
        page = await visitor.get(await links.owner_link(self.node))
        await visitor.send(page)
        return visitor


MakePeer = Callable[..., Awaitable[Peer]]
Seeded = Callable[[Config], Awaitable[Path]]


@pytest.fixture(scope="session")
def ports() -> Iterator[Mapping[str, int]]:
    """The same for all tests, so that what was seeded for one is right for others."""
    with reserved((*DOMAINS, OTHER)) as found:
        yield found


@pytest.fixture(scope="session")
def folders() -> dict[tuple[str, str], Path]:
    return {}


@pytest.fixture
def seeded(
    folders: dict[tuple[str, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Seeded:
    """The folder of such a peer that was started once: others begin where it ended."""

    async def find(config: Config) -> Path:
        which = config.domain, config.base
        if which not in folders:
            var = tmp_path_factory.mktemp("seeded")
            url = f"sqlite:///{var / 'peer.db'}"
            first = Config(*which, var=var, database_url=url, owner=config.owner)
            async with open_node(first):
                folders[which] = var
        return folders[which]

    return find


@pytest.fixture
async def make_peer(
    tmp_path: Path, ports: Mapping[str, int], seeded: Seeded
) -> AsyncIterator[MakePeer]:
    async with AsyncExitStack() as stack:

        async def make(
            domain: str = "blog",
            head_deadline: float = HEAD_DEADLINE,
            body_deadline: float = DEADLINE,
            **settings: Any,
        ) -> Peer:
            port = ports[domain if domain in DOMAINS else OTHER]
            here = stack.enter_context(listening(port))
            address = f"http://{domain}.localhost:{port}"
            base = settings.pop("base", address)
            var = tmp_path / domain
            config = Config(
                domain=domain,
                base=base,
                var=var,
                database_url=f"sqlite:///{var / 'peer.db'}",
                owner="owner@example.org",
                **settings,
            )
            if config.types or config.seeds:
                var.mkdir()
            else:
                shutil.copytree(await seeded(config), var)
            clock = Clock()
            node = await stack.enter_async_context(open_node(config, now=clock))
            app = ready_app(node, body_deadline=body_deadline)
            runner = Runner(app, head_deadline=head_deadline)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.SockSite(runner, here).start()
            return Peer(node, base, address, clock, stack, app)

        yield make


@pytest.fixture
async def blog(make_peer: MakePeer) -> Peer:
    return await make_peer("blog")


@pytest.fixture
async def events(make_peer: MakePeer) -> Peer:
    return await make_peer("events")


@pytest.fixture
async def shop(make_peer: MakePeer) -> Peer:
    return await make_peer("shop")


@pytest.fixture(params=DOMAINS)
async def any_peer(request: pytest.FixtureRequest, make_peer: MakePeer) -> Peer:
    return await make_peer(request.param)
