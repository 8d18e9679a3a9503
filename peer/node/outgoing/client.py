"""The client for what we ask of others: addresses are judged where they are resolved.

What was judged is what is connected to; a name that changes its mind meanwhile is
not asked again.  Cookies, proxies and redirects there are none.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from ssl import SSLContext
from typing import Any

from aiohttp import (
    ClientSession,
    ClientTimeout,
    DefaultResolver,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler

from peer.node.outgoing.answers import Answers
from peer.node.outgoing.kept import KEPT_OPEN
from peer.node.outgoing.reach import Reach

CONNECTING = 5.0  # seconds
_LOCALHOST = "localhost"


class Resolver(AbstractResolver):
    """Asks ``inner`` for addresses, and gives none unless all may be spoken to."""

    def __init__(self, reach: Reach, inner: AbstractResolver) -> None:
        self._reach = reach
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host == _LOCALHOST or host.endswith(f".{_LOCALHOST}"):
            found = [_here(host, port)]
        else:
            found = await self._inner.resolve(host, port, family)
        for each in found:
            self._reach.check(host, port, each["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()


def _here(host: str, port: int) -> ResolveResult:
    """RFC 6761 §6.3: these names are this machine, though few resolvers say so."""
    return ResolveResult(
        hostname=host,
        host="127.0.0.1",
        port=port,
        family=socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )


class Connector(TCPConnector):
    """Whose connections read answers as :class:`Answers` does."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        reads: type[ResponseHandler] = Answers
        self._factory = partial(reads, loop=self._loop)


@asynccontextmanager
async def calling(
    reach: Reach,
    agent: str,
    resolver: AbstractResolver | None = None,
    trust: SSLContext | None = None,
) -> AsyncIterator[ClientSession]:
    """A client that calls itself ``agent``, for all but what is brought to inboxes.

    Names are asked of ``resolver`` and certificates judged by ``trust``; by default
    the system's, for which SSL_CERT_FILE is read when Python starts.  There are no
    deadlines but that for connecting: each errand has one as a whole.
    """
    judging = Resolver(reach, resolver or DefaultResolver())
    connector = Connector(
        resolver=judging,
        ssl=trust if trust is not None else True,
        limit=0,
        keepalive_timeout=KEPT_OPEN,
    )
    try:
        async with ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=ClientTimeout(total=None, sock_connect=CONNECTING),
            auto_decompress=False,
        ) as session:
            yield session
    finally:
        await judging.close()
