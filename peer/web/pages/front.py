"""The front page: of each type that the domain puts there, what is new or next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from peer.model.declaration import Type
from peer.model.permission import may
from peer.model.reading import Read
from peer.protocol.thing import Thing
from peer.web.pages.listing import asked_of, listed
from peer.web.parts.around import around_cards
from peer.web.parts.filters import narrowed
from peer.web.parts.view import View, views
from peer.web.visit import Visit

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Shelf:
    """One type on the front page."""

    kind: Type
    things: Sequence[View]
    may_add: bool


async def page(visit: Visit) -> web.StreamResponse:
    types = visit.node.lexicon.types
    kinds = [types[name] for name in visit.node.domain.front if name in types]
    shelves = await visit.read(lambda read: _shelves(visit, kinds, read))
    return visit.page("front.html", shelves=shelves)


def _shelves(visit: Visit, kinds: Sequence[Type], read: Read) -> Sequence[Shelf]:
    lexicon, viewer = visit.node.lexicon, visit.viewer
    found = {kind.name: _newest(visit, kind, read) for kind in kinds}
    things = [thing for some in found.values() for thing in some]
    around = around_cards(read, things, lexicon, viewer)
    return [
        Shelf(
            kind,
            views(found[kind.name], around, visit.setting),
            may(kind.permits.get("Create", "nobody"), viewer),
        )
        for kind in kinds
    ]


def _newest(visit: Visit, kind: Type, read: Read) -> Sequence[Thing]:
    asked = replace(asked_of(visit, kind), told={})
    query = narrowed(asked, listed(visit, kind, _SHOWN), {}).query
    return read.find(query).items
