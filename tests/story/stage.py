"""A cooperative of processes, an event on sale, and a crowd of guests."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from peer.node.node import open_node
from peer.node.replay import replayed
from tests.federation.peers import soon
from tests.story.customers import Customer, visitor
from tests.story.history import Heard, History, Kept, kept, problems
from tests.story.pace import Pace
from tests.story.processes import Process

_AGAIN = 0.1


@dataclass
class Stage:
    """``events`` and ``shops`` are running; ``event`` is on sale."""

    events: Process
    shops: Sequence[Process]
    event: str = ""
    history: History = field(default_factory=History)
    faults: list[str] = field(default_factory=list)
    pace: Pace = field(default_factory=Pace)

    @property
    def all(self) -> list[Process]:
        return [self.events, *self.shops]

    @property
    def answered(self) -> int:
        """How many buyers have heard yes or no."""
        return sum(said.what == "buy" for said in self.history.said)

    async def schedules(self, *places: int) -> None:
        """An event with so many places for each shop."""
        owner = visitor(self.events.base)
        try:
            await owner.send(await owner.get(self.events.link))
            page = await owner.get("/calendars/main/schedule")
            told = {
                "name": "Summer Gig",
                "startTime": "2031-07-12T19:30",
                "joinMode": "external",
                "capacity": str(sum(places)),
            }
            for number, (shop, count) in enumerate(
                zip(self.shops, places, strict=True), 1
            ):
                told |= {
                    f"ticket-{number}.name": "Standard",
                    f"ticket-{number}.price.amount": "10.00",
                    f"ticket-{number}.quantity": str(count),
                    f"ticket-{number}.shop": f"{shop.base}/actor",
                }
            after = await owner.send(page, **told)
            assert after.status == 200, after.words
            [path] = {to for to, name in after.links if name == "Summer Gig"}
            self.event = f"{self.events.base}{path}"
            await self._on_sale(sum(places))
        finally:
            await owner.session.close()

    async def _on_sale(self, places: int) -> None:
        guest = visitor(self.events.base)

        async def all_sell() -> bool:
            page = await guest.get(f"{self.event}/buy")
            has_form = any("token" in form.names for form in page.forms)
            return has_form and f"{places} left" in page.words

        try:
            await soon(all_sell, "all shops sell", 120)
            # They hear that the event agrees a moment after it shows their tickets.
            await self._all_is_said()
        finally:
            await guest.session.close()

    @asynccontextmanager
    async def customer(self, name: str) -> AsyncIterator[Customer]:
        seen = visitor(self.events.base)
        known = self.events.base, self.event, seen, self.faults, self.pace
        made = Customer(name, self.history, *known)
        try:
            yield made
        finally:
            await seen.session.close()

    async def is_over(self) -> list[Kept]:
        """Stop all once everything has been said, and read what they have kept."""
        await self._all_is_said()
        await asyncio.gather(*(each.stop() for each in self.all))
        return [await self._kept(each) for each in self.all]

    async def _all_is_said(self) -> None:
        """However long it takes, as long as it gets less."""
        self.pace.moved()
        least: int | None = None
        while waiting := sum([await _waiting(each) for each in self.all]):
            if least is None or waiting < least:
                least = waiting
                self.pace.moved()
            self.pace.check(f"{waiting} messages arrive")
            await asyncio.sleep(_AGAIN)

    async def _kept(self, process: Process) -> Kept:
        async with open_node(process.config) as node:
            return await kept(node.base, node.store)

    def tells(self) -> None:
        """How long people waited, and what was said to those who got nothing."""
        refused = Counter(said.words for said in self.history.were("buy", Heard.NO))
        faults = Counter(fault.rpartition(" ")[2] for fault in self.faults)
        print(*self.pace.lines(), dict(faults), *refused.most_common(3), sep="\n")

    async def wrongs(self) -> list[str]:
        events, *shops = await self.is_over()
        return problems(self.history, shops, events)

    async def replay(self) -> list[str]:
        """What would be otherwise if the log were played again."""
        found: list[str] = []
        for process in self.all:
            async with open_node(process.config) as node:
                found += (await replayed(node)).different
        return found


async def _waiting(process: Process) -> int:
    """How much a peer has still to say, asked of its store."""
    from store import open_store

    async with open_store(process.config.database_url) as store:
        waiting = await store.read(lambda read: read.deliveries(limit=10_000))
        return len(waiting)
