"""All things of a type, as far as the viewer may see them: filtered, sorted, paged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from aiohttp import web

from peer.model.declaration import Type
from peer.model.permission import Role, may
from peer.model.query import Query
from peer.model.reading import Read
from peer.protocol.thing import DRAFT, MEMBERS, PUBLIC, Thing
from peer.web.parts.around import Around, around_cards
from peer.web.parts.filters import Asked, Narrowed, narrowed, sorts
from peer.web.parts.view import title_of, views
from peer.web.visit import Visit

_PAGE = 50
_MOST_CHOICES = 100
_MOST_DRAFTS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What one reading of the store gives for a listing."""

    narrowed: Narrowed
    things: Sequence[Thing]
    drafts: Sequence[Thing]
    around: Around
    next: str | None
    previous: str | None


def kind_of(visit: Visit) -> Type:
    """The type whose things live below the first part of the address."""
    kind = visit.node.lexicon.by_path.get(visit.part("path"))
    if kind is None:
        raise web.HTTPNotFound
    return kind


def asked_of(visit: Visit, kind: Type) -> Asked:
    domain = visit.node.domain
    return Asked(kind, visit.query, domain.zone, domain.currency, visit.node.now())


def listed(visit: Visit, kind: Type, limit: int = _PAGE) -> Query:
    """What a listing of ``kind`` shows; drafts have a place of their own."""
    member = visit.viewer.role >= Role.MEMBER
    kept = (DRAFT,) if _is_books(visit, kind) else ()
    return Query(
        kinds=tuple(visit.node.lexicon.descendants(kind.name)),
        order=kind.listing.order,
        audiences=(PUBLIC, MEMBERS, *kept) if member else (PUBLIC,),
        limit=limit,
    )


def _is_books(visit: Visit, kind: Type) -> bool:
    """Is it what a shop keeps its books in?  Who keeps the peer sees all of that."""
    return visit.is_owner and kind.audience == DRAFT


async def page(visit: Visit) -> web.StreamResponse:
    kind = kind_of(visit)
    found = await visit.read(lambda read: _found(visit, kind, read))
    told = found.narrowed
    return visit.page(
        "listing.html",
        kind=kind,
        things=views(found.things, found.around, visit.setting),
        drafts=views(found.drafts, found.around, visit.setting),
        filters=told.filters,
        notices=told.notices,
        active=told.active,
        when=told.when,
        sorts=sorts(kind),
        sort=visit.query.get("sort", kind.listing.order),
        next=_link(visit, found.next),
        previous=_link(visit, found.previous),
        other_time=_other_time(visit, told),
        is_first=not visit.query.get("cursor"),
        may_add=may(kind.permits.get("Create", "nobody"), visit.viewer),
    )


def _found(visit: Visit, kind: Type, read: Read) -> Found:
    choices = _choices(kind, visit, read)
    told = narrowed(asked_of(visit, kind), listed(visit, kind), choices)
    cursor = visit.query.get("cursor") or None
    page = read.find(replace(told.query, cursor=cursor))
    drafts = _drafts(visit, kind, read) if cursor is None else []
    things = [*page.items, *drafts]
    around = around_cards(read, things, visit.node.lexicon, visit.viewer)
    return Found(told, page.items, drafts, around, page.next, page.previous)


def _choices(kind: Type, visit: Visit, read: Read) -> Mapping[str, Mapping[str, str]]:
    """What a filter that is a relation may be set to: by term, the label by id."""
    found: dict[str, Mapping[str, str]] = {}
    lexicon = visit.node.lexicon
    for term in kind.listing.filter:
        relation = kind.relations.get(term)
        if relation is None or relation.to not in lexicon.types:
            continue
        to = lexicon.types[relation.to]
        kinds = tuple(lexicon.descendants(to.name))
        query = Query(kinds, order=to.listing.order, limit=_MOST_CHOICES)
        found[term] = {t.id: title_of(to, t) for t in read.find(query).items}
    return found


def _drafts(visit: Visit, kind: Type, read: Read) -> Sequence[Thing]:
    """What the viewer has begun and not published."""
    if visit.viewer.id is None or not kind.drafts or _is_books(visit, kind):
        return []
    query = Query(
        kinds=tuple(visit.node.lexicon.descendants(kind.name)),
        order="-updated",
        audiences=(DRAFT,),
        owner=visit.viewer.id,
        limit=_MOST_DRAFTS,
    )
    return read.find(query).items


def _link(visit: Visit, cursor: str | None) -> str:
    """The address of another page of the same list; empty where there is none."""
    if cursor is None:
        return ""
    told = {name: value for name, value in visit.query.items() if value}
    return f"{visit.path}?{urlencode({**told, 'cursor': cursor})}"


def _other_time(visit: Visit, told: Narrowed) -> str:
    if not told.when:
        return ""
    return visit.path if told.when == "past" else f"{visit.path}?when=past"
