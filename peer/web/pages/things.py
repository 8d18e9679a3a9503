"""A thing at its address: as a page for people, as data for programs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.permission import may_see
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Thing
from peer.web.exchange import viewed
from peer.web.exchange.cookies import FLASH
from peer.web.exchange.negotiation import (
    HTML,
    LINKED,
    NQUADS,
    NTRIPLES,
    REPRESENTATIONS,
    SUFFIXES,
    TOML,
    TURTLE,
    chosen,
)
from peer.web.pages import conversation, documents, vocabulary
from peer.web.pages.explaining import explained
from peer.web.parts import flash, sharing
from peer.web.parts.around import Around, around_page
from peer.web.parts.authors import ELSEWHERE, address_of
from peer.web.parts.flash import Flash
from peer.web.parts.programme import around_calendar, slots_of, with_dates, with_slots
from peer.web.parts.ties import JUST, brought_to, is_offered, offering
from peer.web.parts.verbs import actions
from peer.web.parts.view import View
from peer.web.visit import Visit

#: In these a type is a class and a shape, and not the thing that declares it.
_SHAPES = (LINKED, TURTLE, NQUADS, NTRIPLES)
_HOME = re.compile(r"[a-z][a-z0-9-]{0,39}")
#: What nobody does to themselves, and what only its own server does to a thing.
_NOT_ONESELF = ("Follow", "Block", "Flag")
_THEIRS = ("Update", "Delete")
_SLUG = re.compile(r"(?P<slug>[A-Za-z0-9_-]{1,200})(?:\.(?P<suffix>[a-z]{2,6}))?")


async def page(visit: Visit) -> web.StreamResponse:
    """The thing at this address, in the form that was asked for."""
    id, suffix = address(visit)
    return await answer(visit, id, suffix)


async def actor(visit: Visit) -> web.StreamResponse:
    """The peer itself, as others follow it."""
    return await answer(visit, f"{visit.node.base}/actor")


def address(visit: Visit) -> tuple[str, str]:
    """The id that the address stands for, and the ending that names a form of it."""
    if visit.path.startswith(f"{ELSEWHERE}/"):
        return visit.query.get("id", ""), ""
    home, told = visit.part("path"), _SLUG.fullmatch(visit.part("slug"))
    if told is None or not _HOME.fullmatch(home):
        raise web.HTTPNotFound
    suffix = told["suffix"] or ""
    if suffix and suffix not in SUFFIXES:
        raise web.HTTPNotFound
    return f"{visit.node.base}/{home}/{told['slug']}", suffix


async def answer(visit: Visit, id: str, suffix: str = "") -> web.StreamResponse:
    thing = await visit.read(partial(_known, visit, id))
    media = SUFFIXES.get(suffix) or _wanted(visit, thing)
    if media in documents.GONE and thing.deleted:
        return await documents.answer(visit, thing, media)
    _check_there(thing)
    if media == HTML:
        around = await visit.read(partial(_around, visit, thing))
        viewed.note(visit, thing)
        passing_on = await sharing.told(visit, thing, around)
        return _page(visit, thing, around, passing_on)
    if thing.kind == "Type" and media in _SHAPES:
        return vocabulary.declaration(visit, thing["name"], media)
    return await documents.answer(visit, thing, media)


def _around(visit: Visit, thing: Thing, read: Read) -> Around:
    lexicon, viewer = visit.node.lexicon, visit.viewer
    now = wire(visit.node.now())
    if thing.kind in lexicon.descendants("Calendar"):
        around = around_calendar(read, thing, lexicon, viewer, now)
        told = around.ties, around.things
        return replace(around, offered=brought_to(read, thing, *told, lexicon, viewer))
    slots = slots_of(read, thing, lexicon, viewer, now)
    around = around_page(read, thing, lexicon, viewer, lambda near, stand: slots)
    around = with_slots(around, thing, slots)
    is_ours = same_origin(thing.id, visit.node.base)
    if is_ours and thing.audience == PUBLIC and is_offered(thing, lexicon):
        return replace(around, offering=offering(read, thing, lexicon, viewer))
    if thing.kind in lexicon.descendants("Series"):
        return with_dates(read, thing, around, viewer)
    return around


def present(visit: Visit, id: str, read: Read) -> Thing:
    """The thing at ``id``; who may not see it is told what they would be of nothing."""
    thing = _known(visit, id, read)
    _check_there(thing)
    return thing


def _known(visit: Visit, id: str, read: Read) -> Thing:
    thing = read.get(id)
    if thing is None or not _may_see(visit, thing, read):
        raise Refused("Nothing is here, or its author keeps it back.", 404)
    if thing.kind not in visit.node.lexicon.types:
        raise Refused("This peer no longer knows what this is.", 404)
    return thing


def _check_there(thing: Thing) -> None:
    if thing.deleted:
        raise Refused("It was here, and its author took it away.", 410)


def _may_see(visit: Visit, thing: Thing, read: Read) -> bool:
    """What others have written to a few is for those alone, whoever keeps this peer."""
    if thing.audience == PUBLIC or same_origin(thing.id, visit.node.base):
        return may_see(visit.viewer, thing)
    me = visit.viewer.id
    mentioned = me and read.edges(subject=thing.id, relation="mentions", object=me)
    return bool(mentioned)


def _wanted(visit: Visit, thing: Thing) -> str:
    """The form that Accept asks for; 406 where we have none that will do."""
    offered = (*REPRESENTATIONS, TOML) if thing.kind == "Type" else REPRESENTATIONS
    media = chosen(visit.request.headers.get("Accept", ""), offered)
    if media is None:
        raise Refused(f"This can be had as {', '.join(offered)}.", 406)
    return media


def view_of(visit: Visit, thing: Thing, around: Around) -> View:
    """``thing`` with what its viewer may do to it."""
    to = partial(address_of, thing.id, visit.node.base)
    verbs = actions(to, thing, offered(visit, thing), around)
    return View(thing, around, visit.setting, verbs)


def offered(visit: Visit, thing: Thing) -> Sequence[str]:
    """What the page of ``thing`` offers: a part of what its viewer may do."""
    permitted = visit.node.permitted(visit.viewer, thing)
    is_ours = same_origin(thing.id, visit.node.base)
    without: tuple[str, ...] = () if is_ours else _THEIRS
    if thing.id == visit.viewer.id:
        without = _NOT_ONESELF
    return [verb for verb in permitted if verb not in without]


def _named(said: Flash, view: View) -> Flash:
    """What was just said of an edge of the page's thing, with what it leads to."""
    ties = view.ties(said.about) if said.about else ()
    if not ties:
        return said
    tie, other = max(ties, key=lambda each: each[0].edge.since)
    return replace(said, text=JUST[tie.state].format(other.title))


def _page(
    visit: Visit, thing: Thing, around: Around, passing_on: Mapping[str, Any]
) -> web.StreamResponse:
    view = view_of(visit, thing, around)
    answer = visit.page(
        "thing.html",
        thing=view,
        kind=view.type,
        drawn=visit.site.pages.of_type(view.type, visit.node.lexicon, "page.html"),
        explained=explained(visit.node, thing),
        data=documents.for_search_engines(visit, thing, around),
        is_public=thing.audience == PUBLIC,
        flash=[_named(each, view) for each in flash.read(visit.cookie(FLASH))],
        **passing_on,
        **conversation.told(visit, thing, around),
    )
    answer.headers["Link"] = documents.links(thing)
    return answer
