"""What shops have sold for an event, with their signatures: for who keeps the event.

The number that everybody sees is the number of edges; here each stands beside the
document that its shop has signed, and what comes of verifying that now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.permission import may
from peer.model.reading import Read
from peer.node import evidence
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.node.refusal import Refused
from peer.node.telling.agreements import instrument
from peer.protocol.moment import wire
from peer.protocol.origin import NotTheirs
from peer.protocol.proof import BadProof
from peer.protocol.thing import Activity, Edge, Thing
from peer.protocol.wire.loose import id_of
from peer.web.pages.things import address, present
from peer.web.parts.around import Around
from peer.web.parts.view import View
from peer.web.visit import Visit

_SOLD = "sold"
_PAGE = 50
_REQUESTS = 10  # to other servers, for one page: mostly the key is known already


@dataclass(frozen=True, slots=True)
class Sold:
    """One order: how many places, since when, and what its shop has signed."""

    order: str
    places: int
    since: str
    desk: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proof:
    """What comes of verifying it now; ``wrong`` is empty where it holds."""

    sold: Sold
    fingerprint: str = ""
    method: str = ""
    wrong: str = ""


async def page(visit: Visit) -> web.StreamResponse:
    event = await visit.read(partial(_event, visit))
    before = visit.query.get("before") or None
    edges, count = await visit.read(partial(_edges, event, before))
    orders = await visit.read(partial(_orders, edges))
    budget = Budget(_REQUESTS)
    proofs = await asyncio.gather(*(_proof(visit, each, budget) for each in orders))
    return visit.page(
        "sold.html",
        event=View(event, Around(), visit.setting),
        count=count,
        proofs=proofs,
        now=wire(visit.node.now()),
        more=edges[-1].id if len(edges) == _PAGE else "",
    )


def _event(visit: Visit, read: Read) -> Thing:
    id, _ = address(visit)
    event = present(visit, id, read)
    if event.kind != "Event":
        raise web.HTTPNotFound
    if visit.viewer.id is None:
        raise Refused("Sign in to see this.", 401)
    if not may("owner", visit.viewer, event):
        raise Refused("This is for those who keep the event.", 403)
    return event


def _edges(event: Thing, before: str | None, read: Read) -> tuple[Sequence[Edge], int]:
    edges = read.edges(subject=event.id, relation=_SOLD, limit=_PAGE, before=before)
    return edges, read.degree(subject=event.id, relation=_SOLD)


def _orders(edges: Sequence[Edge], read: Read) -> Sequence[Sold]:
    """One line for each order, however many places it is for."""
    by_order: dict[str, list[Edge]] = {}
    for edge in edges:
        by_order.setdefault(edge.object.partition("#")[0], []).append(edge)
    said = {id: read.activity(some[0].activity) for id, some in by_order.items()}
    return [
        Sold(
            order=id,
            places=len(some),
            since=some[-1].since,
            desk=activity.actor if (activity := said[id]) else "",
            document=_signed(said[id], read),
        )
        for id, some in by_order.items()
    ]


def _signed(activity: Activity | None, read: Read) -> Mapping[str, Any]:
    """What the desk has signed: the order, as far as it is for others to see."""
    told = activity.notes.get("instrument") if activity else None
    if not isinstance(told, Mapping):
        return {}
    return told if "proof" in told else instrument(told, read)


async def _proof(visit: Visit, sold: Sold, budget: Budget) -> Proof:
    if not sold.document:
        return Proof(sold, wrong="no signed document was kept")
    try:
        signer = await evidence.signer(visit.node, sold.document, budget)
        evidence.check_speaks(sold.document, signer)
    except (BadProof, NotTheirs, NotFetched) as wrong:
        return Proof(sold, wrong=str(wrong))
    if id_of(sold.document) not in (sold.order, None):
        return Proof(sold, wrong="the document that was signed is about another order")
    return Proof(sold, signer.fingerprint, signer.method)
