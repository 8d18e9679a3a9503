"""How others find out who is here: WebFinger, host-meta and NodeInfo.

It is answered to everybody, without a signature: whoever wants to check one begins
here.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from peer import __version__
from peer.model.reading import Read
from peer.node import handles
from peer.node.node import Node
from peer.node.refusal import Refused
from peer.node.telling import actors
from peer.protocol import discovery as wire
from peer.protocol.discovery import About, Asked, NotAsked
from peer.protocol.thing import Thing
from peer.web.exchange.negotiation import JSON
from peer.web.visit import Visit

#: FEP-3b86: what our people can do here with something elsewhere, and where.
_INTENTS = {
    "Follow": "verb=Follow&uri={object}",
    "Object": "uri={object}",
    "Create": "verb=Create&uri={inReplyTo}",
    "Like": "verb=Like&uri={object}",
    "Announce": "verb=Announce&uri={object}",
    "Join": "verb=Join&uri={object}",
}


async def webfinger(visit: Visit) -> web.StreamResponse:
    """Who is called so, or has this address (RFC 7033)."""
    try:
        asked = wire.asked(visit.query.get("resource"), visit.node.base)
    except NotAsked as wrong:
        raise Refused(f"{str(wrong).capitalize()}.", wrong.status) from wrong
    document = await _document(visit, asked)
    rels = visit.request.query.getall("rel", [])
    return _told(visit, wire.only(document, rels), wire.JRD)


async def _document(visit: Visit, asked: Asked) -> wire.Document:
    node = visit.node
    peer = actors.application_id(node.base)
    if asked.is_peer:
        return wire.service(node.base, peer)
    host = urlsplit(node.base).hostname or ""
    if asked.iri == peer or asked.user == host:
        return wire.account(host, node.base, peer, f"{node.base}/")
    found = await visit.read(partial(_found, node, asked))
    if found is None:
        raise Refused("Nobody here is called that.", 404)
    user = await handles.settle(node.store, found, wanted(node, found))
    return wire.account(
        user,
        node.base,
        found.id,
        found.id,
        f"{node.base}/follow?uri={{uri}}",
        {verb: f"{node.base}/interact?{how}" for verb, how in _INTENTS.items()},
    )


def wanted(node: Node, thing: Thing) -> str:
    """What the site would be called: not ``actor``, as its address has it."""
    return node.domain.name if thing.id == f"{node.base}/actor" else ""


def _found(node: Node, asked: Asked, read: Read) -> Thing | None:
    """The actor of ours that was asked for."""
    if asked.iri is not None:
        there = read.get(asked.iri)
    else:
        there = _called(node, asked.user or "", read)
    return there if actors.is_public(there, node.lexicon) else None


def _called(node: Node, user: str, read: Read) -> Thing | None:
    id = handles.find(read, user)
    if id is not None:
        return read.get(id)
    if user == node.domain.name and handles.of(read, f"{node.base}/actor") is None:
        return read.get(f"{node.base}/actor")
    return handles.unsettled(read, user, node.base, node.lexicon)


async def host_meta(visit: Visit) -> web.StreamResponse:
    text = wire.host_meta(visit.node.base).encode()
    return _answer(visit, text, f"{wire.XRD}; charset=utf-8")


async def host_meta_json(visit: Visit) -> web.StreamResponse:
    return _told(visit, wire.host_meta_json(visit.node.base), wire.JRD)


async def nodeinfo_links(visit: Visit) -> web.StreamResponse:
    base = visit.node.base
    return _told(visit, wire.nodeinfo_links(base, actors.application_id(base)), JSON)


async def nodeinfo(visit: Visit) -> web.StreamResponse:
    version = visit.path.rpartition("/")[2]
    about = await visit.read(partial(_about, visit.node))
    return _told(visit, wire.nodeinfo(version, about), wire.nodeinfo_type(version))


def _about(node: Node, read: Read) -> About:
    """Only what was counted."""
    kinds = node.lexicon.types.values()
    posts = [k.name for k in kinds if "Like" in k.permits and not _acts(node, k.name)]
    return About(
        name=node.domain.title,
        description=node.domain.tagline,
        version=__version__,
        users={"total": read.count(("Person",))},
        posts=read.count(posts),
    )


def _acts(node: Node, kind: str) -> bool:
    return node.lexicon.is_actor(kind)


def _told(visit: Visit, document: wire.Document, media: str) -> web.Response:
    return _answer(visit, orjson.dumps(document), media)


def _answer(visit: Visit, body: bytes, media: str) -> web.Response:
    visit.is_lasting = True
    headers = {"Content-Type": media, "Access-Control-Allow-Origin": "*"}
    return web.Response(body=body, headers=headers)
