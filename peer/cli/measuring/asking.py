"""Requests as fast as they are answered, with as little work as it takes to send them.

What is measured shares the machine with this, so that it only writes bytes that were
made before and looks at the first line of what comes back.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from peer.cli.measuring.figures import ratio

_END, _LENGTH = b"\r\n\r\n", b"content-length:"
TOGETHER = 100
#: A machine that does other things as well is not the same from second to second.
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Served:
    """A process that answers at ``port``."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Requests a second, of ours and of the others; how ours compare by the clock,
    and by the time that the two processes had a processor."""

    rate: float
    other: float
    clock: float
    processor: float

    @property
    def told(self) -> str:
        by_processor = ratio(self.processor, 1, "by processor time")
        return f"{ratio(self.clock, 1, 'those')}, {by_processor}"


async def compared(
    ours: Served, other: Served, requests: Sequence[bytes], same: Sequence[bytes] = ()
) -> Compared:
    """``requests`` of ours, and of the other too, unless ``same`` are its: in turns."""
    theirs = same or requests
    size = max(len(requests) // ROUNDS, 1)
    rounds = [
        (
            await _measured(other, theirs[at : at + size]),
            await _measured(ours, requests[at : at + size]),
        )
        for at in range(0, size * min(ROUNDS, len(requests)), size)
    ]
    return Compared(
        rate=median(mine.rate for _, mine in rounds),
        other=median(bare.rate for bare, _ in rounds),
        clock=median(mine.rate / bare.rate for bare, mine in rounds),
        processor=_share([(bare.spent, mine.spent) for bare, mine in rounds]),
    )


def _share(spent: Sequence[tuple[float, float]]) -> float:
    """Of all rounds together: a processor's time is told in hundredths of a second."""
    bare, mine = map(sum, zip(*spent, strict=True))
    return bare / mine if mine else 1.0


@dataclass(frozen=True, slots=True)
class _Round:
    rate: float
    spent: float


async def _measured(served: Served, requests: Sequence[bytes]) -> _Round:
    wanted = b"202" if requests[0].startswith(b"POST") else b"200"
    before = processor_seconds(served.pid)
    found = await rate(served.port, requests, wanted)
    return _Round(found, processor_seconds(served.pid) - before)


def processor_seconds(pid: int) -> float:
    """How long the process has had a processor, with all its threads."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


async def rate(
    port: int, requests: Sequence[bytes], wanted: bytes, together: int = TOGETHER
) -> float:
    """Requests a second; ValueError where one is not answered with ``wanted``."""
    waiting = iter(requests)
    began = time.perf_counter()
    await asyncio.gather(*(_asked(port, waiting, wanted) for _ in range(together)))
    return len(requests) / (time.perf_counter() - began)


async def _asked(port: int, waiting: Iterator[bytes], wanted: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in waiting:
            writer.write(request)
            head = await reader.readuntil(_END)
            if head[9:12] != wanted:
                raise ValueError(f"answered with {head[:200]!r}")
            after = head.lower().partition(_LENGTH)[2]
            if after:
                await reader.readexactly(int(after.partition(b"\r\n")[0]))
    finally:
        writer.close()
        await writer.wait_closed()


def get(path: str, host: str, accept: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n\r\n".encode()


def post(path: str, headers: dict[str, str], body: bytes) -> bytes:
    told = {**headers, "content-length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body
