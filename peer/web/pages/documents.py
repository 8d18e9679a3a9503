"""A thing as data: ActivityStreams, JSON-LD, Turtle, N-Quads, N-Triples."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web
from markupsafe import Markup

from peer.model import rdf, toml
from peer.model.as2 import Document
from peer.node.refusal import Refused
from peer.node.telling import actors, near, plain
from peer.protocol.linked import expanded
from peer.protocol.origin import same_origin
from peer.protocol.terms import AS_CONTEXT, PROOFS
from peer.protocol.thing import PUBLIC, Thing
from peer.web.exchange.negotiation import (
    ACTIVITY,
    EXPANDED,
    JSON,
    LINKED,
    NQUADS,
    NTRIPLES,
    TOML,
    TURTLE,
)
from peer.web.pages.federation import admission
from peer.web.pages.federation.actors import document_of
from peer.web.parts.around import Around
from peer.web.visit import Visit

FORMATS: Mapping[str, str] = {TURTLE: "turtle", NTRIPLES: "ntriples", NQUADS: "nquads"}

_LINKED = f'{LINKED}; profile="{AS_CONTEXT}"'
#: What a proof is made of is about a document, and nothing that it says.
_KNOWN: Mapping[str, Mapping[str, Any]] = {PROOFS: {"@context": {}}}
#: In these it is said what stands in the place of what was taken away.
GONE = (ACTIVITY, LINKED, JSON)
_ALTERNATES = {"jsonld": LINKED, "ttl": TURTLE, "nq": NQUADS}


async def answer(visit: Visit, thing: Thing, media: str) -> web.Response:
    """``thing`` as ``media``."""
    if media == TOML:
        return told(toml.text_of(thing.values).encode() + b"\n", TOML)
    if not same_origin(thing.id, visit.node.base):
        raise Refused("This is of another server, which says itself what it is.", 406)
    document, status = await _shown(visit, thing), 410 if thing.deleted else 200
    if media in FORMATS:
        body = rdf.written([(thing.owner, document)], FORMATS[media])
    elif media == EXPANDED:
        body = orjson.dumps(await asyncio.to_thread(expanded, document, _KNOWN))
    else:
        body = orjson.dumps(document)
    return admission.kept(visit, told(body, media, status))


async def _shown(visit: Visit, thing: Thing) -> Document:
    """All of it; of an actor, to who does not sign where they should, its keys."""
    if actors.is_public(thing, visit.node.lexicon):
        is_admitted = await admission.is_admitted(visit)
        document = await document_of(visit, thing)
        return document if is_admitted else actors.stub(document)
    await admission.admit(visit)
    return await document_of(visit, thing)


def told(body: bytes, media: str, status: int = 200) -> web.Response:
    """An answer for programs, which may come from anywhere to read it."""
    kind = {LINKED: _LINKED, TURTLE: f"{TURTLE}; charset=utf-8"}.get(media, media)
    return web.Response(
        body=body,
        status=status,
        headers={
            "Content-Type": kind,
            "Vary": admission.VARY,
            "Access-Control-Allow-Origin": "*",
        },
    )


def for_search_engines(visit: Visit, thing: Thing, around: Around) -> Markup:
    """The same, more or less, inside a page; nothing in it can end the element."""
    if thing.audience != PUBLIC:
        return Markup("")
    told = [e for e in around.edges if near.is_told(e.object, thing.id, around.things)]
    kinds = around.kinds(thing)
    document = plain.plainly(thing, kinds, told, visit.node.lexicon)
    text = orjson.dumps(document).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e"))


def links(thing: Thing) -> str:
    """The Link header: where the same can be read as data (RFC 8288)."""
    if thing.audience != PUBLIC:
        return f'<{thing.id}>; rel="canonical"'
    others = [f'<{thing.id}>; rel="alternate"; type="{ACTIVITY}"'] + [
        f'<{thing.id}.{suffix}>; rel="alternate"; type="{media}"'
        for suffix, media in _ALTERNATES.items()
    ]
    return ", ".join([f'<{thing.id}>; rel="canonical"', *others])
