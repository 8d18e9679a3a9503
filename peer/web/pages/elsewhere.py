"""What this peer knows of other servers: people there, and what they wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from peer.model.indexing import ELSEWHERE
from peer.model.query import Page, Query
from peer.model.reading import Read
from peer.node import handles
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.protocol.wire import fingered
from peer.web.pages import conversation
from peer.web.pages.things import address, present, view_of
from peer.web.parts.around import Around, around_page
from peer.web.parts.authors import Author, author, elsewhere, href_of
from peer.web.parts.sharing import NOT_OURS
from peer.web.parts.talk import Said, original, said
from peer.web.visit import Visit

_ACTOR = "Actor"
_PAGE = 20
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,200}")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of somebody elsewhere, and of what they wrote."""

    actor: Thing
    around: Around
    said: Sequence[Said]
    page: Page[Thing]


async def page(visit: Visit) -> web.StreamResponse:
    """The thing or person with this id, as far as it is known here."""
    id = visit.query.get("id", "")
    if same_origin(id, visit.node.base):
        return visit.go(href_of(id, visit.node.base))
    thing, around = await visit.read(partial(_found, visit, id))
    if thing.kind == _ACTOR:
        return await _somebody(visit, thing)
    return _something(visit, thing, around)


def _found(visit: Visit, id: str, read: Read) -> tuple[Thing, Around]:
    thing = present(visit, id, read)
    if thing.kind == _ACTOR:
        return thing, Around()
    return thing, around_page(read, thing, visit.node.lexicon, visit.viewer)


async def by_handle(visit: Visit) -> web.StreamResponse:
    """``/@ana@blog.example`` leads to what is known of her; ``/@ada`` to our own."""
    told = visit.part("handle")
    here = visit.node.base.partition("://")[2]
    user, _, host = told.removeprefix("@").partition("@")
    if not host or host.lower() == here:
        own = await visit.read(partial(handles.find, user=user.lower()))
        return visit.go(href_of(own, visit.node.base) if own else _nearest(user))
    if fingered.handle(told) is None:
        raise web.HTTPNotFound
    id = await visit.read(partial(handles.known, handle=told))
    if id is not None:
        return visit.go(elsewhere(id))
    return visit.go(f"/follow?{urlencode({'uri': told})}")


def _nearest(user: str) -> str:
    """The page of who has no name yet because nobody ever looked for them."""
    return f"/people/{user}" if _SLUG.fullmatch(user) else "/people"


# -- somebody ----------------------------------------------------------------------


async def _somebody(visit: Visit, actor: Thing) -> web.StreamResponse:
    known = await visit.read(partial(_known, visit, actor))
    who = author(actor.id, actor, visit.node.base)
    return visit.page(
        "somebody.html",
        thing=view_of(visit, actor, known.around),
        who=who,
        original=original(actor),
        moved=_moved(actor, visit),
        said_all=known.said,
        next=_link(visit, known.page.next),
        previous=_link(visit, known.page.previous),
        is_blocked=visit.site.blocked.holds(actor.id),
    )


def _known(visit: Visit, actor: Thing, read: Read) -> Known:
    kinds = visit.node.lexicon.types.values()
    query = Query(
        kinds=tuple(k.name for k in kinds if k.elsewhere and k.name != _ACTOR),
        audiences=(ELSEWHERE,),
        owner=actor.id,
        cursor=visit.query.get("cursor") or None,
        limit=_PAGE,
    )
    page = read.find(query)
    things = {actor.id: actor}
    around = around_page(read, actor, visit.node.lexicon, visit.viewer)
    shown = [said(each, things, visit.seen) for each in page.items]
    return Known(actor, around, shown, page)


def _moved(actor: Thing, visit: Visit) -> Author | None:
    to = actor.get("movedTo")
    return author(to, None, visit.node.base) if isinstance(to, str) and to else None


def _link(visit: Visit, cursor: str | None) -> str:
    if cursor is None:
        return ""
    return f"{visit.path}?{urlencode({'id': visit.query['id'], 'cursor': cursor})}"


# -- something ---------------------------------------------------------------------


def _something(visit: Visit, thing: Thing, around: Around) -> web.StreamResponse:
    if visit.site.blocked.holds(thing.owner) and not visit.is_owner:
        raise Refused("Those who keep this site want nothing from there.", 404)
    view = view_of(visit, thing, around)
    return visit.page(
        "thing.html",
        thing=view,
        kind=view.type,
        drawn=visit.site.pages.of_type(view.type, visit.node.lexicon, "page.html"),
        explained=None,
        data="",
        is_public=False,  # to search engines: they have its own server
        who=author(thing.owner, around.things.get(thing.owner), visit.node.base),
        original=original(thing),
        **NOT_OURS,
        **conversation.told(visit, thing, around),
    )


async def conversation_there(visit: Visit) -> web.StreamResponse:
    """Look at its own server for what else was answered."""
    id = visit.told.get("id")
    thing = await visit.read(partial(present, visit, id))
    if same_origin(thing.id, visit.node.base):
        raise Refused("What is answered to this is here already.", 422)
    found = await visit.node.incoming.threads.below(thing.id)
    return visit.go(elsewhere(thing.id), "looked" if found else "none-there")


async def reply(visit: Visit) -> web.StreamResponse:
    """Answer a thing, ours or another server's."""
    id, _ = address(visit)
    thing = await visit.read(partial(present, visit, id))
    return await conversation.reply(visit, thing)
