"""Connecting to where something is brought, at an address that was judged.

What was judged is what is connected to: a name is looked up once, and of its addresses
the first to answer is taken (RFC 8305).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address

from aiohappyeyeballs import start_connection
from aiohttp.client_proto import ResponseHandler

from peer.node.outgoing.answers import Answers
from peer.node.outgoing.client import CONNECTING, Resolver
from peer.node.outgoing.reach import Place

_HEAD_START = 0.25  # seconds that one address has before the next is tried as well
_BELIEVED = 10.0  # seconds
_NAMES = 4096


class Unreachable(OSError):
    """Nobody listens there, or nobody who can show who they are: nothing was said."""

    def __init__(self, place: Place, wrong: OSError) -> None:
        super().__init__(f"{place.host} cannot be connected to ({wrong})")
        self.errno = wrong.errno


@dataclass(slots=True)
class Dial:
    """``trust`` judges certificates; by default what the system trusts."""

    resolver: Resolver
    trust: ssl.SSLContext | None = None
    _known: OrderedDict[tuple[str, int], tuple[float, Sequence[str]]] = field(
        default_factory=OrderedDict
    )

    async def connected(self, place: Place) -> ResponseHandler:
        try:
            addresses = await self._addresses(place)
            async with asyncio.timeout(CONNECTING):
                return await self._open(place, addresses)
        except TimeoutError:
            raise
        except OSError as wrong:
            raise Unreachable(place, wrong) from wrong

    # -- names -------------------------------------------------------------------------

    async def _addresses(self, place: Place) -> Sequence[str]:
        """OutOfReach where one of them is nobody's to speak to."""
        host, port = place.url.raw_host or "", place.url.port or 0
        with suppress(ValueError):  # it is a name
            return [str(ip_address(host))]  # which whoever made the place has judged
        until, known = self._known.get((host, port), (0.0, ()))
        if time.monotonic() < until:
            return known
        found = await self.resolver.resolve(host, port, socket.AF_UNSPEC)
        known = [each["host"] for each in found]
        if not known:
            raise OSError("there is no such name")
        self._known[host, port] = time.monotonic() + _BELIEVED, known
        if len(self._known) > _NAMES:
            self._known.popitem(last=False)
        return known

    # -- connecting --------------------------------------------------------------------

    async def _open(self, place: Place, addresses: Sequence[str]) -> ResponseHandler:
        loop, port = asyncio.get_running_loop(), place.url.port or 0
        safe = place.url.scheme == "https"
        trust = self._trusted() if safe else None
        name = (place.url.raw_host or "").rstrip(".") if safe else None

        def made() -> ResponseHandler:
            return Answers(loop)

        if len(addresses) == 1:  # as most have
            _, one = await loop.create_connection(
                made, addresses[0], port, ssl=trust, server_hostname=name
            )
            return one
        sock = await _first(addresses, port)
        try:
            _, one = await loop.create_connection(
                made, sock=sock, ssl=trust, server_hostname=name
            )
        except BaseException:
            sock.close()
            raise
        return one

    def _trusted(self) -> ssl.SSLContext:
        if self.trust is None:
            self.trust = ssl.create_default_context()
            self.trust.set_alpn_protocols(["http/1.1"])
        return self.trust


async def _first(addresses: Sequence[str], port: int) -> socket.socket:
    """Connected to the first that answers, of one family and of the other in turns."""
    infos = [
        (
            socket.AF_INET6 if ":" in each else socket.AF_INET,
            socket.SOCK_STREAM,
            socket.IPPROTO_TCP,
            "",
            (each, port, 0, 0) if ":" in each else (each, port),
        )
        for each in addresses
    ]
    return await start_connection(infos, happy_eyeballs_delay=_HEAD_START, interleave=1)
