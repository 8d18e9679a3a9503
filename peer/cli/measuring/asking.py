"""Requests as fast as they are answered, with as little work as it takes to send them.

What is measured shares the machine with this, so that it only writes bytes that were
made before and looks at the first line of what comes back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence

_END, _LENGTH = b"\r\n\r\n", b"content-length:"
TOGETHER = 100


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
