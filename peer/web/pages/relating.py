"""Relations on a page of their own: picking without scripts, and taking off again."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson
from aiohttp import web

from peer.model.declaration import Relation
from peer.model.query import Page
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.exchange.negotiation import HTML, JSON, chosen
from peer.web.pages.listing import kind_of
from peer.web.pages.things import address, present
from peer.web.parts import pickers
from peer.web.parts.around import Around
from peer.web.parts.forms import edge
from peer.web.parts.view import View
from peer.web.visit import Visit

_NEW = "new"
_PAGE = 20
_LONGEST = 100


def _relation(visit: Visit, term: str) -> Relation:
    """The relation that the type has by this name, or of this kind."""
    kind = kind_of(visit)
    for each in kind.relations.values():
        if term in (each.term, each.kind):
            return each
    known = ", ".join(kind.relations) or "none"
    raise Refused(f"{kind.label} has no relation “{term[:40]}”; it has {known}.", 400)


def _words(visit: Visit) -> str:
    return visit.query.get("q", "")[:_LONGEST]


def _candidates(
    visit: Visit, relation: Relation, subject: str, read: Read
) -> Page[Thing]:
    return pickers.candidates(
        read,
        relation,
        visit.node.lexicon,
        visit.node.base,
        subject=subject,
        words=_words(visit),
        cursor=visit.query.get("cursor") or None,
        limit=_PAGE,
    )


async def options(visit: Visit) -> web.StreamResponse:
    """What might be picked: JSON for programs, boxes to tick for our own script."""
    relation = _relation(visit, visit.query.get("relation", ""))
    subject = "" if visit.part("slug") == _NEW else address(visit)[0]
    found = await visit.read(lambda read: _seen(visit, relation, subject, read))
    node = visit.node
    listed = [pickers.option(node.lexicon, node.base, each) for each in found.items]
    accept = visit.request.headers.get("Accept", "")
    if chosen(accept, (JSON, HTML)) == JSON:
        told = {
            "options": [{"id": o.id, "title": o.title} for o in listed],
            "next": found.next,
        }
        answer = web.Response(body=orjson.dumps(told), content_type=JSON)
        answer.headers["Vary"] = "Accept, Cookie"
        return answer
    return visit.page("options.html", options=listed, relation=relation)


def _seen(visit: Visit, relation: Relation, subject: str, read: Read) -> Page[Thing]:
    if subject:
        present(visit, subject, read)
    return _candidates(visit, relation, subject, read)


async def page(visit: Visit) -> web.StreamResponse:
    """Search, tick, add: all of it without scripts."""
    id, _ = address(visit)
    relation = _relation(visit, visit.query.get("relation", ""))
    thing, found = await visit.read(lambda read: _both(visit, relation, id, read))
    node = visit.node
    return visit.page(
        "relate.html",
        thing=View(thing, Around(), visit.setting),
        relation=relation,
        options=[pickers.option(node.lexicon, node.base, t) for t in found.items],
        words=_words(visit),
        next=_link(visit, found.next),
        previous=_link(visit, found.previous),
    )


def _both(
    visit: Visit, relation: Relation, id: str, read: Read
) -> tuple[Thing, Page[Thing]]:
    return present(visit, id, read), _candidates(visit, relation, id, read)


def _link(visit: Visit, cursor: str | None) -> str:
    if cursor is None:
        return ""
    told = {name: value for name, value in visit.query.items() if value}
    return f"{visit.path}?{urlencode({**told, 'cursor': cursor})}"


async def relate(visit: Visit) -> web.StreamResponse:
    return await _stated(visit, "Add", "related")


async def unrelate(visit: Visit) -> web.StreamResponse:
    return await _stated(visit, "Remove", "unrelated")


async def _stated(visit: Visit, verb: str, say: str) -> web.StreamResponse:
    """State or take back an edge to each that was ticked, all or none."""
    id, _ = address(visit)
    relation = _relation(visit, visit.told.get("relation"))
    others = [iri for told in visit.told.all("object") for iri in told.split()]
    if not others:
        raise Refused("Nothing was picked: tick at least one.", 422)
    asks: list[Ask] = [edge(verb, relation, id, other) for other in others]
    await visit.publish(*asks)
    return visit.go(f"{id.removeprefix(visit.node.base)}/edit", say)
