"""Posts and calendars: offered, taken, refused and taken back, by forms."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from aiohttp import web

from peer.model.consent import ALLOCATED, ASSERTED, CONSENTS, GATHERS, states
from peer.model.reading import Read
from peer.node import handles
from peer.node.outbox import Ask
from peer.node.people import attempts
from peer.node.people.attempts import Limit
from peer.node.people.browser import safe_next
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing
from peer.protocol.wire import fingered
from peer.protocol.wire.loose import is_address
from peer.web.pages.things import address, present
from peer.web.parts.around import Around
from peer.web.parts.ties import Choice, Offering, is_offered, offering, use
from peer.web.parts.view import View
from peer.web.visit import Visit

_LOOKUPS = Limit(60)
_LONGEST = 2048
_LOOK_EVERY = 0.05  # seconds


# -- by whoever wrote the post -----------------------------------------------------


async def page(visit: Visit) -> web.StreamResponse:
    """The form on a page of its own: where signing in leads on the way."""
    post = await _post(visit)
    return await _form(
        visit, post, visit.query.get("to", ""), _typed(visit.query.get("other", ""))
    )


async def _post(visit: Visit) -> Thing:
    post = await visit.read(partial(present, visit, address(visit)[0]))
    if not is_offered(post, visit.node.lexicon):
        raise Refused("This is nothing to allocate to a calendar.", 404)
    if post.audience != PUBLIC:
        raise Refused("Publish it first: calendars are for everybody to read.", 409)
    return post


def _typed(text: str) -> str:
    return text.strip()[:_LONGEST]


async def _form(
    visit: Visit, post: Thing, to: str, other: str, refused: Refused | None = None
) -> web.StreamResponse:
    offers = await visit.read(partial(_offering, visit, post))
    if isinstance(refused, Several):
        offers, other = replace(offers, choices=refused.found), ""
    chosen = next((each for each in offers.choices if each.id == to), None)
    return visit.page(
        "allocate.html",
        status=refused.status if refused and refused.status != 502 else 200,
        thing=View(post, Around(offering=offers), visit.setting),
        to=to,
        chosen=chosen,
        other=other,
        problem=refused.reason if refused else "",
    )


async def allocate(visit: Visit) -> web.StreamResponse:
    """Offer the post to the calendar that was chosen, or typed."""
    post = await _post(visit)
    to, other = visit.told.get("to"), _typed(visit.told.get("other"))
    try:
        calendar = await _calendar(visit, post, other or to)
        await visit.publish(*await visit.read(partial(_asks, post.id, calendar.id)))
    except Refused as refused:
        if refused.status in (401, 429):
            raise
        return await _form(visit, post, to, other, refused)
    await visit.node.store.transact(lambda tx: use(tx, visit.viewer, calendar.id))
    await _answered(visit, post.id, calendar.id)
    return visit.go(f"{_path(visit, post.id)}#calendars", "allocated")


async def _answered(visit: Visit, post: str, calendar: str) -> None:
    """Until the calendar has answered, if it does so while one can wait."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    end = began + visit.site.patience - visit.idled
    while await visit.read(partial(_waits, post, calendar)) and loop.time() < end:
        await asyncio.sleep(_LOOK_EVERY)
    visit.idled += loop.time() - began


def _waits(post: str, calendar: str, read: Read) -> bool:
    """Is nothing said about it yet, and may it be soon?"""
    there = read.edges(subject=post, relation=ALLOCATED, object=calendar, limit=1)
    if not there or same_origin(post, calendar):
        return False
    return states(there, read)[there[0].id] == ASSERTED


def _offering(visit: Visit, post: Thing, read: Read) -> Offering:
    return offering(read, post, visit.node.lexicon, visit.viewer)


def _asks(post: str, calendar: str, read: Read) -> list[Ask]:
    """To offer it again after a no it is taken back first: that are two activities."""
    there = read.edges(subject=post, relation=ALLOCATED, object=calendar, limit=1)
    offer = Ask("Add", subject=post, relation=ALLOCATED, object=calendar)
    again = [replace(offer, verb="Remove")]
    return [*(again if there and _is_over(there[0], read) else ()), offer]


def _is_over(edge: Edge, read: Read) -> bool:
    return states([edge], read)[edge.id] in ("declined", "expired")


class Several(Refused):
    """What was typed may mean several calendars."""

    def __init__(self, found: Sequence[Choice]) -> None:
        super().__init__("Several calendars are called like that: choose one.", 422)
        self.found = found


async def _calendar(visit: Visit, post: Thing, name: str) -> Thing:
    """The calendar of that id, handle or name, looked up if it is not known."""
    if not name:
        raise Refused("Choose a calendar, or write the address of one.", 422)
    if not (is_address(name) or "@" in name):
        name = (await visit.read(partial(_called, visit, post, name))).id
    thing = await visit.read(partial(_known, visit, name))
    if thing is None:
        await _spend(visit)
        thing = await visit.node.incoming.strangers.found(name)
    if thing.deleted or thing.audience != PUBLIC or not _is_calendar(visit, thing):
        title = Choice.of(thing).name
        raise Refused(f"“{title}” is not a calendar that posts can be put on.", 422)
    return thing


def _called(visit: Visit, post: Thing, name: str, read: Read) -> Choice:
    """Of the calendars that are known here, the one that is called that."""
    found = _offering(visit, post, read).called(name)
    if len(found) > 1:
        raise Several(found)
    if not found:
        raise Refused(
            f"No calendar that is known here is called “{name}”."
            " Write its address, like @calendar@events.example.",
            422,
        )
    return found[0]


def _known(visit: Visit, name: str, read: Read) -> Thing | None:
    told = fingered.handle(name)
    if told is None:
        thing = read.get(name)
        return thing if thing is not None and not thing.deleted else None
    user, host = told
    here = visit.node.base.partition("://")[2]
    if host != here:
        return None
    id = handles.find(read, user)
    if id is None:
        raise Refused(f"Nobody here is called {user}.", 404)
    return read.get(id)


def _is_calendar(visit: Visit, thing: Thing) -> bool:
    """Elsewhere all that people follow together is a group, and says no more."""
    if thing.kind == "Actor":
        return bool(thing.get("kind") == "Group")
    return thing.kind in visit.node.lexicon.descendants("Calendar")


async def _spend(visit: Visit) -> None:
    limits, now = {f"look up {visit.viewer.id}": _LOOKUPS}, visit.node.now()
    await visit.node.store.transact(lambda tx: attempts.spend(tx, limits, now))


async def withdraw(visit: Visit) -> web.StreamResponse:
    """Take an offer back, whatever became of it."""
    id, calendar = address(visit)[0], visit.told.get("object")
    await visit.publish(Ask("Remove", subject=id, relation=ALLOCATED, object=calendar))
    return visit.go(f"{_path(visit, id)}#calendars", "withdrawn")


# -- by whoever keeps the calendar ---------------------------------------------------


async def answer(visit: Visit) -> web.StreamResponse:
    """Take what was offered, refuse it, or take it off again."""
    id, verb = address(visit)[0], visit.told.get("verb")
    ask = await visit.read(partial(_answer, visit.told.get("edge"), verb, id))
    await visit.publish(ask)
    said = {"Accept": "taken", "Reject": "not-taken", "Remove": "taken-off"}[verb]
    return visit.go(
        safe_next(visit.told.get("next"), f"{_path(visit, id)}#offered"), said
    )


def _answer(edge: str, verb: str, calendar: str, read: Read) -> Ask:
    there = read.edge(edge)
    if there is None or calendar not in (there.subject, there.object):
        raise Refused("It was taken back in the meantime.", 410)
    if verb == "Remove":
        return _off(there, calendar, read)
    if verb not in ("Accept", "Reject"):
        raise Refused("What was offered is taken or refused.", 400)
    stated = read.activity(there.activity)
    if there.relation != GATHERS and (stated is None or stated.type != "Offer"):
        offers = read.log(object=edge, type="Offer", limit=1)
        if not offers:
            raise Refused("Nobody has offered that.", 404)
        return Ask(verb, id=offers[0].activity.id)
    return Ask(verb, id=there.activity)


def _off(edge: Edge, calendar: str, read: Read) -> Ask:
    """The consent is taken back; where there was no need of one, the edge itself."""
    if read.edges(subject=calendar, relation=CONSENTS, object=edge.id, limit=1):
        return Ask("Remove", subject=calendar, relation=CONSENTS, object=edge.id)
    return Ask(
        "Remove", subject=edge.subject, relation=edge.relation, object=edge.object
    )


async def gather(visit: Visit) -> web.StreamResponse:
    """Somebody brings a post of any server: the calendar says itself that it has it."""
    id, uri = address(visit)[0], _typed(visit.told.get("uri"))
    calendar = await visit.read(partial(present, visit, id))
    try:
        post = await _brought(visit, uri)
        await visit.publish(Ask("Add", subject=id, relation=GATHERS, object=post.id))
    except Refused as refused:
        if refused.status in (401, 429):
            raise
        return visit.page(
            "gather.html",
            status=refused.status if refused.status != 502 else 200,
            thing=View(calendar, Around(), visit.setting),
            uri=uri,
            problem=refused.reason,
        )
    return visit.go(f"{_path(visit, id)}#offered", "gathered")


async def _brought(visit: Visit, uri: str) -> Thing:
    if not uri:
        raise Refused("Paste the address of a post.", 422)
    if same_origin(uri, visit.node.base):
        raise Refused("That post is here: allocate it on its own page.", 422)
    await _spend(visit)
    post = await visit.node.incoming.strangers.found(uri)
    if post.deleted or post.audience != PUBLIC or post.kind == "Actor":
        raise Refused("There is no post for everybody at that address.", 422)
    return post


def _path(visit: Visit, id: str) -> str:
    return id.removeprefix(visit.node.base)
