"""Peers that buy and sell, and what may go wrong between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.federation.cutting import Network, network
from tests.federation.fediverse.calling import Caller, calling
from tests.federation.fediverse.ports import reserved
from tests.federation.peers import Near, near, seed
from tests.story.wired import DOMAINS, Wired, known, names, split
from tests.story.worlds import opened

Open = Callable[..., Awaitable[Near]]


@pytest.fixture(scope="session")
def ports() -> Iterator[Mapping[str, int]]:
    with reserved(names()) as found:
        yield found


@pytest.fixture
def way(ports: Mapping[str, int], tmp_path: Path) -> Wired:
    doors, inner = split(ports)
    return Wired(inner, tmp_path, doors=doors)


@pytest.fixture
def direct(ports: Mapping[str, int], tmp_path: Path) -> Wired:
    """The same without wires: for when it is to go quickly."""
    doors, _ = split(ports)
    return Wired(doors, tmp_path, doors=doors)


@pytest.fixture
async def wires(way: Wired) -> AsyncIterator[Network]:
    """What is between the peers, to be cut."""
    async with network(way.doors, way.ports) as made:
        yield made


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with calling() as found:
        yield found


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of peers that were started once: the others begin where those ended."""
    return {name: tmp_path_factory.mktemp("seeded") / name for name in DOMAINS}


@pytest.fixture
def seeded(way: Wired, folders: Mapping[str, Path]) -> Callable[[str], Awaitable[Path]]:
    async def find(name: str) -> Path:
        if not folders[name].exists():
            await seed(way, name, folders[name], domain=DOMAINS[name])
        return folders[name]

    return find


@pytest.fixture
async def open_peer(
    way: Wired,
    wires: Network,
    caller: Caller,
    seeded: Callable[[str], Awaitable[Path]],
) -> AsyncIterator[Open]:
    """``await open_peer("shop2")``: a peer in this process, behind its door."""
    async with AsyncExitStack() as stack:

        async def begin(name: str, **more: Any) -> Near:
            told = {"domain": DOMAINS[name], "peers": known(way, name), **more}
            opened = near(way, name, await seeded(name), caller, **told)
            return await stack.enter_async_context(opened)

        yield begin


@pytest.fixture
async def blog(open_peer: Open) -> Near:
    return await open_peer("blog")


@pytest.fixture
async def events(open_peer: Open) -> Near:
    return await open_peer("events")


@pytest.fixture
async def shop(open_peer: Open) -> Near:
    return await open_peer("shop")


@pytest.fixture
def world(ports, folders, tmp_path):
    """``world("blog", "events")``: those peers, and a network that is cranked."""
    doors, inner = split(ports)
    way = Wired(inner, tmp_path, doors=doors)
    with ExitStack() as stack:
        yield lambda *names: stack.enter_context(opened(way, folders, names))
