"""The verbs of a page: pressed, asked about first, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.reading import Read
from peer.node.moderation.blocks import host_of
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.web.pages.things import address, present
from peer.web.parts import asking
from peer.web.parts.around import Around
from peer.web.parts.asking import Asked
from peer.web.parts.authors import href_of
from peer.web.parts.checkout import Checkout
from peer.web.parts.verbs import ASKED, words_of
from peer.web.parts.view import View
from peer.web.visit import Visit

#: Edited with forms of their own, which say more than a button can.
_NOT_HERE = ("Create", "Update", "Add", "Remove", "Undo")
_LONGEST_NOTE = 2000
#: Before these, whoever keeps the event may have something to ask.
_COMING = ("Join", "Wait")


def _verb(visit: Visit) -> str:
    verb = visit.part("verb")
    if verb in _NOT_HERE:
        raise web.HTTPNotFound
    return verb


async def page(visit: Visit) -> web.StreamResponse:
    """The page that asks: are you sure, and why?"""
    verb = _verb(visit)
    id, _ = address(visit)
    thing = await visit.read(partial(present, visit, id))
    if verb not in visit.node.permitted(visit.viewer, thing):
        raise Refused(f"{words_of(verb).label}: you may not do that here.", 403)
    return visit.page(
        "do.html",
        thing=View(thing, Around(), visit.setting),
        verb=verb,
        words=words_of(verb),
        host=host_of(id),
        reason="",
        problem="",
    )


async def do(visit: Visit) -> web.StreamResponse:
    verb = _verb(visit)
    id, _ = address(visit)
    thing = await visit.read(partial(present, visit, id))
    asked = _asked(visit, thing, verb)
    if any(each.error for each in asked) or (asked and not visit.told.get("answered")):
        return _ask(visit, thing, verb, asked)
    notes = {**_notes(visit), **_answered(asked)}
    try:
        await visit.publish(Ask(verb, id=id, notes=notes))
    except Refused as refused:
        if "reason" not in refused.problems:
            raise
        return visit.page(
            "do.html",
            status=refused.status,
            thing=View(thing, Around(), visit.setting),
            verb=verb,
            words=words_of(verb),
            host=host_of(id),
            reason=visit.told.get("reason"),
            problem=refused.problems["reason"],
        )
    return visit.go(_afterwards(visit, thing, verb), words_of(verb).said)


def _asked(visit: Visit, thing: Thing, verb: str) -> Sequence[Asked]:
    """What who keeps an event of ours asks of those who come without a ticket."""
    is_coming = verb in _COMING and thing.kind == "Event"
    if not is_coming or not same_origin(thing.id, visit.node.base):
        return ()
    return asking.typed(asking.asked_of([thing]), visit.told)


def _answered(asked: Sequence[Asked]) -> Mapping[str, Any]:
    told = [said for each in asked if (said := each.answer)]
    rows = [{"ask": each["ask"], "answer": each["answer"]} for each in told]
    return {"answers": rows} if rows else {}


def _ask(
    visit: Visit, thing: Thing, verb: str, asked: Sequence[Asked]
) -> web.StreamResponse:
    """First the questions; what is wrong with an answer is said once there is one."""
    is_told = bool(visit.told.get("answered"))
    plain = [replace(each, error="") for each in asked]
    return visit.page(
        "come.html",
        status=422 if is_told else 200,
        thing=View(thing, Around(), visit.setting),
        words=words_of(verb),
        form=Checkout((), "", asked=asked if is_told else plain),
    )


def _notes(visit: Visit) -> Mapping[str, Any]:
    """What the form says beside the verb; ``forward``: their server is told as well."""
    notes: dict[str, Any] = {}
    if reason := visit.told.get("reason"):
        notes["reason"] = reason
    if visit.told.get("forward"):
        notes["forward"] = True
    return notes


def _afterwards(visit: Visit, thing: Thing, verb: str) -> str:
    if verb == "Delete":
        return f"/{visit.part('path')}"
    return href_of(thing.id, visit.node.base)


async def undo(visit: Visit) -> web.StreamResponse:
    """Take back what the viewer did to this, if it is still there."""
    id, _ = address(visit)
    words = words_of(visit.part("verb"))
    relations = (words.relation, ASKED) if words.asked else (words.relation,)
    activity = await visit.read(partial(_activity, visit, id, relations))
    await visit.publish(Ask("Undo", id=activity))
    return visit.go(href_of(id, visit.node.base), "undone")


def _activity(visit: Visit, id: str, relations: Sequence[str], read: Read) -> str:
    present(visit, id, read)
    if visit.viewer.id is not None:
        for edge in read.edges(subject=visit.viewer.id, object=id):
            if edge.relation in relations:
                return edge.activity
    raise Refused("There is nothing of yours to take back here.", 409)
