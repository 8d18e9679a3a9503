"""Between servers: people from elsewhere are led home, our own do things elsewhere.

A visitor says where they are at home; their server tells where it wants them to be
sent (FEP-3b86, or the older template), and a page names that server before they go.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from peer.model.permission import Role, may_see
from peer.model.reading import Read
from peer.node.outgoing.line import Budget
from peer.node.outgoing.reach import OutOfReach
from peer.node.outgoing.unfetched import Missing, NotFetched
from peer.node.people import attempts
from peer.node.people.attempts import Limit
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Thing
from peer.protocol.wire import fingered
from peer.protocol.wire.fingered import Fingered
from peer.protocol.wire.loose import Unreadable
from peer.web.exchange import cookies
from peer.web.pages import conversation
from peer.web.pages.conversation import FROM_THERE
from peer.web.parts.around import Around
from peer.web.parts.authors import address_of, author, href_of
from peer.web.parts.talk import original
from peer.web.parts.view import View
from peer.web.visit import Visit

_LOOKUPS = Limit(20)
_FOLLOW = "Follow"
_REPLY = "Create"


# -- people from elsewhere are led home ----------------------------------------------


async def away(visit: Visit) -> web.StreamResponse:
    """The form that asks a visitor where they are at home."""
    thing = await _ours(visit, visit.query.get("uri", ""))
    return _away(visit, thing, visit.cookie(cookies.HANDLE))


def _away(
    visit: Visit, thing: Thing, handle: str, refused: Refused | None = None
) -> web.StreamResponse:
    kind = visit.node.lexicon.types[thing.kind]
    return visit.page(
        "away.html",
        status=refused.status if refused else 200,
        thing=View(thing, Around(), visit.setting),
        verbs=conversation.from_there(kind.permits, thing),
        handle=handle,
        problem=refused.reason if refused else "",
    )


async def lead_away(visit: Visit) -> web.StreamResponse:
    """Ask their server, and show where it wants them to go."""
    thing = await _ours(visit, visit.told.get("uri"))
    told, verb = visit.told.get("handle"), visit.told.get("verb")
    if verb not in FROM_THERE:
        raise Refused("That is not done from another server.", 400)
    try:
        page = await _page_there(visit, told, verb, thing)
    except Refused as refused:
        if refused.status == 429:
            raise
        return _away(visit, thing, told, refused)
    answer = visit.page(
        "leaving.html",
        thing=View(thing, Around(), visit.setting),
        label=FROM_THERE[verb],
        to=page,
        host=urlsplit(page).netloc,
    )
    visit.site.cookies.remember_handle(answer, told.strip())
    return answer


async def _ours(visit: Visit, id: str) -> Thing:
    """The thing of ours that it is about: nobody is led anywhere for another."""
    thing = await visit.read(lambda read: read.get(id)) if id else None
    if thing is None or not same_origin(id, visit.node.base):
        raise Refused("This is about nothing that is here.", 404)
    if thing.deleted or thing.audience != PUBLIC:
        raise Refused("This is about nothing that is here.", 404)
    if thing.kind not in visit.node.lexicon.types:
        raise Refused("This is about nothing that is here.", 404)
    return thing


async def _page_there(visit: Visit, told: str, verb: str, thing: Thing) -> str:
    named = fingered.handle(told)
    if named is None:
        raise Refused("Write your address like this: @you@your.server.", 422)
    user, host = named
    if host in (urlsplit(visit.node.base).netloc, urlsplit(visit.node.base).hostname):
        raise Refused("That is this server: sign in here instead.", 422)
    limits = {f"away {attempts.network(visit.address)}": _LOOKUPS}
    now = visit.node.now()
    await visit.node.store.transact(lambda tx: attempts.spend(tx, limits, now))
    page = (await _finger(visit, user, host)).page_for(verb, thing.id)
    if page is None:
        raise Refused(
            f"{host} does not say where you could do that. Search there for {thing.id}",
            502,
        )
    _check_page(visit, page, host)
    return page


async def _finger(visit: Visit, user: str, host: str) -> Fingered:
    strangers = visit.node.incoming.strangers
    try:
        return fingered.read(
            dict(await strangers.finger(f"{user}@{host}", host, Budget(6)))
        )
    except Missing as wrong:
        raise Refused(f"{host} knows nobody called {user}.", 422) from wrong
    except NotFetched as wrong:
        raise Refused(f"{host} could not be asked: {wrong.reason}.", 502) from wrong
    except Unreadable as wrong:
        raise Refused(f"{host} gave no answer that can be read.", 502) from wrong


def _check_page(visit: Visit, page: str, host: str) -> None:
    """Only to where this peer itself would go, and by https but in development."""
    outgoing = visit.node.outgoing
    try:
        place = outgoing.reach.place(page) if outgoing else None
    except OutOfReach as wrong:
        raise Refused(
            f"{host} leads to where nobody should go: {wrong}.", 502
        ) from wrong
    is_dev = place is not None and place.host in visit.node.config.dev_allow
    if place is None or (place.url.scheme != "https" and not is_dev):
        raise Refused(f"{host} leads to where nobody should go.", 502)


# -- our own do things elsewhere -------------------------------------------------------


async def page(visit: Visit) -> web.StreamResponse:
    """What somebody was sent here to follow, like or answer, on another server."""
    uri = (visit.query.get("uri") or visit.query.get("id") or "").strip()
    verb = _FOLLOW if visit.path == "/follow" else visit.query.get("verb", "")
    if not uri:
        return _asking(visit, "", verb)
    known = await visit.read(partial(_known, visit, uri))
    if known is not None:
        return _offer(visit, known, verb)
    if visit.viewer.role < Role.MEMBER:
        return _asking(visit, uri, verb)
    return await _looked_up(visit, uri, verb)


async def look_up(visit: Visit) -> web.StreamResponse:
    return await _looked_up(
        visit, visit.told.get("uri").strip(), visit.told.get("verb")
    )


async def _looked_up(visit: Visit, uri: str, verb: str) -> web.StreamResponse:
    assert visit.viewer.id is not None, "the route asks for somebody"
    limits, now = {f"look up {visit.viewer.id}": Limit(60)}, visit.node.now()
    await visit.node.store.transact(lambda tx: attempts.spend(tx, limits, now))
    try:
        thing = await visit.node.incoming.strangers.found(uri)
    except Refused as refused:
        return _asking(visit, uri, verb, refused)
    if thing.deleted or not may_see(visit.viewer, thing):
        return _asking(visit, uri, verb, Refused("There is nothing there.", 404))
    return _offer(visit, thing, verb)


def _known(visit: Visit, uri: str, read: Read) -> Thing | None:
    """What we have seen before, unless it is somebody who may have changed."""
    thing = read.get(uri)
    if thing is None or thing.deleted or not may_see(visit.viewer, thing):
        return None
    return thing if thing.kind in visit.node.lexicon.types else None


def _asking(
    visit: Visit, uri: str, verb: str, refused: Refused | None = None
) -> web.StreamResponse:
    return visit.page(
        "look-up.html",
        status=refused.status if refused and refused.status != 502 else 200,
        uri=uri,
        verb=verb,
        problem=refused.reason if refused else "",
    )


def _offer(visit: Visit, thing: Thing, verb: str) -> web.StreamResponse:
    """One button for what they came to do; what else can be done is a link away."""
    permitted = visit.node.permitted(visit.viewer, thing)
    base = visit.node.base
    if verb == _REPLY and conversation.reply_to(visit, thing):
        return conversation.reply_form(visit, thing)
    if verb not in FROM_THERE or verb not in permitted:
        return visit.go(href_of(thing.id, base))
    return visit.page(
        "interact.html",
        thing=View(thing, Around(), visit.setting),
        who=author(thing.owner, thing if thing.owner == thing.id else None, base),
        original=original(thing),
        label=FROM_THERE[verb],
        action=address_of(thing.id, base, f"do/{verb}"),
    )
