"""Everybody wants a ticket at once: as many get one as there are, the rest hears why.

SX_TEST_BUYERS=1000 makes it the long form.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Collection

import pytest

from tests.story.history import Heard
from tests.story.processes import running
from tests.story.stage import Stage

BUYERS = int(os.environ.get("SX_TEST_BUYERS", 50))
PLACES = BUYERS // 10
#: What somebody may be told who has waited for the database for too long: again, then.
TOO_BUSY = "503"

pytestmark = pytest.mark.slow


async def storm(stage: Stage) -> None:
    """All at once; who is refused at one shop asks the next."""

    async def wants(number: int) -> None:
        async with stage.customer(f"guest{number}") as guest:
            for turn in range(len(stage.shops)):
                choice = (number + turn) % len(stage.shops)
                if await guest.buys(choice=choice):
                    return

    await asyncio.gather(*(wants(number) for number in range(BUYERS)))


async def check(stage: Stage, *, but: Collection[str] = ()) -> None:
    """Exactly as many as there were places; nobody saw a page of ours fail."""
    stage.tells()
    said = Counter(each.heard for each in stage.history.said)
    assert said[Heard.OK] == PLACES
    assert {fault.rpartition(" ")[2] for fault in stage.faults} <= set(but)
    assert await stage.wrongs() == []


async def test_one_shop(direct, caller):
    async with running(direct, caller, "events", "shop") as peers:
        stage = Stage(peers["events"], [peers["shop"]])
        await stage.schedules(PLACES)

        await storm(stage)

        await check(stage)


async def test_three_shops(direct, caller):
    names = ("shop", "shop2", "shop3")
    async with running(direct, caller, "events", *names) as peers:
        stage = Stage(peers["events"], [peers[name] for name in names])
        most = PLACES * 4 // 10
        await stage.schedules(most, (PLACES - most) // 2, (PLACES - most + 1) // 2)

        await storm(stage)

        await check(stage)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_several_workers(direct, caller, backend, new_url):
    told = {
        name: {"SX_DATABASE_URL": new_url(backend), "SX_WORKERS": "3"}
        for name in ("events", "shop")
    }
    async with running(direct, caller, "events", "shop", **told) as peers:
        stage = Stage(peers["events"], [peers["shop"]])
        await stage.schedules(PLACES)

        await storm(stage)

        await check(stage, but=[TOO_BUSY])
