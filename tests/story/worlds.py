"""Peers whose network is cranked by hand, for tests that Hypothesis writes.

They are started once for many examples, which each begin with things of their own and
end when all has arrived.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from peer.node.node import open_node
from peer.node.outgoing import office
from peer.node.refusal import Refused
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
    open: Callable[..., AbstractAsyncContextManager[Near]]
    crank: Crank = field(default_factory=lambda: Crank({}))
    peers: dict[str, Near] = field(default_factory=dict)
    number: int = 0
    made: dict[str, Any] = field(default_factory=dict)
    _open: dict[str, AsyncExitStack] = field(default_factory=dict)

    def does(self, work: Awaitable[T]) -> T:
        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def next(self) -> int:
        self.number += 1
        return self.number

    async def begin(self, name: str, **more: Any) -> Near:
        """The peer ``name``, which delivers nothing by itself."""
        self._open[name] = AsyncExitStack()
        found = await self._open[name].enter_async_context(self.open(name, **more))
        self.peers[name] = found
        return found

    async def restart(self, name: str) -> None:
        """As though it had been killed between two things that it did."""
        old = self.peers[name]
        await self._open.pop(name).aclose()
        new = await self.begin(name, clock=old.clock)
        await self.crank.restarted(old, new)

    async def end(self) -> None:
        while self._open:
            await self._open.popitem()[1].aclose()


@contextmanager
def opened(
    way: Wired,
    folders: Mapping[str, Path],
    which: Sequence[str],
) -> Iterator[World]:
    """The peers ``which``, of which none delivers by itself."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        world = runner.run(_begun(way, folders, which, runner, stack))
        try:
            yield world
        finally:
            runner.run(stack.aclose())


async def _begun(
    way: Wired,
    folders: Mapping[str, Path],
    which: Sequence[str],
    runner: asyncio.Runner,
    stack: AsyncExitStack,
) -> World:
    await stack.enter_async_context(network(way.doors, way.ports))
    caller = await stack.enter_async_context(calling())

    def open_peer(name: str, **more: Any) -> AbstractAsyncContextManager[Near]:
        told = {"domain": DOMAINS[name], "peers": known(way, name), **more}
        seeded = folders[name]
        return near(way, name, seeded, caller, busy=office.opened, **told)

    world, workers = World(runner, open_peer), {}
    stack.push_async_callback(world.end)
    for name in which:
        if not folders[name].exists():
            await seed(way, name, folders[name], domain=DOMAINS[name])
        peer = await world.begin(name)
        worker = await stack.enter_async_context(
            open_node(peer.node.config, now=peer.clock)
        )
        await stack.enter_async_context(office.opened(worker))
        workers[peer.base] = worker
    world.crank.peers = {peer.base: peer for peer in world.peers.values()}
    world.crank.workers = workers
    return world


class Cranked(RuleBasedStateMachine):
    """What a network may do, at any time; in the end everything has arrived.

    Then each machine has something of its own to ``agree`` on.
    """

    agree: Callable[[], None]

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.crank = world, world.crank
        self.does(self.crank.forget())

    def does(self, work: Awaitable[T]) -> T:
        return self.world.does(work)

    def may(self, work: Awaitable[Any]) -> bool:
        """Have it done, unless it is refused."""
        try:
            self.does(work)
        except Refused:
            return False
        return True

    @property
    def blog(self) -> Near:
        return self.world.peers["blog"]

    @property
    def events(self) -> Near:
        return self.world.peers["events"]

    @rule(which=st.integers(0, 9))
    def arrives(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.arrive(letter))

    @rule(which=st.integers(0, 9))
    def arrives_though_nobody_hears_so(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.lose_reply(letter))

    @rule(which=st.integers(0, 9))
    def arrives_at_two_workers_at_once(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.arrive_at_both(letter))

    @rule(which=st.integers(0, 9))
    def is_lost(self, which: int) -> None:
        if letter := self._from_the_bag(which):
            self.does(self.crank.lose(letter))

    @rule(which=st.integers(0, 30))
    def arrives_once_more(self, which: int) -> None:
        if self.crank.past:
            past = self.crank.past[which % len(self.crank.past)]
            self.does(self.crank.again(past))

    @rule(which=st.integers(0, 2), really=st.integers(0, 3))
    def is_restarted(self, which: int, really: int) -> None:
        if not really:
            names = sorted(self.world.peers)
            self.does(self.world.restart(names[which % len(names)]))

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
