"""Servers that say again and again that they go on, before they answer."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from peer.node.outgoing.unfetched import Failure

GOES_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
TAKEN = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
NOTE = b'{"id": "http://%s/notes/1", "type": "Note", "content": "Hello"}'


@asynccontextmanager
async def answering(nobody, content):
    """Somebody is there now, and says ``content`` to whatever comes."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(content)
        writer.close()

    port = int(nobody.partition(":")[2])
    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield


def document(nobody):
    body = NOTE % nobody.encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\n"
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(("often", "is_taken"), [(3, True), (5000, False)])
async def test_an_inbox_may_go_on_for_a_while_and_not_without_end(
    desk, nobody, often, is_taken
):
    async with answering(nobody, GOES_ON * often + TAKEN):
        await desk.post("1", f"http://{nobody}/inbox")
        await desk.drain()

    assert (desk.counts.delivered == 1) is is_taken
    if not is_taken:
        assert "without end" in (await desk.only()).error


async def test_so_may_whoever_is_asked_for_a_document(fetch, nobody):
    async with answering(nobody, GOES_ON * 3 + document(nobody)):
        found = await fetch(f"http://{nobody}/notes/1")

    assert found.document["content"] == "Hello"


async def test_who_is_asked_does_not_go_on_without_end_either(fetch, nobody):
    async with answering(nobody, GOES_ON * 5000 + document(nobody)):
        with pytest.raises(Failure, match="without end"):
            await fetch(f"http://{nobody}/notes/1")
