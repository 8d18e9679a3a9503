"""Peers of ours, in this process or their own, and what a test asks of them."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from peer.config import Config
from peer.model.permission import Role, Viewer
from peer.model.reading import Delivery
from peer.node import chores
from peer.node.keys import settle_keys
from peer.node.node import Node, open_node
from peer.node.outbox import Ask
from peer.node.people import links, membership
from peer.node.ripening import carry_out_ripe
from peer.protocol.thing import Activity, Edge, Thing
from peer.web.exchange.serving import Runner
from peer.web.visit import SITE
from tests.federation.fediverse.calling import Answer, Caller, Here, check_document
from tests.federation.fediverse.ports import listening
from tests.federation.silent import silent
from tests.federation.ways import Way
from tests.web.compiled import ready_app
from tests.web.conftest import Clock, Visitor
from tests.web.reading import Page

ROOT = Path(__file__).parents[2]
WITHIN = 60.0  # seconds; who finds nothing waits so long, nobody else


@dataclass
class Peer:
    """What everybody sees of it, and what its owner does in a browser."""

    base: str
    way: Way
    caller: Caller
    stack: AsyncExitStack
    link: str  # with which the owner signs in

    @property
    def actor(self) -> str:
        """The id of the site."""
        return f"{self.base}/actor"

    @property
    def inbox(self) -> str:
        return f"{self.base}/inbox"

    async def read(self, id: str) -> dict[str, Any]:
        """The document ``id`` as strangers may read it, and with that id."""
        url = id if id.startswith("http") else self.base + id
        return check_document(await self.caller.get(url), url, True)

    async def ask(self, path: str, **headers: str) -> Answer:
        url = path if path.startswith("http") else self.base + path
        return await self.caller.get(url, **headers)

    async def items(self, id: str) -> list[Any]:
        """All of a collection, page by page."""
        found = (await self.read(id)).get("first")
        items: list[Any] = []
        while found:
            page = found if isinstance(found, dict) else await self.read(found)
            items += page.get("orderedItems", page.get("items", []))
            found = page.get("next")
        return items

    async def total(self, id: str) -> int:
        return int((await self.read(id))["totalItems"])

    async def visitor(self) -> Visitor:
        trust = self.way.authority.trust if self.way.authority else True
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=Here(), limit=0, ssl=trust),
            cookie_jar=aiohttp.CookieJar(),
        )
        await self.stack.enter_async_context(session)
        return Visitor(self.base, session)

    async def page(self, path: str) -> Page:
        """As anybody sees it."""
        return await (await self.visitor()).get(path.removeprefix(self.base))

    async def owner(self) -> Visitor:
        visitor = await self.visitor()
        await visitor.send(await visitor.get(self.link))
        return visitor

    async def shows(self, path: str, words: str, within: float = WITHIN) -> Page:
        """The page at ``path``, as soon as it says ``words``."""

        async def looked() -> Page | None:
            page = await self.page(path)
            return page if words in page.words else None

        return await soon(looked, f"{path} says {words!r}", within)


@dataclass
class Near(Peer):
    """In this process: a test may act and look without a browser."""

    node: Node
    clock: Clock
    app: web.Application

    def waits(self, seconds: float) -> None:
        """So long its pages wait for what others answer, where they do that."""
        self.app[SITE].patience = seconds

    def later(self, **how_much: float) -> None:
        """Turn its clock forward, and let it see what is due."""
        self.clock.tick(**how_much)
        assert self.node.outgoing is not None
        self.node.outgoing.wake()
        ripening = asyncio.create_task(carry_out_ripe(self.node))
        self.stack.push_async_callback(asyncio.wait, [ripening])

    async def waiting(self) -> Sequence[Delivery]:
        """What is still to be delivered, or was given up."""
        return await self.node.store.read(lambda read: read.deliveries(limit=100))

    async def has_said_all(self) -> bool:
        return not await self.waiting()

    @property
    def keeper(self) -> Viewer:
        return Viewer(self.actor, Role.OWNER, "The peer")

    async def does(self, verb: str, id: str = "", **how: Any) -> Activity:
        """One thing that the peer's owner does."""
        done = await self.node.publish(self.keeper, Ask(verb, id, **how))
        assert done is not None, f"{verb} changed nothing"
        return done

    async def makes(self, kind: str, **values: Any) -> str:
        """The id of a new thing of the owner's."""
        done = await self.does("Create", kind=kind, values=values)
        return done.object.id

    async def makes_related(
        self, kind: str, relation: str, *, subject: str = "", object: str = "", **v: Any
    ) -> str:
        """The same, with an edge from ``subject`` or to ``object``, in one go."""
        ends = {"subject": subject or "@0", "object": object or "@0"}
        asks = [
            Ask("Create", kind=kind, values=v),
            Ask("Add", relation=relation, **ends),
        ]
        done = await self.node.publish_all(self.keeper, asks)
        return done[0].object.id

    async def posts_as(self, viewer: Viewer, **values: Any) -> str:
        ask = Ask("Create", kind="Post", values=values)
        done = await self.node.publish(viewer, ask)
        assert done is not None
        return done.object.id

    async def answers(self, thing: str, text: str) -> str:
        """The id of a reply of the owner's."""
        return await self.makes_related("Note", "inReplyTo", object=thing, content=text)

    async def person(self, name: str, role: str = "member") -> Viewer:
        """Somebody with an account, and so an actor."""
        account = await membership.admit(
            self.node, f"{name.lower()}@example.org", name, role, wanted=name.lower()
        )
        return account.viewer

    async def meets(self, name: str) -> Thing:
        """Look ``name`` up, as somebody who types it into the search field would."""
        return await self.node.incoming.strangers.found(name)

    async def get(self, id: str) -> Thing | None:
        return await self.node.store.read(lambda read: read.get(id))

    async def edges(self, **ends: str) -> Sequence[Edge]:
        return await self.node.store.read(lambda read: read.edges(**ends))

    async def holds(self, subject: str, relation: str, object: str) -> bool:
        """Is there that edge?"""
        found = await self.edges(subject=subject, relation=relation)
        return object in {edge.object for edge in found}

    async def comes_to_hold(self, subject: str, relation: str, object: str) -> None:
        await soon(
            lambda: self.holds(subject, relation, object),
            f"{subject} {relation} {object}",
        )

    async def log(self) -> Sequence[Any]:
        return await self.node.store.read(lambda read: read.log(limit=10_000))


async def soon(look: Any, what: str, within: float = WITHIN) -> Any:
    """What ``look`` finds, once it finds something."""
    try:
        async with asyncio.timeout(within):
            while not (found := await look()):
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what}") from None
    return found


# -- starting ------------------------------------------------------------------------


def settings(way: Way, name: str, var: Path, **more: Any) -> dict[str, Any]:
    """Of the peer that others know by ``name``: its domain, unless told otherwise."""
    return {
        "domain": name,
        "base": way.base(name),
        "var": var,
        "database_url": f"sqlite:///{var / 'peer.db'}",
        "owner": "owner@example.org",
        "dev_allow": way.allowed,
        "seeds": silent(way.folder),
        **more,
    }


async def seed(way: Way, name: str, var: Path, **more: Any) -> None:
    """The folder of a peer that was started once."""
    var.mkdir(parents=True)
    async with open_node(Config(**settings(way, name, var, **more))) as node:
        await settle_keys(node.store, f"{node.base}/peer")


@asynccontextmanager
async def near(
    way: Way, name: str, seeded: Path, caller: Caller, **more: Any
) -> AsyncIterator[Near]:
    """The peer in this process, with all that ``peer serve`` would do.

    Or with what ``busy`` has it do instead, beside answering.
    """
    var = way.folder / name
    busy, clock = more.pop("busy", chores.doing), more.pop("clock", None) or Clock()
    if not var.exists():
        shutil.copytree(seeded, var)
    config = Config(**settings(way, name, var, **more))
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(open_node(config, now=clock))
        await stack.enter_async_context(busy(node))
        app = ready_app(node)
        runner = Runner(app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, listening(way.ports[name])).start()
        link = await links.owner_link(node)
        peer = Near(config.base, way, caller, stack, link, node, clock, app)
        peer.waits(WITHIN)
        yield peer


@asynccontextmanager
async def far(
    way: Way, domain: str, caller: Caller, seeded: Path | None = None, **more: str
) -> AsyncIterator[Peer]:
    """The peer in a process of its own, started as an operator would.

    For the first time, unless ``seeded`` is where it was before.
    """
    if seeded is not None and not (way.folder / domain).exists():
        shutil.copytree(seeded, way.folder / domain)
    told = {
        "SX_DOMAIN": domain,
        "SX_BASE": way.base(domain),
        "SX_LISTEN": f"127.0.0.1:{way.ports[domain]}",
        "SX_VAR": str(way.folder / domain),
        "SX_DEV_ALLOW": ",".join(sorted(way.allowed)),
        "SX_OWNER": "owner@example.org",
        "SX_SEEDS": str(silent(way.folder)),
        **way.settings,
        **more,
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SX_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "peer", "serve", "--link"),
        cwd=way.folder,
        env={**kept, "PYTHONPATH": str(ROOT), **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with AsyncExitStack() as stack:
        said = asyncio.create_task(process.stderr.read())
        try:
            link = await _link(process, said)
            yield Peer(way.base(domain), way, caller, stack, link)
        finally:
            await stack.aclose()
            if process.returncode is None:
                process.terminate()
            await process.wait()
            log = (await said).decode()
            assert "Traceback" not in log, log


async def _link(process: asyncio.subprocess.Process, said: asyncio.Task[bytes]) -> str:
    async with asyncio.timeout(120):
        async for line in process.stdout:
            if found := re.search(rb"http\S+/sign-in/link/\S+", line):
                return found[0].decode()
    raise AssertionError(f"it did not start: {(await said).decode()}")
