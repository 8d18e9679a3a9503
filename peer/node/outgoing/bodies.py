"""What is taken of a stranger's answer: which kinds, and how much of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import ClientResponse

from peer.protocol.origin import is_activitystreams
from peer.protocol.terms import AS_CONTEXT

_GZIP = 16 + zlib.MAX_WBITS
_ENCODINGS = ("", "identity", "gzip", "x-gzip")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``named`` documents have an id, and count only where they stand at it."""

    accept: str
    taken: Callable[[str], bool]
    named: bool = True


def is_json(content_type: str) -> bool:
    media = _media(content_type)
    return media == "application/json" or media.endswith("+json")


def _media(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


AS2 = Wanted(
    f'application/activity+json, application/ld+json; profile="{AS_CONTEXT}"',
    is_activitystreams,
)

#: WebFinger and NodeInfo speak for a host, and have no ids.
DISCOVERY = Wanted("application/jrd+json, application/json", is_json, named=False)

#: What proves by itself who has said it, wherever it stands: a ticket.
SIGNED = Wanted("application/ld+json, application/json", is_json, named=False)


# -- how much ----------------------------------------------------------------------


class Unreadable(ValueError):
    """An answer that is too long, or packed in a way that we did not ask for."""


async def read_body(response: ClientResponse, most: int) -> bytes:
    """The body, unpacked: at most ``most`` bytes, before that and after."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise Unreadable(f"the answer is packed with {encoding[:20]!r}")
    packed = await _raw(response, most)
    return _unpacked(packed, most) if encoding.endswith("gzip") else packed


async def _raw(response: ClientResponse, most: int) -> bytes:
    parts, length = [], 0
    async for part in response.content.iter_any():
        length += len(part)
        if length > most:
            raise Unreadable(f"the answer is longer than {most:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _unpacked(packed: bytes, most: int) -> bytes:
    unpacking = zlib.decompressobj(_GZIP)
    try:
        content = unpacking.decompress(packed, most + 1)
    except zlib.error as wrong:
        raise Unreadable("the answer is not packed as it says") from wrong
    if len(content) > most:
        raise Unreadable(f"unpacked, the answer is longer than {most:,} bytes")
    if not unpacking.eof:
        raise Unreadable("the answer is cut off")
    return content
