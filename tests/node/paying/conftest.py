"""A till: orders to be paid for, and a SumUp that answers on a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from peer.node.outgoing import office
from tests.node.paying.sumup_server import KEY, MERCHANT, SumUpServer, listening
from tests.till import Till


@pytest.fixture
async def sumup() -> AsyncIterator[SumUpServer]:
    async with listening() as server:
        yield server


@pytest.fixture
async def till(node, clock, sumup) -> AsyncIterator[Till]:
    node.config = replace(
        node.config,
        payments=("trial", "sumup", "transfer", "door"),
        transfer="The Co-op; GB00 0000 0000",
        sumup_key=KEY,
        sumup_merchant=MERCHANT,
        sumup_url=sumup.url,
        dev_allow=frozenset((sumup.url.removeprefix("http://"),)),
    )
    async with office.opened(node.node):
        yield Till(node, clock)
