"""Who may read what programs read: everybody, or with authorized fetch who signs."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from aiohttp import web

from peer.node.moderation.blocks import is_blocked
from peer.node.refusal import Refused
from peer.web.exchange.caching import OWN
from peer.web.pages.federation.inbox import message_of
from peer.web.visit import Visit

#: What an answer depends on that has several forms.
VARY = "Accept, Cookie, Signature"


async def is_admitted(visit: Visit) -> bool:
    """May this visitor read all that is public?  Who is blocked here may not."""
    if not visit.node.config.authorized_fetch or visit.viewer.id is not None:
        return True
    return await reader_of(visit) is not None


async def admit(visit: Visit) -> None:
    if not await is_admitted(visit):
        raise Refused("This is only shown to those who sign their requests.", 401)


async def reader_of(visit: Visit) -> str | None:
    """Who signed this request, as far as that can be known."""
    headers = visit.request.headers
    if not ("Signature" in headers or "Authorization" in headers):
        return None
    reader = await visit.node.incoming.reader(message_of(visit))
    if reader is not None and await visit.read(partial(is_blocked, actor=reader)):
        raise Refused("This peer has nothing to do with you or your server.", 403)
    return reader


def told(visit: Visit, document: Any, media: str, status: int = 200) -> web.Response:
    """A document for programs, which may come from anywhere to read it."""
    headers = {
        "Content-Type": media,
        "Vary": VARY,
        "Access-Control-Allow-Origin": "*",
    }
    body = orjson.dumps(document)
    return kept(visit, web.Response(body=body, status=status, headers=headers))


def kept(visit: Visit, answer: web.Response) -> web.Response:
    """``answer``, and by whom it may be kept: by nobody who would not ask who reads."""
    visit.is_lasting = True
    if visit.node.config.authorized_fetch:
        answer.headers["Cache-Control"] = OWN
    return answer
