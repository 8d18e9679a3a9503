"""A peer for tests: started on whatever store, with a clock that the test turns.

Its domain knows every type there is and has no seeds but those that all share.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from peer import paths
from peer.cli.logs import start_logging
from peer.config import Config
from peer.model.permission import Role, Viewer
from peer.model.query import Query
from peer.model.reading import Entry
from peer.node.node import Node, assembled
from peer.protocol.thing import AUDIENCES, Edge, Thing
from store.interface import Store

BASE = "https://test.example"

start_logging("text")


class Clock:
    """Time as the test tells it; each look is a millisecond later than the last."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.time += timedelta(milliseconds=1)
        return self.time

    def tick(self, **how_much: float) -> None:
        self.time += timedelta(**how_much)


class House:
    """A started node, and short ways to look into its store."""

    def __init__(self, node: Node, restarted: Callable[..., Awaitable[House]]) -> None:
        self.__dict__.update(node=node, restarted=restarted)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["node"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.node, name, value)

    async def get(self, id: str) -> Thing | None:
        return await self.node.store.read(lambda read: read.get(id))

    async def all(self, kind: str) -> list[Thing]:
        query = Query((kind,), audiences=AUDIENCES, limit=1000)
        return list((await self.node.store.read(lambda read: read.find(query))).items)

    async def edges(self, **ends: str) -> list[Edge]:
        return list(await self.node.store.read(lambda read: read.edges(**ends)))

    async def degree(self, **ends: str) -> int:
        return await self.node.store.read(lambda read: read.degree(**ends))

    async def held(self, id: str) -> int:
        return await self.node.store.read(lambda read: read.held(id))

    async def log(self) -> list[Entry]:
        return list(await self.node.store.read(lambda read: read.log(limit=10_000)))

    async def everything(self) -> list[Any]:
        things = [thing async for thing in self.node.store.things()]
        edges = [edge async for edge in self.node.store.every_edge()]
        return [*things, *edges, *await self.log()]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_node(store: Store, clock: Clock, tmp_path: Path) -> Callable[..., Any]:
    """``await make_node(seeds={"010-x.toml": text})``: a started peer."""
    tokens = (f"{n:06}" for n in itertools.count(1))

    async def make(
        store: Store = store, seeds: Mapping[str, str] | None = None
    ) -> House:
        home = tmp_path / "seeds" / "test"
        home.mkdir(parents=True, exist_ok=True)
        types = sorted(path.parent.name for path in paths.TYPES.glob("*/type.toml"))
        (home / "domain.toml").write_text(f'title = "Test"\ntypes = {types}\n')
        for name, text in (seeds or {}).items():
            (home / name).write_text(text)
        config = Config(
            domain="test", base=BASE, var=tmp_path, database_url="", seeds=home.parent
        )
        node = assembled(config, store)
        node.now, node.token = clock, lambda: next(tokens)
        await node.start()

        async def restarted(**changed: Any) -> House:
            return await make(store, **{"seeds": seeds, **changed})

        return House(node, restarted)

    return make


@pytest.fixture
async def node(make_node: Callable[..., Any]) -> House:
    return await make_node()


@pytest.fixture
def owner() -> Viewer:
    return Viewer(f"{BASE}/people/owner", Role.OWNER, "Owner")


@pytest.fixture
def ada() -> Viewer:
    return Viewer(f"{BASE}/people/ada", Role.MEMBER, "Ada")


@pytest.fixture
def bob() -> Viewer:
    return Viewer(f"{BASE}/people/bob", Role.MEMBER, "Bob")


@pytest.fixture
def stranger() -> Viewer:
    return Viewer()
