"""The wire between peers, over real TCP, which a test may cut.

Everybody is known by the port of a door; behind it the peer listens at another one.
Who knocks is told by the User-Agent, so that each pair of peers has a wire of its own,
in each direction.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.federation.fediverse.ports import listening

_LARGEST = 2**20
_CALLER = re.compile(rb"\(\+http://([\w-]+)\.localhost:\d+/\)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)
_CONNECTION = re.compile(rb"\r\nconnection:[^\r]*", re.I)

#: Whoever is no peer of ours: people.
ANYBODY = ""


class Fate(Enum):
    """What becomes of one request."""

    ARRIVE = auto()
    VANISH = auto()  # nothing of it arrives
    TEAR = auto()  # all of it but the end arrives
    LOSE_REPLY = auto()  # it arrives, and whoever sent it never hears so
    DOUBLE = auto()  # it arrives twice


@dataclass(slots=True)
class Held:
    """A request that is on its way until it is let go."""

    text: bytes
    go: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Wire:
    """From one peer to another.  What is posted may be held; what is read is not."""

    usual: Fate = Fate.ARRIVE
    next: deque[Fate] = field(default_factory=deque)
    holds: bool = False
    held: list[Held] = field(default_factory=list)
    count: Counter[Fate] = field(default_factory=Counter)

    def cut(self) -> None:
        self.usual = Fate.VANISH

    def mend(self) -> None:
        self.usual = Fate.ARRIVE

    def then(self, *fates: Fate) -> None:
        """What becomes of the next posts, one after the other."""
        self.next.extend(fates)

    def hold(self) -> None:
        """Keep what is posted on its way."""
        self.holds = True

    async def let_go(self, order: Sequence[int] | None = None) -> None:
        """Let arrive what is held, one after the other, and hold no more."""
        self.holds = False
        held, self.held = self.held, []
        for number in order if order is not None else range(len(held)):
            held[number].go.set()
            await held[number].over.wait()

    def fate(self, is_post: bool) -> Fate:
        found = self.next.popleft() if is_post and self.next else self.usual
        if is_post:
            self.count[found] += 1
        return found


@dataclass
class Network:
    """``inner`` are the ports where peers listen, by name."""

    inner: Mapping[str, int]
    wires: dict[tuple[str, str], Wire] = field(default_factory=dict)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def wire(self, sender: str, receiver: str) -> Wire:
        return self.wires.setdefault((sender, receiver), Wire())

    def both(self, one: str, other: str) -> tuple[Wire, Wire]:
        return self.wire(one, other), self.wire(other, one)

    def cut(self, one: str, other: str) -> None:
        for wire in self.both(one, other):
            wire.cut()

    def mend(self, one: str, other: str) -> None:
        for wire in self.both(one, other):
            wire.mend()

    def door(self, name: str):
        """What answers at the door of ``name``."""

        async def knocked(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._under_way.add(task)
            try:
                with suppress(OSError, asyncio.IncompleteReadError):
                    await self._carry(name, reader, writer)
            finally:
                self._under_way.discard(task)
                writer.close()

        return knocked

    async def _carry(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        text = await _request(reader)
        caller, is_post = _CALLER.search(text), text.startswith(b"POST ")
        wire = self.wire(caller[1].decode() if caller else ANYBODY, name)
        if not (is_post and wire.holds):
            await self._do(wire.fate(is_post), name, text, writer)
            return
        held = Held(text)
        wire.held.append(held)
        await held.go.wait()
        try:
            await self._do(wire.fate(is_post), name, text, writer)
        finally:
            held.over.set()

    async def _do(
        self, fate: Fate, name: str, text: bytes, writer: asyncio.StreamWriter
    ) -> None:
        port = self.inner[name]
        match fate:
            case Fate.ARRIVE:
                await _bring(port, text, writer)
                return
            case Fate.DOUBLE:
                await _bring(port, text, None)
                await _bring(port, text, writer)
                return
            case Fate.LOSE_REPLY:
                await _bring(port, text, None)
            case Fate.TEAR:
                await _tear(port, text[:-20])
            case Fate.VANISH:
                pass
        writer.transport.abort()

    async def rest(self) -> None:
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)


@asynccontextmanager
async def network(
    doors: Mapping[str, int], inner: Mapping[str, int]
) -> AsyncIterator[Network]:
    """Doors at those ports, each with a wire to the peer behind it."""
    made = Network(inner)
    servers = [
        await asyncio.start_server(
            made.door(name), sock=listening(doors[name]), limit=_LARGEST
        )
        for name in inner
    ]
    try:
        yield made
    finally:
        for server in servers:
            server.close()
        await made.rest()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One request, which says that no other follows."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1])) if length else b""
    head = _CONNECTION.sub(b"", head)
    return head[:-2] + b"Connection: close\r\n\r\n" + body


async def _bring(port: int, text: bytes, back: asyncio.StreamWriter | None) -> None:
    """Give ``text`` to who listens at ``port``; what is answered goes ``back``."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(text)
        while chunk := await reader.read(2**16):
            if back is not None and not back.is_closing():
                back.write(chunk)
                with suppress(OSError):  # they wait no longer; it arrives all the same
                    await back.drain()
    finally:
        writer.close()


async def _tear(port: int, text: bytes) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    await writer.drain()
    writer.transport.abort()
