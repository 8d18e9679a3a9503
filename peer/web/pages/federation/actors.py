"""Actors of ours at their addresses, and the peer itself, which signs what it asks."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.query import Query
from peer.model.reading import Read
from peer.node.keys import settle_keys
from peer.node.node import Node
from peer.node.telling import actors, things
from peer.protocol.collection import collection
from peer.protocol.thing import Thing
from peer.web.exchange.negotiation import ACTIVITY
from peer.web.pages.federation import admission
from peer.web.pages.federation.discovery import wanted
from peer.web.visit import Visit

_MOST = 100


async def application(visit: Visit) -> web.StreamResponse:
    """The peer itself: shown to all, or two peers could never check each other."""
    node = visit.node
    id = actors.application_id(node.base)
    document = await visit.read(partial(_application, node, id))
    if document is None:
        await settle_keys(node.store, id)
        document = await visit.read(partial(_application, node, id))
    return admission.told(visit, document, ACTIVITY)


def _application(node: Node, id: str, read: Read) -> actors.Document | None:
    return actors.application(id, read, node.domain.title, node.domain.tagline)


async def nothing_said(visit: Visit) -> web.StreamResponse:
    """The outbox of the peer itself, which publishes nothing of its own."""
    id = f"{actors.application_id(visit.node.base)}/outbox"
    return admission.told(visit, {**collection(id, 0), "orderedItems": []}, ACTIVITY)


async def calendars(visit: Visit) -> web.StreamResponse:
    """The calendars that posts may be offered to: other peers ask for them here."""
    await admission.admit(visit)
    kinds = tuple(visit.node.lexicon.descendants("Calendar"))
    ids: list[str] = []
    if kinds:
        found = await visit.read(lambda read: read.find(Query(kinds, limit=_MOST)))
        ids = [each.id for each in found.items]
    id = f"{visit.node.base}/peer/calendars"
    told = {**collection(id, len(ids)), "orderedItems": ids}
    return admission.told(visit, told, ACTIVITY)


async def document_of(visit: Visit, thing: Thing) -> things.Document:
    """Any thing of ours as a document; an actor is given its keys, if it has none."""
    node = visit.node
    if actors.is_public(thing, node.lexicon):
        await actors.ready(node.store, thing, wanted(node, thing))
    return await visit.read(partial(things.document, thing, lexicon=node.lexicon))
