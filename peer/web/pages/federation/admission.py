"""Who may read what programs read: everybody, or with authorized fetch who signs."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from peer.model.reading import Read
from peer.node.moderation.blocks import is_blocked
from peer.node.refusal import Refused
from peer.protocol.signature import Message
from peer.web.exchange.caching import OWN
from peer.web.visit import Visit

#: What an answer depends on that has several forms.
VARY = "Accept, Cookie, Signature"


async def is_admitted(visit: Visit) -> bool:
    """May this visitor read all that is public?  Who is blocked here may not."""
    if not visit.node.config.authorized_fetch or visit.viewer.id is not None:
        return True
    reader = await reader_of(visit)
    if reader is None:
        return False
    if await visit.read(lambda read: _is_refused(read, reader)):
        raise Refused("This peer has nothing to do with you or your server.", 403)
    return True


def _is_refused(read: Read, reader: str) -> bool:
    return is_blocked(read, reader)


async def admit(visit: Visit) -> None:
    if not await is_admitted(visit):
        raise Refused("This is only shown to those who sign their requests.", 401)


async def reader_of(visit: Visit) -> str | None:
    """Who signed this request, as far as that can be known."""
    incoming: Any = getattr(visit.node, "incoming", None)
    headers = visit.request.headers
    if incoming is None or not ("Signature" in headers or "Authorization" in headers):
        return None
    reader: str | None = await incoming.reader(message_of(visit))
    return reader


def message_of(visit: Visit) -> Message:
    """The request as it is signed: with the address that the world knows."""
    told: dict[str, str] = {}
    for name, value in visit.request.headers.items():
        known = told.get(name.lower())
        told[name.lower()] = value if known is None else f"{known}, {value}"
    return Message(
        visit.request.method, visit.request.raw_path, visit.node.base, told, b""
    )


def told(visit: Visit, document: Any, media: str, status: int = 200) -> web.Response:
    """A document for programs, which may come from anywhere to read it."""
    headers = {
        "Content-Type": media,
        "Vary": VARY,
        "Access-Control-Allow-Origin": "*",
    }
    if visit.node.config.authorized_fetch:
        headers["Cache-Control"] = OWN
    return web.Response(body=orjson.dumps(document), status=status, headers=headers)
