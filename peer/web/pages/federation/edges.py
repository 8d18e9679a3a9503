"""An edge at its own address: for programs signed, for people with what that shows.

One of another server has no address here: it is shown by its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import orjson
from aiohttp import web

from peer.model.consent import ANSWERS, CONSENTS, answers, state
from peer.model.permission import may_see
from peer.model.reading import Read
from peer.node import examining
from peer.node.examining import Exhibit
from peer.node.outgoing.line import Budget
from peer.node.people import attempts
from peer.node.people.attempts import Limit, TooOften
from peer.node.refusal import Refused
from peer.node.telling import edges
from peer.protocol.thing import Edge, Thing
from peer.web.exchange.negotiation import ACTIVITY, HTML, JSON, LINKED, chosen
from peer.web.pages.federation import admission
from peer.web.parts.authors import Author, author, href_of
from peer.web.parts.ties import proof_at
from peer.web.parts.view import title_of
from peer.web.visit import Visit

_OFFERED = (ACTIVITY, LINKED, JSON, HTML)
_NOTHING = Refused("Nothing is here, or it is not for everybody.", 404)
_GONE = Refused("It was here, and was taken back.", 410)
#: So often others are asked because somebody looks at a page.
_LOOKS = Limit(60)
_REQUESTS = 6

_SAID: Mapping[str, str] = {
    "consents": "agreed to it",
    "declines": "did not agree to it, or no longer does",
    "expires": "noted that its time was over",
}


async def edge(visit: Visit) -> web.StreamResponse:
    id = f"{visit.node.base}{visit.path}"
    if chosen(visit.request.headers.get("Accept", ""), _OFFERED) == HTML:
        return await _shown(visit, id)
    await admission.admit(visit)
    there = await visit.read(partial(_known, id))
    if there is not None:
        await edges.ready(visit.node.store, there)
    document = await visit.read(partial(_document, visit, id))
    return admission.told(visit, document, ACTIVITY)


async def of_others(visit: Visit) -> web.StreamResponse:
    """What was signed by others, for people."""
    return await _shown(visit, visit.query.get("id", ""))


def _known(id: str, read: Read) -> Edge | None:
    return read.edge(id)


def _document(visit: Visit, id: str, read: Read) -> edges.Document:
    there = read.edge(id)
    if there is None:
        raise _GONE if read.log(object=id, limit=1) else _NOTHING
    document = edges.document(there, read, visit.node.lexicon)
    if document is None:
        raise _NOTHING
    return document


# -- for people ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody said something about an edge, and when."""

    who: Author
    said: str
    at: str
    href: str = ""  # where that is shown by itself


@dataclass(frozen=True, slots=True)
class End:
    title: str
    href: str
    id: str


@dataclass(frozen=True, slots=True)
class Shown:
    edge: Edge
    label: str
    subject: End
    object: End
    state: str
    voices: Sequence[Voice]


async def _shown(visit: Visit, id: str) -> web.StreamResponse:
    there = await visit.read(partial(_edge_of, visit, id))
    shown = await visit.read(partial(_around, visit, there))
    exhibits = await _exhibits(visit, there)
    return visit.page(
        "edge.html",
        shown=shown,
        exhibits=[(each, _pretty(each)) for each in exhibits],
    )


def _edge_of(visit: Visit, id: str, read: Read) -> Edge:
    """The edge with that id; of a consent, the edge that it is to."""
    there = read.edge(id)
    if there is not None and there.relation == CONSENTS:
        there = read.edge(there.object)
    if there is None:
        raise _GONE if id and read.log(object=id, limit=1) else _NOTHING
    kind = visit.node.lexicon.relations.get(there.relation)
    known = read.many([there.subject, there.object])
    hidden = any(not may_see(visit.viewer, each) for each in known.values())
    if kind is None or kind.guarded or hidden:
        raise _NOTHING
    return there


def _around(visit: Visit, there: Edge, read: Read) -> Shown:
    said = answers([there], read).get(there.id, {})
    who = {each.by for each in said.values()}
    known = read.many(sorted({there.subject, there.object, there.by, *who}))
    base, kind = visit.node.base, visit.node.lexicon.relations[there.relation]
    stated = Voice(
        author(there.by, known.get(there.by), base), "stated it", there.since
    )
    voices = [
        Voice(
            author(said[name].by, known.get(said[name].by), base),
            _SAID[name],
            said[name].since,
            proof_at(said[name], base) if name == CONSENTS else "",
        )
        for name in ANSWERS
        if name in said
    ]
    return Shown(
        edge=there,
        label=kind.label,
        subject=_end(visit, there.subject, known),
        object=_end(visit, there.object, known),
        state=state(there, read) if kind.consent or said else "stated",
        voices=[stated, *voices],
    )


def _end(visit: Visit, id: str, known: Mapping[str, Thing]) -> End:
    thing = known.get(id)
    kind = visit.node.lexicon.types.get(thing.kind) if thing else None
    title = title_of(kind, thing) if thing and kind else id
    return End(title, href_of(id, visit.node.base) if thing else "", id)


async def _exhibits(visit: Visit, there: Edge) -> Sequence[Exhibit]:
    """The documents, verified now: with whoever signed them, unless asked too often."""
    node = visit.node
    limits, now = {f"edges {attempts.network(visit.address)}": _LOOKS}, node.now()
    budget: Budget | None = Budget(_REQUESTS)
    try:
        await node.store.transact(lambda tx: attempts.spend(tx, limits, now))
    except TooOften:
        budget = None
    return await examining.exhibits(node, there, budget)


def _pretty(exhibit: Exhibit) -> str:
    if exhibit.document is None:
        return ""
    return orjson.dumps(exhibit.document, option=orjson.OPT_INDENT_2).decode()
