"""The small fediverse: servers of every dialect, and peers of ours among them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.federation.fediverse.calling import Caller, calling
from tests.federation.fediverse.dialects import DIALECTS
from tests.federation.fediverse.ports import reserved
from tests.federation.fediverse.server import Server
from tests.federation.peers import Near, Peer, far, near, seed
from tests.federation.ways import PEERS, WAYS, Way

#: Servers that are of no kind in particular: who attacks, who is attacked.
OTHERS = {"evil": DIALECTS["mastodon"], "victim": DIALECTS["mastodon"]}

Start = Callable[[str], Awaitable[Server]]
Open = Callable[..., Awaitable[Peer]]
Seeded = Callable[[str], Awaitable[Path]]


@pytest.fixture(scope="session")
def ports() -> Iterator[Mapping[str, int]]:
    with reserved((*PEERS, *DIALECTS, *OTHERS, "canary", "proxy")) as found:
        yield found


@pytest.fixture
async def way(
    request: pytest.FixtureRequest, ports: Mapping[str, int], tmp_path: Path
) -> AsyncIterator[Way]:
    """How everybody is started: in this process, unless the test says otherwise."""
    name = getattr(request, "param", "together")
    async with WAYS[name](ports, tmp_path) as found:
        yield found


@pytest.fixture
async def caller(way: Way) -> AsyncIterator[Caller]:
    """Somebody who asks over real sockets."""
    async with calling(way.authority.trust if way.authority else None) as found:
        yield found


@pytest.fixture
async def start(way: Way, caller: Caller) -> AsyncIterator[Start]:
    """``await start("mastodon")``: a server.  What it minds is an error in the end."""
    started: dict[str, Server] = {}
    async with AsyncExitStack() as stack:

        async def begin(name: str) -> Server:
            if name not in started:
                dialect = DIALECTS.get(name) or OTHERS[name]
                server = Server(dialect, way.base(name), way.ports[name], caller)
                started[name] = await stack.enter_async_context(server.serving())
            return started[name]

        yield begin
    complaints = [told for server in started.values() for told in server.complaints]
    assert complaints == []


def _server(name: str) -> Callable[..., Awaitable[Server]]:
    @pytest.fixture(name=name)
    async def started(start: Start) -> Server:
        return await start(name)

    return started


mastodon = _server("mastodon")
misskey = _server("misskey")
pleroma = _server("pleroma")
gotosocial = _server("gotosocial")
mitra = _server("mitra")
mobilizon = _server("mobilizon")
gancio = _server("gancio")
lemmy = _server("lemmy")
pixelfed = _server("pixelfed")
friendica = _server("friendica")
hubzilla = _server("hubzilla")
evil = _server("evil")
victim = _server("victim")


@pytest.fixture(params=DIALECTS)
async def server(request: pytest.FixtureRequest, start: Start) -> Server:
    """One of each kind, in turn."""
    return await start(request.param)


# -- peers of ours -------------------------------------------------------------------


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of peers that were started once: the others begin where those ended."""
    return {name: tmp_path_factory.mktemp("seeded") / name for name in PEERS}


@pytest.fixture
def seeded(way: Way, folders: Mapping[str, Path]) -> Seeded:
    async def find(domain: str) -> Path:
        if not folders[domain].exists():
            await seed(way, domain, folders[domain])
        return folders[domain]

    return find


@pytest.fixture
async def open_peer(way: Way, caller: Caller, seeded: Seeded) -> AsyncIterator[Open]:
    """``await open_peer("blog", authorized_fetch=True)``."""
    async with AsyncExitStack() as stack:

        async def begin(domain: str, **more: Any) -> Peer:
            if way.authority:
                opened = far(way, domain, caller, **more)
            elif way.apart:
                opened = far(way, domain, caller, await seeded(domain), **more)
            else:
                opened = near(way, domain, await seeded(domain), caller, **more)
            return await stack.enter_async_context(opened)

        yield begin


@pytest.fixture
def known() -> Mapping[str, str]:
    """Which peers ours know as theirs, by what they do: here, none."""
    return {}


@pytest.fixture
async def blog(open_peer: Open, known: Mapping[str, str]) -> Near:
    return await open_peer("blog", **_knowing(known))


@pytest.fixture
async def events(open_peer: Open, known: Mapping[str, str]) -> Near:
    return await open_peer("events", **_knowing(known))


@pytest.fixture
async def shop(open_peer: Open, known: Mapping[str, str]) -> Near:
    return await open_peer("shop", **_knowing(known))


def _knowing(known: Mapping[str, str]) -> Mapping[str, Any]:
    return {"peers": known} if known else {}
