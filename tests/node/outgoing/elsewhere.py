"""Another server, over real sockets: it answers as it is told, and keeps what came."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.abc import AbstractResolver
from cryptography.hazmat.primitives.asymmetric import rsa

from peer.protocol import cavage, rfc9421
from peer.protocol.signature import BadSignature, Message

AS2 = "application/activity+json"
KEY = rsa.generate_private_key(65537, 2048)


@dataclass
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def host(self) -> str:
        return self.headers["host"]

    @property
    def document(self):
        return json.loads(self.body)

    def message(self) -> Message:
        origin = f"http://{self.host}"
        return Message(self.method, self.target, origin, self.headers, self.body)


class Elsewhere:
    """``answers`` by path: a response, a function of the request, or several in turn.

    What is not in it is taken, with a 202.
    """

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.asked: list[Asked] = []
        self.port = 0
        self._came = asyncio.Condition()

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def url(self, path: str = "/inbox", host: str = "there.localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, document=None, host="there.localhost", **told) -> str:
        """Serve ``document`` at ``path``; its id is right, unless it has another."""
        url = self.url(path, host)
        text = json.dumps({"id": url, "type": "Note", **(document or {})})
        self.answers[path] = answer(text, **told)
        return url

    def lead(self, path: str, to: str, status: int = 302) -> str:
        self.answers[path] = answer("", status, Location=to)
        return self.url(path)

    async def heard(self, count: int) -> None:
        """Wait until so many requests have come."""
        async with asyncio.timeout(120), self._came:
            await self._came.wait_for(lambda: len(self.asked) >= count)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await request.read()
        asked = Asked(request.method, request.raw_path, headers, body)
        self.asked.append(asked)
        async with self._came:
            self._came.notify_all()
        return await self._answered(asked, request)

    async def _answered(self, asked: Asked, request) -> web.StreamResponse:
        told = self.answers.get(asked.path, answer("", 202))
        if isinstance(told, list):
            told = told.pop(0) if len(told) > 1 else told[0]
        made = told(asked)
        return await made(request) if callable(made) else made


def said(elsewhere: Elsewhere) -> list[str]:
    """The names of the activities that came, in the order they did."""
    return [asked.document["id"].rpartition("/")[2] for asked in elsewhere.asked]


def answer(
    body: str | bytes = "", status: int = 200, type: str = AS2, **headers: str
) -> Callable[[Asked], web.Response]:
    content = body.encode() if isinstance(body, str) else body
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    told["Content-Type"] = type
    return lambda asked: web.Response(body=content, status=status, headers=told)


def speaks(dialect: str, clock, then=None) -> Callable[[Asked], web.Response]:
    """A server that understands one kind of signature and answers 401 to the other."""
    claims = {"cavage": cavage.claim, "rfc9421": rfc9421.claim}[dialect]

    def told(asked: Asked) -> web.Response:
        try:
            good = claims(asked.message(), clock.time).holds(KEY.public_key())
        except BadSignature:
            good = False
        return (then or answer("", 202))(asked) if good else web.Response(status=401)

    return told


def dripping(asked: Asked):
    """A body that begins and never comes to an end."""

    async def made(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": AS2})
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    return made


@dataclass
class Barred:
    """Answers nobody until it is ``opened``."""

    opened: asyncio.Event = field(default_factory=asyncio.Event)
    inside: int = 0
    most: int = 0

    def __call__(self, asked: Asked):
        async def made(request: web.Request) -> web.Response:
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.opened.wait()
            self.inside -= 1
            return web.Response(status=202)

        return made


class Names(AbstractResolver):
    """A resolver that gives each name its answers, one after the other."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): each for name, each in names.items()}
        self.asked: list[str] = []

    async def resolve(self, host, port=0, family=0):
        self.asked.append(host)
        known = self.names[host]
        addresses = known.pop(0) if len(known) > 1 else known[0]
        told = {"hostname": host, "port": port, "proto": 0, "flags": 0}
        return [
            {**told, "host": each, "family": 10 if ":" in each else 2}
            for each in addresses
        ]

    async def close(self):
        return None


@asynccontextmanager
async def serving(
    elsewhere: Elsewhere, address: str = "127.0.0.1", port: int = 0, ssl=None
):
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", elsewhere.handle)
    runner = web.AppRunner(
        app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    site = web.TCPSite(runner, address, port, ssl_context=ssl)
    await site.start()
    elsewhere.port = runner.addresses[0][1]
    yield elsewhere
    await runner.cleanup()
