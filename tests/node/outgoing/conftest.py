from __future__ import annotations

import pytest

from peer.node.outgoing.client import calling
from peer.node.outgoing.fetch import Fetcher
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.line import Line
from peer.node.outgoing.pen import Pen, Signer
from peer.node.outgoing.reach import Reach
from tests.node.outgoing.desk import Desk
from tests.node.outgoing.elsewhere import KEY, Elsewhere, serving


@pytest.fixture
async def elsewhere():
    async with serving(Elsewhere()) as started:
        yield started


@pytest.fixture
async def canary():
    """Somewhere that nothing may ever be sent."""
    async with serving(Elsewhere()) as started:
        yield started
        assert started.asked == []


@pytest.fixture
def nobody(unused_tcp_port) -> str:
    """Where nobody is."""
    return f"nobody.localhost:{unused_tcp_port}"


@pytest.fixture
def reach(elsewhere, nobody) -> Reach:
    names = ["there", "other", *(f"h{n}" for n in range(40))]
    return Reach([nobody, *(f"{name}.localhost:{elsewhere.port}" for name in names)])


@pytest.fixture
def signer() -> Signer:
    return Signer("https://test.example/actor#main-key", KEY)


@pytest.fixture
def pen():
    with Pen() as pen:
        yield pen


@pytest.fixture
async def line(store, clock, pen, reach) -> Line:
    async with calling(reach, "test") as session:
        yield Line(session, Hosts(store, clock), pen, clock)


@pytest.fixture
def fetcher(store, line, reach):
    return Fetcher(store, line, reach)


@pytest.fixture
def fetch(fetcher, signer):
    async def fetched(url, signer=signer, **told):
        return await fetcher.fetch(url, signer, **told)

    return fetched


@pytest.fixture
def desk(store, line, reach, clock, signer):
    return Desk(store, line, reach, clock, signer)


@pytest.fixture
def inbox(elsewhere):
    return elsewhere.url("/inbox")
