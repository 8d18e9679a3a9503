"""A thing as data: ActivityStreams, JSON-LD, Turtle, N-Quads, N-Triples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from aiohttp import web
from markupsafe import Markup

from peer.model import rdf, toml
from peer.model.as2 import Document
from peer.node.writing.prose import prose
from peer.protocol.iri import same_origin
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.thing import PUBLIC, Edge, Thing
from peer.web.exchange.negotiation import (
    ACTIVITY,
    LINKED,
    NQUADS,
    NTRIPLES,
    TOML,
    TURTLE,
)
from peer.web.parts.around import Around
from peer.web.visit import Visit

FORMATS: Mapping[str, str] = {TURTLE: "turtle", NTRIPLES: "ntriples", NQUADS: "nquads"}

_LINKED = f'{LINKED}; profile="{AS_CONTEXT}"'
_ALTERNATES = {"jsonld": LINKED, "ttl": TURTLE, "nq": NQUADS}


def answer(visit: Visit, thing: Thing, around: Around, media: str) -> web.Response:
    """``thing`` as ``media``."""
    if media == TOML:
        return told(toml.text_of(thing.values).encode() + b"\n", TOML)
    document = document_of(visit, thing, around)
    if media in FORMATS:
        return told(rdf.written([(thing.owner, document)], FORMATS[media]), media)
    return told(orjson.dumps(document), media)


def told(body: bytes, media: str) -> web.Response:
    """An answer for programs, which may come from anywhere to read it."""
    kind = {LINKED: _LINKED, TURTLE: f"{TURTLE}; charset=utf-8"}.get(media, media)
    return web.Response(
        body=body,
        headers={
            "Content-Type": kind,
            "Vary": "Accept, Cookie",
            "Access-Control-Allow-Origin": "*",
        },
    )


def document_of(visit: Visit, thing: Thing, around: Around) -> Document:
    wire = visit.node.lexicon.wire(around.kinds(thing))
    return wire.document(thing, _html, _shown(thing, around))


def _html(text: str) -> str:
    return str(prose(text))


def _shown(thing: Thing, around: Around) -> Sequence[Edge]:
    """Edges that go out from ``thing`` to what its reader may know of."""
    return [
        edge
        for edge in around.edges
        if edge.object in around.things or not same_origin(edge.object, thing.id)
    ]


def for_search_engines(visit: Visit, thing: Thing, around: Around) -> Markup:
    """The same document inside a page; nothing in it can end the element."""
    if thing.audience != PUBLIC:
        return Markup("")
    document = document_of(visit, thing, around)
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
