"""Several peers, or several workers of one: processes that start and stop together."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

T = TypeVar("T")

#: Seconds that a process may take to finish what it is doing before it is killed.
PATIENCE = 12.0

#: A line of a log may be long, a traceback in JSON say, but not endless.
_LONGEST_LINE = 2**20

Show = Callable[[str, str], None]


@dataclass
class Member:
    """``sx`` with ``arguments``, in a process of its own.

    With ``show``, its log (stderr) goes there line by line, and the one line of
    its stdout is its answer.  Without, it writes where we do.
    """

    name: str
    environ: Mapping[str, str]
    arguments: Sequence[str]
    show: Show | None = None
    since: float = 0.0
    is_told: bool = False  # that it is over
    process: asyncio.subprocess.Process = field(init=False)
    relay: asyncio.Task[None] | None = None

    async def start(self) -> None:
        pipe = asyncio.subprocess.PIPE if self.show else None
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "peer", *self.arguments),
            env=self.environ,
            stdin=asyncio.subprocess.PIPE,  # closed when we are gone, however
            stdout=pipe,
            stderr=pipe,
            limit=_LONGEST_LINE,
        )
        self.since, self.is_told = asyncio.get_running_loop().time(), False
        if self.show:
            self.relay = asyncio.create_task(self._relay(self.show))

    async def _relay(self, show: Show) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            show(self.name, line.decode(errors="replace").rstrip("\n"))

    async def answer(self) -> str:
        """The first line it writes to stdout; empty when it stopped before."""
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    async def over(self) -> int:
        """Its exit status, once it has one and all that it wrote was shown."""
        status = await self.process.wait()
        if self.relay:
            await asyncio.shield(self.relay)
        return status

    @property
    def runs(self) -> bool:
        return self.process.returncode is None


@dataclass
class Crew:
    members: Sequence[Member]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.stopping.set)
        for member in self.members:
            await member.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Ask every process to stop, and after a while stop asking."""
        over = asyncio.gather(*(member.over() for member in self.members))
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(asyncio.shield(over), PATIENCE)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await over

    def _signal(self, number: signal.Signals) -> None:
        for member in self.members:
            if member.runs:
                member.process.send_signal(number)

    async def unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What ``work`` gives; None where we are told to stop before it does."""
        asked = asyncio.create_task(self.stopping.wait())
        task = asyncio.create_task(work)
        await asyncio.wait({asked, task}, return_when="FIRST_COMPLETED")
        asked.cancel()
        if task.done():
            return task.result()
        task.cancel()
        return None

    async def next_over(self) -> tuple[Member, int]:
        """The next member to stop by itself, and its exit status: each once.

        Several may stop at once, or while nobody asks.
        """
        left = [member for member in self.members if not member.is_told]
        tasks = {asyncio.create_task(member.over()): member for member in left}
        done, rest = await asyncio.wait(tasks, return_when="FIRST_COMPLETED")
        for task in rest:
            task.cancel()
        first = done.pop()
        tasks[first].is_told = True
        return tasks[first], first.result()
