"""Peers are killed at any moment, while many buy: nothing is lost, nothing is doubled.

SX_TEST_ORDERS=10000 makes it the long form, SX_TEST_SEED=2 another one.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Sequence

import pytest

from tests.story.harming import Harm, cut_off, harming, kill, kill_one_worker
from tests.story.processes import running
from tests.story.stage import Stage

ORDERS = int(os.environ.get("SX_TEST_ORDERS", 60))
SEED = int(os.environ.get("SX_TEST_SEED", 1))
AT_ONCE = 40
TIMES = max(6, ORDERS // 50)
TOO_BUSY = "503"

pytestmark = pytest.mark.slow


async def buying(stage: Stage, harms: Sequence[Harm]) -> None:
    """More guests than there are places, of whom most pay, while peers are harmed."""
    print(f"SX_TEST_SEED={SEED}")
    chance = random.Random(SEED)
    await stage.schedules(ORDERS * 2 // 3)
    harmed = asyncio.create_task(harming(stage, chance, TIMES, ORDERS, harms))
    numbers = iter(range(ORDERS))

    async def guests() -> None:
        for number in numbers:
            async with stage.customer(f"guest{number}") as guest:
                order = await guest.buys()
                if order and number % 4:
                    await guest.pays(order)

    await asyncio.gather(*(guests() for _ in range(AT_ONCE)))

    assert await harmed == TIMES
    stage.tells()
    assert {fault.rpartition(" ")[2] for fault in stage.faults} <= {TOO_BUSY}
    assert await stage.wrongs() == []
    assert await stage.replay() == []


async def test_whoever_is_killed_whenever(direct, caller):
    async with running(direct, caller, "events", "shop") as peers:
        await buying(Stage(peers["events"], [peers["shop"]]), (kill,))


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_one_of_several_workers_and_whatever_they_have_open(
    direct, caller, backend, new_url
):
    told = {
        name: {
            "SX_DATABASE_URL": f"{new_url(backend)}&application_name={name}-{SEED}",
            "SX_WORKERS": "2",
        }
        for name in ("events", "shop")
    }
    async with running(direct, caller, "events", "shop", **told) as peers:
        stage = Stage(peers["events"], [peers["shop"]])
        await buying(stage, (kill, kill_one_worker, cut_off))
