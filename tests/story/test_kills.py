"""Peers are killed at any moment, while many buy: nothing is lost, nothing is doubled.

SX_TEST_ORDERS=10000 makes it the long form, SX_TEST_SEED says which one to repeat.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest

from tests.story.processes import running
from tests.story.stage import Stage, killing

ORDERS = int(os.environ.get("SX_TEST_ORDERS", 80))
SEED = int(os.environ.get("SX_TEST_SEED", random.randrange(10**6)))
AT_ONCE = 40
KILLS = max(6, ORDERS // 50)

pytestmark = pytest.mark.slow


async def test_whoever_is_killed_whenever(direct, caller):
    print(f"SX_TEST_SEED={SEED}")
    chance = random.Random(SEED)
    async with running(direct, caller, "events", "shop") as peers:
        stage = Stage(peers["events"], [peers["shop"]])
        await stage.schedules(ORDERS * 2 // 3)
        killer = asyncio.create_task(killing(stage, chance, KILLS))
        numbers = iter(range(ORDERS))

        async def guests() -> None:
            for number in numbers:
                async with stage.customer(f"guest{number}") as guest:
                    order = await guest.buys()
                    if order and number % 4:
                        await guest.pays(order)

        await asyncio.gather(*(guests() for _ in range(AT_ONCE)))
        await killer

        assert await stage.wrongs() == []
        assert await stage.replay() == []
        assert sum(each.kills for each in stage.all) == KILLS
