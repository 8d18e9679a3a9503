"""A peer for tests: started on whatever store, with a clock that the test turns.

Its domain knows every type there is and has no seeds but those that all share.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
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
from store import open_store
from store.interface import Store
from tests.started import Clock, Started, Tokens

BASE = "https://test.example"

start_logging("text")


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


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """What the peer without seeds of its own has, once it was started."""
    kept: list[Started] = []

    async def find(config: Config) -> Started:
        if not kept:
            folder = tmp_path_factory.mktemp("started")
            kept.append(await _start(config, folder / "peer.db"))
        return kept[0]

    return find


async def _start(config: Config, at: Path) -> Started:
    clock, tokens = Clock(), Tokens()
    async with open_store(f"sqlite:///{at}") as store:
        node = assembled(config, store)
        node.now, node.token = clock, tokens
        await node.start()
        return await Started.of(node, clock, tokens)


@pytest.fixture
def make_node(
    store: Store, clock: Clock, tmp_path: Path, started: Callable[..., Any]
) -> Callable[..., Any]:
    """``await make_node(seeds={"010-x.toml": text})``: a started peer."""
    tokens = Tokens()

    async def make(
        store: Store = store,
        seeds: Mapping[str, str] | None = None,
        peers: Mapping[str, str] | None = None,
    ) -> House:
        home = _written(tmp_path / "seeds", seeds or {})
        config = Config("test", BASE, tmp_path, "", seeds=home, peers=peers or {})
        if not (seeds or peers) and await _is_empty(store):
            before = await started(config)
            node = replace(before.node, config=config, store=store)
            node.now, node.token = clock, tokens
            await before.goes_on(node, clock, tokens)
        else:
            node = assembled(config, store)
            node.now, node.token = clock, tokens
            await node.start()

        async def restarted(**changed: Any) -> House:
            return await make(store, **{"seeds": seeds, "peers": peers, **changed})

        return House(node, restarted)

    return make


def _written(home: Path, seeds: Mapping[str, str]) -> Path:
    """A folder of seeds for a domain that knows every type."""
    folder = home / "test"
    folder.mkdir(parents=True, exist_ok=True)
    types = sorted(path.parent.name for path in paths.TYPES.glob("*/type.toml"))
    (folder / "domain.toml").write_text(f'title = "Test"\ntypes = {types}\n')
    for name, text in seeds.items():
        (folder / name).write_text(text)
    return home


async def _is_empty(store: Store) -> bool:
    return await store.read(lambda read: read.get(f"{BASE}/actor")) is None


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
