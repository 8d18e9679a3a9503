"""Bringing what is signed to inboxes, over connections of its own.

A client for every purpose costs as much as the signature.  Here one kind of request is
made, and of the answer little is wanted: its head, and what went wrong in a few words.
It is read by the parser that reads all else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext

from aiohttp import ClientError, DefaultResolver, ServerDisconnectedError
from aiohttp.abc import AbstractResolver
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpProcessingError
from aiohttp.streams import StreamReader

from peer.node.outgoing.client import Resolver
from peer.node.outgoing.dial import Dial
from peer.node.outgoing.kept import Kept
from peer.node.outgoing.reach import Place, Reach

#: What is read of what they say is wrong.
_EXCERPT = 200

#: A connection is not kept after more than that: who knows what else would come.
_SHORT = 64 * 1024

_SWITCHING = 101


class Garbled(ClientError):
    """An answer that nobody can read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``excerpt`` is as much of the body as had come with the head."""

    status: int
    headers: Mapping[str, str]
    excerpt: bytes = b""

    @property
    def content_type(self) -> str:
        told = self.headers.get("Content-Type", "")
        return told.partition(";")[0].strip().lower()

    def release(self) -> None:
        """It holds nothing: the connection was let go of as soon as it was read."""


@dataclass(slots=True)
class Courier:
    """``agent`` is what it calls itself."""

    dial: Dial
    agent: str
    kept: Kept = field(default_factory=Kept)

    async def bring(
        self, place: Place, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """What is answered to a POST.  Redirects are not followed."""
        content = _written(place, {**headers, "user-agent": self.agent}, body)
        used = self.kept.take(place.origin)
        if used is None:
            used = await self.dial.connected(place)
        try:
            answer, is_whole = await _answered(used, content)
        except BaseException:
            used.abort()
            self.kept.leave(place.origin)  # the others have hardly fared better
            raise
        if _has_unsaid(used):
            used.abort()
        elif is_whole and not used.should_close:
            self.kept.keep(place.origin, used)
        else:
            used.close()
        return answer


def _written(place: Place, headers: Mapping[str, str], body: bytes) -> bytes:
    told = {
        "host": place.authority,
        "accept": "*/*",
        "accept-encoding": "gzip",
        **headers,
        "content-length": str(len(body)),
    }
    lines = [f"POST {place.target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in told.items()]
    head = "\r\n".join(lines)
    breaks = len(lines) - 1
    if (head.count("\r"), head.count("\n"), head.count("\0")) != (breaks, breaks, 0):
        raise ValueError("a header has more than one line")
    return head.encode() + b"\r\n\r\n" + body


async def _answered(used: ResponseHandler, content: bytes) -> tuple[Answer, bool]:
    """The answer, and whether all of it has come."""
    if used.transport is None:
        raise ServerDisconnectedError
    used.set_response_params(read_until_eof=True, auto_decompress=False)
    used.transport.write(content)
    try:
        message, payload = await used.read()
        while message.code < 200 and message.code != _SWITCHING:
            message, payload = await used.read()
    except HttpProcessingError as wrong:
        raise Garbled("their answer cannot be read") from wrong
    excerpt = b"" if message.code < 300 else _excerpt(payload)
    is_whole = payload.is_eof() and payload.total_bytes <= _SHORT
    return Answer(message.code, message.headers, excerpt), is_whole


def _has_unsaid(used: ResponseHandler) -> bool:
    """Was it answered before all was said?  Nobody knows whether they read the rest."""
    return used.transport is not None and used.transport.get_write_buffer_size() > 0


def _excerpt(payload: StreamReader) -> bytes:
    with suppress(ClientError):  # what was to come of it never came
        return payload.read_nowait(_EXCERPT)
    return b""


@asynccontextmanager
async def couriers(
    reach: Reach,
    agent: str,
    resolver: AbstractResolver | None = None,
    trust: SSLContext | None = None,
) -> AsyncIterator[Courier]:
    """One that goes where ``reach`` allows; for the others see ``client.calling``."""
    judging = Resolver(reach, resolver or DefaultResolver())
    courier = Courier(Dial(judging, trust), agent)
    try:
        yield courier
    finally:
        courier.kept.close()
        await judging.close()
