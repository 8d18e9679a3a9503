"""What befalls peers while many buy, at moments that nobody chose."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

from tests.federation.peers import soon
from tests.story.processes import Process
from tests.story.stage import Stage

Harm = Callable[[Process, random.Random], Awaitable[None]]

_LOOK = 0.1


async def kill(victim: Process, _: random.Random) -> None:
    """All of it, and start it again."""
    await victim.kill()
    await victim.start()


async def kill_one_worker(victim: Process, chance: random.Random) -> None:
    """One of its processes, for which another is started by the rest of it."""

    async def workers() -> list[int]:
        return victim.workers()

    there = await soon(workers, f"{victim.name} has workers")
    victim.kill_worker(chance.choice(there))


async def cut_off(victim: Process, _: random.Random) -> None:
    """From its database, as by a server that is restarted."""
    await asyncio.to_thread(victim.cut_off)


async def harming(
    stage: Stage,
    chance: random.Random,
    times: int,
    buyers: int,
    harms: Sequence[Harm] = (kill,),
) -> int:
    """So many times, at any moment while so many buy; how often it was done."""
    done = 0
    for when in sorted(chance.randrange(buyers * 9 // 10) for _ in range(times)):
        while stage.answered < when:
            await asyncio.sleep(_LOOK)
        await asyncio.sleep(chance.uniform(0.1, 1.0))
        victim, harm = chance.choice(stage.all), chance.choice(harms)
        await harm(victim, chance)
        done += 1
        told = f"{stage.answered} answered; {victim.name}: {harm.__name__}"
        print(told, flush=True)
    return done
