"""The socket of a peer: who is let go of, however patient the rest is."""

from __future__ import annotations

import asyncio
import socket

import pytest

from peer.cli.listening import listening


@pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux can be told so"
)
async def test_who_asks_and_never_reads_is_let_go_of():
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def tell(reader, writer):
        try:
            while True:
                writer.write(b"told " * 10_000)
                await writer.drain()
        except OSError as wrong:
            ended.set_result(type(wrong).__name__)
        finally:
            writer.transport.abort()

    with listening(("127.0.0.1", 0), stalled=0.5) as bound:
        server = await asyncio.start_server(tell, sock=bound)
        async with server:
            with socket.create_connection(bound.getsockname()):
                assert await asyncio.wait_for(ended, 60) == "TimeoutError"


@pytest.mark.skipif(
    not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux can be told so"
)
def test_a_minute_is_given():
    with listening(("127.0.0.1", 0)) as bound:
        told = bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)

    assert told == 60_000
