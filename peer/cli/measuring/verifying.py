"""A server that does nothing but verify: what an inbox is held against.

``python -m peer.cli.measuring.verifying <multikey>`` says its port, and ends with its
stdin.  It reads and verifies with the same functions as the inbox, and then forgets.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime

import uvloop
from aiohttp import web

from peer.protocol import cavage
from peer.protocol.keys import read_multikey
from peer.protocol.signature import Message

_DOCUMENT = b'{"id": "http://events.localhost/"}' * 40


async def serve(multikey: str) -> None:
    key = read_multikey(multikey)

    async def verify(request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): told for name, told in request.headers.items()}
        message = Message(request.method, request.raw_path, "", headers, body)
        holds = cavage.claim(message, datetime.now(UTC)).holds(key)
        return web.Response(status=202 if holds else 401)

    async def told(request: web.Request) -> web.Response:
        return web.Response(body=_DOCUMENT, content_type="application/activity+json")

    app = web.Application()
    app.router.add_post("/inbox", verify)
    app.router.add_get("/{anything:.*}", told)
    runner = await bare(app)
    print(runner.addresses[0][1], flush=True)
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, over.set)
    await over.wait()
    await runner.cleanup()


async def bare(app: web.Application) -> web.AppRunner:
    """``app`` on a port of its own, with nothing of ours around it."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
