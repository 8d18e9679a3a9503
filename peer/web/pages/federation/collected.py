"""The collections of things and of actors, some at a time."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.permission import may
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.telling import actors
from peer.node.telling.collected import Collections, Document, synchronized
from peer.protocol.iri import origin
from peer.protocol.thing import PUBLIC, Thing
from peer.web.exchange.caching import OWN
from peer.web.exchange.negotiation import ACTIVITY, HTML, JSON, LINKED, chosen
from peer.web.pages import conversation, following, things
from peer.web.pages.federation import admission
from peer.web.visit import Visit

_LONGEST = 2048
_FOLLOWING = ("followers", "following")
_TALK = ("replies", "likes", "shares")
_OFFERED = (ACTIVITY, LINKED, JSON, HTML)
#: Where nothing of the kind is, and where it is kept back, one is told the same.
_NOTHING = Refused("Nothing is here, or its author keeps it back.", 404)


async def page(visit: Visit) -> web.StreamResponse:
    """The collection that the last part of the address names."""
    id, _, name = visit.path.rpartition("/")
    id = f"{visit.node.base}{id}"
    at = visit.query.get("page")
    if at is not None and not 0 < len(at) <= _LONGEST:
        raise Refused("This is no page of this collection.", 400)
    if _wanted(visit) == HTML:
        thing = await visit.read(partial(things.present, visit, id))
        return await _shown(visit, thing, name)
    await admission.admit(visit)
    document = await visit.read(partial(_document, visit, id, name, at))
    answer = admission.told(visit, document, ACTIVITY)
    visit.is_lasting = name != "upcoming"  # which is another one when an event is over
    return answer


async def _shown(visit: Visit, thing: Thing, name: str) -> web.StreamResponse:
    """The same for people; what has no page of its own is on that of the thing."""
    lexicon = visit.node.lexicon
    acts = lexicon.is_actor(thing.kind)
    if name in _FOLLOWING and acts and _may_see_who(visit, thing):
        return await following.page(visit, thing, name)
    if name in _TALK and not acts:
        return await conversation.everyone(visit, thing, name)
    raise web.HTTPSeeOther(thing.id.removeprefix(visit.node.base))


def _may_see_who(visit: Visit, thing: Thing) -> bool:
    shown = actors.shows_followers(thing, visit.node.lexicon)
    return shown or may("owner", visit.viewer, thing)


def _wanted(visit: Visit) -> str:
    media = chosen(visit.request.headers.get("Accept", ""), _OFFERED)
    if media is None:
        raise Refused(f"This can be had as {ACTIVITY}.", 406)
    return media


def _document(visit: Visit, id: str, name: str, at: str | None, read: Read) -> Document:
    node = visit.node
    thing = public(visit, id, read)
    document = Collections(thing, read, node.lexicon, node.now()).document(name, at)
    if document is None:
        raise _NOTHING
    return document


def public(visit: Visit, id: str, read: Read) -> Thing:
    """The thing at ``id``, which everybody may read."""
    thing = read.get(id)
    if thing is None or thing.audience != PUBLIC:
        raise _NOTHING
    if thing.kind not in visit.node.lexicon.types:
        raise _NOTHING
    if thing.deleted:
        raise Refused("It was here, and its author took it away.", 410)
    return thing


async def synchronization(visit: Visit) -> web.StreamResponse:
    """Who follows from the server that asks, and signs: for it alone (FEP-8fcf)."""
    id = visit.node.base + visit.path.rpartition("/")[0]
    reader = await admission.reader_of(visit)
    if reader is None:
        raise Refused("This is only told to servers that sign their requests.", 401)
    document = await visit.read(partial(_followers, visit, id, reader))
    answer = admission.told(visit, document, ACTIVITY)
    answer.headers["Cache-Control"] = OWN
    return answer


def _followers(visit: Visit, id: str, reader: str, read: Read) -> Document:
    if not actors.is_public(public(visit, id, read), visit.node.lexicon):
        raise _NOTHING
    return synchronized(id, origin(reader), read)
