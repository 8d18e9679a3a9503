"""Inboxes: that of the peer, which all its actors share, and one for each of them."""

from __future__ import annotations

from aiohttp import web

from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.protocol.signature import Message
from peer.protocol.strict import LARGEST
from peer.protocol.thing import PUBLIC
from peer.web.exchange.body import read_bytes
from peer.web.visit import Visit

#: What activities come as; some servers call it plain JSON.
_TAKEN = frozenset(
    ("application/activity+json", "application/ld+json", "application/json")
)


async def shared(visit: Visit) -> web.StreamResponse:
    """Take an activity for whomever it is addressed to."""
    request = visit.request
    if request.content_type not in _TAKEN:
        raise Refused("An activity is sent as application/activity+json.", 415)
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refused("An activity is sent as it was signed, not compressed.", 415)
    body = await read_bytes(request, LARGEST, visit.site.body_deadline)
    answer = await visit.node.incoming.receive(message_of(visit, body))
    if answer.status < 300:
        return web.Response(status=answer.status)
    return web.Response(status=answer.status, text=f"{answer.reason}\n")


async def of_actor(visit: Visit) -> web.StreamResponse:
    """The same at the inbox of one actor, if there is one."""
    id = f"{visit.node.base}{visit.path.removesuffix('/inbox')}"
    status = await visit.read(lambda read: _status_of(visit, id, read))
    if status != 200:
        raise Refused("Nobody is here.", status)
    return await shared(visit)


def _status_of(visit: Visit, id: str, read: Read) -> int:
    if id == f"{visit.node.base}/peer":
        return 200
    thing = read.get(id)
    if thing is None or not visit.node.lexicon.is_actor(thing.kind):
        return 404
    if thing.audience != PUBLIC:
        return 404
    return 410 if thing.deleted else 200


def message_of(visit: Visit, body: bytes = b"") -> Message:
    """The request as it was signed: its path as it stood, its headers as they came."""
    request = visit.request
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Message(request.method, request.raw_path, visit.node.base, headers, body)
