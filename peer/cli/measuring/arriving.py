"""How fast an inbox takes what is sent, and documents are given to who asks.

Both beside a bare handler in the same kind of process: one that only verifies, and
one that gives bytes it has ready.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from peer.cli.measuring import asking
from peer.cli.measuring.beside import beside
from peer.cli.measuring.figures import Figure
from peer.cli.measuring.processes import running
from peer.cli.measuring.verifying import bare
from peer.cli.running import opened
from peer.config import Config
from peer.node.outbox import Ask
from peer.protocol import cavage
from peer.protocol.discovery import ACTIVITY_JSON
from peer.protocol.keys import multikey, public_pem
from peer.protocol.signature import Message
from peer.protocol.terms import AS_CONTEXT, PUBLIC

_POST = "/posts/answered"
_GETS = 4000
_TEXT = (
    '<p><span class="h-card"><a href="http://events.localhost:8802/actor" class="u-url '
    'mention">@<span>events</span></a></span> Flour, water, salt and a spoonful of '
    "something alive: will there be some left at six?</p>"
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody on another server, who answers a post of ours again and again."""

    base: str
    key: RSAPrivateKey

    @property
    def id(self) -> str:
        return f"{self.base}/users/ana"

    @property
    def document(self) -> bytes:
        key = {
            "id": f"{self.id}#main-key",
            "owner": self.id,
            "publicKeyPem": public_pem(self.key.public_key()),
        }
        return orjson.dumps(
            {
                "@context": [AS_CONTEXT, "https://w3id.org/security/v1"],
                "id": self.id,
                "type": "Person",
                "preferredUsername": "ana",
                "name": "Ana",
                "inbox": f"{self.id}/inbox",
                "outbox": f"{self.id}/outbox",
                "publicKey": key,
            }
        )

    def answer(self, n: int, base: str, now: datetime) -> bytes:
        """The request that brings one answer, signed."""
        host = base.partition("://")[2]
        id = f"{self.id}/notes/{n}"
        note = {
            "id": id,
            "type": "Note",
            "attributedTo": self.id,
            "inReplyTo": base + _POST,
            "published": now.isoformat(),
            "to": [PUBLIC],
            "cc": [f"{self.id}/followers"],
            "content": _TEXT,
            "url": id,
            "tag": [],
            "attachment": [],
        }
        body = orjson.dumps(
            {
                "@context": AS_CONTEXT,
                "id": f"{id}/activity",
                "type": "Create",
                "actor": self.id,
                "published": now.isoformat(),
                "to": note["to"],
                "cc": note["cc"],
                "object": note,
            }
        )
        headers = {"host": host, "content-type": ACTIVITY_JSON}
        message = Message("POST", "/inbox", base, headers, body)
        signed = cavage.signed(message, f"{self.id}#main-key", self.key, now)
        return asking.post("/inbox", signed, body)


async def arriving(environ: Mapping[str, str], count: int) -> AsyncIterator[Figure]:
    key = rsa.generate_private_key(65537, 2048)
    base = environ["SX_BASE"]
    port = int(environ["SX_LISTEN"].rpartition(":")[2])
    async with _answered_post(environ), _at_home(key) as stranger:
        requests = [stranger.answer(n, base, datetime.now(UTC)) for n in range(count)]
        allowed = stranger.base.partition("://")[2]
        async with (
            beside("verifying", multikey(key.public_key())) as other,
            running({**environ, "SX_DEV_ALLOW": allowed}) as (_, member),
        ):
            ours = asking.Served(port, member.process.pid)
            await asking.rate(port, requests[:1], b"202", 1)  # who is that?
            found = await asking.compared(ours, other, requests[1:])
            yield Figure("requests verified, and no more", found.other, "/s")
            yield Figure("inbox activities", found.rate, "/s", found.told)
            async for figure in _given(ours, other, base):
                yield figure


async def _given(
    ours: asking.Served, other: asking.Served, base: str
) -> AsyncIterator[Figure]:
    host = base.partition("://")[2]
    account = f"/.well-known/webfinger?resource=acct:events@{host}"
    paths = {"actor": "/actor", "WebFinger": account, "object": _POST}
    ready = [asking.get("/", host, ACTIVITY_JSON)] * _GETS
    for name, path in paths.items():
        requests = [asking.get(path, host, ACTIVITY_JSON)] * _GETS
        found = await asking.compared(ours, other, requests, ready)
        if name == "actor":
            yield Figure("documents that are ready, bare", found.other, "/s")
        yield Figure(f"{name} GETs", found.rate, "/s", found.told)


@asynccontextmanager
async def _answered_post(environ: Mapping[str, str]) -> AsyncIterator[None]:
    async with opened(Config.of(environ)) as node:
        values = {"name": "Answered", "content": "Flour, water, *salt*. " * 20}
        ask = Ask("Create", kind="Post", values=values, slug="answered")
        if await node.store.read(lambda read: read.get(node.base + _POST)) is None:
            await node.publish(node.site, ask)
    yield


@asynccontextmanager
async def _at_home(key: RSAPrivateKey) -> AsyncIterator[Stranger]:
    """The stranger, whose server tells who that is."""
    found: list[Stranger] = []

    async def told(request: web.Request) -> web.Response:
        return web.Response(body=found[0].document, content_type=ACTIVITY_JSON)

    app = web.Application()
    app.router.add_get("/users/ana", told)
    runner = await bare(app)
    try:
        found.append(
            Stranger(f"http://stranger.localhost:{runner.addresses[0][1]}", key)
        )
        yield found[0]
    finally:
        await runner.cleanup()
