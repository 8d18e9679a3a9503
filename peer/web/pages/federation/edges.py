"""An edge at its own address, for programs: a consent, or a relationship."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.reading import Read
from peer.node.node import Node
from peer.node.refusal import Refused
from peer.node.telling import edges
from peer.web.exchange.negotiation import ACTIVITY
from peer.web.pages.federation import admission
from peer.web.visit import Visit


async def edge(visit: Visit) -> web.StreamResponse:
    await admission.admit(visit)
    id = f"{visit.node.base}{visit.path}"
    document = await visit.read(partial(_document, visit.node, id))
    if document is None:
        raise Refused("Nothing is here, or it no longer stands.", 404)
    return admission.told(visit, document, ACTIVITY)


def _document(node: Node, id: str, read: Read) -> edges.Document | None:
    edge = read.edge(id)
    return edges.document(edge, read, node.lexicon) if edge else None
