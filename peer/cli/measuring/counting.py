"""A server that takes whatever is posted to it: somewhere to deliver to.

``python -m peer.cli.measuring.counting`` says its port, and ends with its stdin.
It does as little as it can, as what is measured has to share the machine with it.
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop

_TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
_END, _LENGTH = b"\r\n\r\n", b"content-length:"


class Taking(asyncio.Protocol):
    def __init__(self) -> None:
        self._held = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is not one

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._end()) is not None and len(self._held) >= end:
            self._held = self._held[end:]
            if self._transport is not None:
                self._transport.write(_TAKEN)

    def _end(self) -> int | None:
        """Where the first request ends, once its head has come."""
        head, found, _ = self._held.partition(_END)
        if not found:
            return None
        after = head.lower().partition(_LENGTH)[2]
        length = int(after.partition(b"\r\n")[0]) if after else 0
        return len(head) + len(_END) + length


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Taking, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    over = asyncio.Event()
    loop.add_reader(sys.stdin, over.set)
    await over.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(serve())
