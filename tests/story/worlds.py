"""Peers whose network is cranked by hand, for tests that Hypothesis writes.

They are started once for many examples, which each begin with things of their own and
end when all has arrived.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from peer.node.outgoing import office
from tests.federation.cutting import network
from tests.federation.fediverse.calling import calling
from tests.federation.peers import Near, near, seed
from tests.story.cranking import Crank, Letter
from tests.story.wired import DOMAINS, Wired, known

T = TypeVar("T")

#: How many stories Hypothesis tells, and of how many steps.  With SX_TEST_EXAMPLES
#: there are more of them, and one that goes wrong is told as shortly as may be.
EXAMPLES = int(os.environ.get("SX_TEST_EXAMPLES", 0))
STEPS = 25
_QUICK = (Phase.explicit, Phase.reuse, Phase.generate)


def told(examples: int) -> settings:
    return settings(
        max_examples=EXAMPLES or examples,
        stateful_step_count=STEPS,
        deadline=None,
        phases=tuple(Phase) if EXAMPLES else _QUICK,
        suppress_health_check=list(HealthCheck),
    )


@dataclass
class World:
    """``does`` is how a machine, which knows no ``await``, has something done."""

    runner: asyncio.Runner
    crank: Crank
    peers: Mapping[str, Near]
    number: int = 0
    made: dict[str, Any] = field(default_factory=dict)

    def does(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def next(self) -> int:
        self.number += 1
        return self.number


@contextmanager
def opened(
    way: Wired,
    folders: Mapping[str, Path],
    which: Sequence[str],
) -> Iterator[World]:
    """The peers ``which``, of which none delivers by itself."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> dict[str, Near]:
            await stack.enter_async_context(network(way.doors, way.ports))
            caller = await stack.enter_async_context(calling())
            found = {}
            for name in which:
                if not folders[name].exists():
                    await seed(way, name, folders[name], domain=DOMAINS[name])
                found[name] = await stack.enter_async_context(
                    near(
                        *(way, name, folders[name], caller),
                        busy=office.opened,
                        domain=DOMAINS[name],
                        peers=known(way, name),
                    )
                )
            return found

        peers = runner.run(begin())
        crank = Crank({peer.base: peer for peer in peers.values()})
        try:
            yield World(runner, crank, peers)
        finally:
            runner.run(stack.aclose())


class Cranked(RuleBasedStateMachine):
    """What a network may do, at any time; in the end everything has arrived.

    Then each machine has something of its own to ``agree`` on.
    """

    agree: Callable[[], None]

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.crank = world, world.crank
        self.crank.past.clear()
        self.crank.refused.clear()

    def does(self, work: Awaitable[T]) -> T:
        return self.world.does(work)

    @rule(which=st.integers(0, 9))
    def arrives(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.arrive(letter))

    @rule(which=st.integers(0, 9))
    def arrives_though_nobody_hears_so(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.lose_reply(letter))

    @rule(which=st.integers(0, 9))
    def is_lost(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.lose(letter))

    @rule(which=st.integers(0, 30))
    def arrives_once_more(self, which: int) -> None:
        if self.crank.past:
            past = self.crank.past[which % len(self.crank.past)]
            self.does(self.crank.again(past))

    @rule(minutes=st.sampled_from((1, 10, 60)))
    def time_passes(self, minutes: int) -> None:
        self.crank.turn(minutes=minutes)

    def _from_the_bag(self, which: int) -> Letter | None:
        self.does(self.crank.collect())
        bag = self.crank.bag
        return bag[which % len(bag)] if bag else None

    def teardown(self) -> None:
        self.does(self.crank.settle())
        assert self.crank.refused == []
        self.agree()
