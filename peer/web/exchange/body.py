"""What a form told us: read within limits, and refused in words where it will not do.

The body is read here and not by ``request.post()``, which keeps neither count of
the parts nor their encoding, and writes what it is sent to disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, StreamReader, web
from aiohttp.http import HttpProcessingError

from peer.node.refusal import Refused

#: How large a body may be: a form of a few fields, one with prose, one with a picture.
SMALL, PROSE, PICTURE = 64 * 1024, 1024 * 1024, 12 * 1024 * 1024

MOST_FIELDS = 300
DEADLINE = 20.0
_PART_COST = 256  # so that ten thousand empty parts are not free
_CHUNK = 64 * 1024
#: What aiohttp raises, by turns, for a multipart body that is none.
_UNREADABLE = (ValueError, RuntimeError, AssertionError, HttpProcessingError)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent, as it was sent: neither name nor type is believed."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """Fields by name; where one was sent several times, ``get`` gives the last."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        return self.fields[name][-1] if name in self.fields else default

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def flat(self) -> dict[str, str]:
        return {name: values[-1] for name, values in self.fields.items()}


async def read_bytes(request: web.Request, limit: int, deadline: float) -> bytes:
    """The body of ``request`` as it came; Refused where it is more than ``limit``."""
    if (request.content_length or 0) > limit:
        _too_large()
    try:
        if request.content.is_eof():  # all of it came with the head
            return _within(request.content.read_nowait(), limit)
        async with asyncio.timeout(deadline):
            return await _bytes(request.content, limit)
    except TimeoutError as late:
        raise Refused("It took too long to arrive.", 408) from late
    except ConnectionError as gone:  # nobody is left who would read the answer
        raise Refused("It broke off on the way.", 400) from gone
    except web.RequestPayloadError as wrong:
        raise Refused(
            "It cannot be unpacked, as it is said to be packed.", 400
        ) from wrong


async def read_form(request: web.Request, limit: int, deadline: float) -> Told:
    """The form in ``request``; Refused where it is no form, or more than ``limit``."""
    if (request.content_length or 0) > limit:
        _too_large()
    try:
        async with asyncio.timeout(deadline):
            return await _read(request, limit)
    except TimeoutError as late:
        raise Refused("It took too long to arrive.", 408) from late
    except ConnectionError as gone:  # nobody is left who would read the answer
        raise Refused("It broke off on the way.", 400) from gone
    except web.RequestPayloadError as wrong:
        raise Refused(
            "It cannot be unpacked, as it is said to be packed.", 400
        ) from wrong


async def _read(request: web.Request, limit: int) -> Told:
    match request.content_type:
        case "application/x-www-form-urlencoded" | "application/octet-stream":
            return _urlencoded(await _bytes(request.content, limit))
        case "multipart/form-data":
            return await _multipart(request, limit)
        case other:
            raise Refused(f"A form is not sent as {other[:80]}.", 415)


async def _bytes(source: StreamReader, limit: int) -> bytes:
    content = bytearray()
    async for chunk in source.iter_any():
        content += chunk
        if len(content) > limit:
            _too_large()
    return bytes(content)


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        _too_large()
    return content


def _urlencoded(body: bytes) -> Told:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except UnicodeDecodeError:
        _garbled()
    except ValueError:
        _too_many()
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        fields[name] = (*fields.get(name, ()), _text(value))
    return Told(fields)


async def _multipart(request: web.Request, limit: int) -> Told:
    fields: dict[str, tuple[str, ...]] = {}
    uploads: dict[str, Upload] = {}
    left = limit
    try:
        async for part in await request.multipart():
            left -= _PART_COST
            if left < 0 or len(fields) + len(uploads) >= MOST_FIELDS:
                _too_many()
            if not isinstance(part, BodyPartReader) or not part.name:
                raise Refused("This form has a part without a name.", 400)
            content = await _content(part, left)
            left -= len(content)
            if part.filename is None:
                told = _text(_decoded(content))
                fields[part.name] = (*fields.get(part.name, ()), told)
            elif content:
                uploads[part.name] = Upload(content)
    except _UNREADABLE as wrong:
        raise Refused("This form cannot be read.", 400) from wrong
    return Told(fields, uploads)


async def _content(part: BodyPartReader, limit: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        content += chunk
        if len(content) > limit:
            _too_large()
    return bytes(content)


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        _garbled()


def _text(value: str) -> str:
    """``value`` with the line ends that we keep; a NUL is nobody's typing."""
    if "\0" in value:
        _garbled()
    return value.replace("\r\n", "\n").replace("\r", "\n")


def _too_large() -> NoReturn:
    raise Refused("That is more than this form takes.", 413)


def _too_many() -> NoReturn:
    raise Refused("That is more fields than a form has here.", 413)


def _garbled() -> NoReturn:
    raise Refused("This form is not text in UTF-8.", 400)
