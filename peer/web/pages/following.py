"""Who follows an actor of ours, whom it follows, and who waits to be let."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from aiohttp import web

from peer.model.permission import may
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.people.browser import safe_next
from peer.node.refusal import Refused
from peer.protocol.thing import Edge, Thing
from peer.web.parts.around import Around
from peer.web.parts.authors import Author, address_of, author, href_of
from peer.web.parts.verbs import ASKED
from peer.web.parts.view import View
from peer.web.visit import Visit

_PAGE = 50
_FOLLOWS = "follows"
_MOST_ASKED = 200


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody who follows or is followed; ``whom``, where that is not told already."""

    who: Author
    whom: Author | None
    activity: str
    since: str
    undo: str = ""  # where whose page this is takes it back


@dataclass(frozen=True, slots=True)
class Gathered:
    ties: Sequence[Tie]
    asked: Sequence[Tie]
    count: int
    next: str


async def page(visit: Visit, actor: Thing, which: str) -> web.StreamResponse:
    """The ``followers`` or ``following`` of an actor of ours, for people."""
    found = await visit.read(partial(_gathered, visit, actor, which))
    return visit.page(
        "following.html",
        thing=View(actor, Around(), visit.setting),
        which=which,
        found=found,
        may_answer=which == "followers" and _speaks_for(visit, actor),
        is_own=actor.id == visit.viewer.id,
    )


def _speaks_for(visit: Visit, actor: Thing) -> bool:
    return may("owner", visit.viewer, actor)


def _gathered(visit: Visit, actor: Thing, which: str, read: Read) -> Gathered:
    before = visit.query.get("before") or None
    id, follow = actor.id, which == "followers"
    edges = (
        read.edges(object=id, relation=_FOLLOWS, limit=_PAGE, before=before)
        if follow
        else read.edges(subject=id, relation=_FOLLOWS, limit=_PAGE, before=before)
    )
    asked: Sequence[Edge] = ()
    if before is None and _speaks_for(visit, actor):
        asked = _asked(read, id, follow)
    others = [e.subject if follow else e.object for e in (*edges, *asked)]
    known = read.many(sorted(set(others)))
    count = (
        read.degree(relation=_FOLLOWS, object=id)
        if follow
        else read.degree(relation=_FOLLOWS, subject=id)
    )
    return Gathered(
        ties=[_tie(visit, edge, known, follow) for edge in edges],
        asked=[_tie(visit, edge, known, follow) for edge in asked],
        count=count,
        next=_next(visit, edges),
    )


def _asked(read: Read, id: str, follow: bool) -> Sequence[Edge]:
    if follow:
        return read.edges(object=id, relation=ASKED, limit=_MOST_ASKED)
    return read.edges(subject=id, relation=ASKED, limit=_MOST_ASKED)


def _tie(visit: Visit, edge: Edge, known: Mapping[str, Thing], follow: bool) -> Tie:
    base = visit.node.base
    other = edge.subject if follow else edge.object
    own = visit.viewer.id == edge.subject
    return Tie(
        who=author(other, known.get(other), base),
        whom=None,
        activity=edge.activity,
        since=edge.since,
        undo=address_of(edge.object, base, "undo/Follow") if own else "",
    )


def _next(visit: Visit, edges: Sequence[Edge]) -> str:
    if len(edges) < _PAGE:
        return ""
    return f"{visit.path}?before={quote(edges[-1].id, safe='')}"


# -- everybody who follows anybody here ----------------------------------------------


async def everybody(visit: Visit) -> web.StreamResponse:
    """Who follows what of this peer, the newest first: for those who keep it."""
    found = await visit.read(partial(_everybody, visit))
    return visit.page("followers.html", found=found)


def _everybody(visit: Visit, read: Read) -> Gathered:
    before = visit.query.get("before") or None
    edges = read.edges(relation=_FOLLOWS, limit=_PAGE, before=before)
    known = read.many(sorted({id for e in edges for id in (e.subject, e.object)}))
    base = visit.node.base
    ties = [
        Tie(
            who=author(e.subject, known.get(e.subject), base),
            whom=author(e.object, known.get(e.object), base),
            activity=e.activity,
            since=e.since,
        )
        for e in edges
    ]
    count = read.degree(relation=_FOLLOWS)
    return Gathered(ties, (), count, _next(visit, edges))


# -- answering ---------------------------------------------------------------------


async def answer(visit: Visit) -> web.StreamResponse:
    """Let somebody follow, or not, or not any longer."""
    verb, activity = visit.told.get("verb"), visit.told.get("activity")
    if verb not in ("Accept", "Reject"):
        raise Refused("A request is accepted or rejected.", 400)
    await visit.publish(Ask(verb, id=activity))
    said = "accepted" if verb == "Accept" else "rejected"
    home = href_of(visit.viewer.id or "", visit.node.base)
    return visit.go(safe_next(visit.told.get("next"), home), said)
