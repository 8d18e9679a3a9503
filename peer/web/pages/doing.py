"""The verbs of a page: pressed, asked about first, taken back."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.pages.things import address, present
from peer.web.parts.around import Around
from peer.web.parts.verbs import words_of
from peer.web.parts.view import View
from peer.web.visit import Visit

#: Edited with forms of their own, which say more than a button can.
_NOT_HERE = ("Create", "Update", "Add", "Remove", "Undo")
_LONGEST_NOTE = 2000


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
        reason="",
        problem="",
    )


async def do(visit: Visit) -> web.StreamResponse:
    verb = _verb(visit)
    id, _ = address(visit)
    notes = {"reason": note} if (note := visit.told.get("reason")) else {}
    thing = await visit.read(partial(present, visit, id))
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
            reason=notes.get("reason", ""),
            problem=refused.problems["reason"],
        )
    return visit.go(_afterwards(visit, thing, verb), words_of(verb).said)


def _afterwards(visit: Visit, thing: Thing, verb: str) -> str:
    if verb == "Delete":
        return f"/{visit.part('path')}"
    return thing.id.removeprefix(visit.node.base)


async def undo(visit: Visit) -> web.StreamResponse:
    """Take back what the viewer did to this, if it is still there."""
    id, _ = address(visit)
    relation = words_of(visit.part("verb")).relation
    activity = await visit.read(partial(_activity, visit, id, relation))
    await visit.publish(Ask("Undo", id=activity))
    return visit.go(id.removeprefix(visit.node.base), "undone")


def _activity(visit: Visit, id: str, relation: str, read: Read) -> str:
    present(visit, id, read)
    if relation and visit.viewer.id is not None:
        for edge in read.edges(subject=visit.viewer.id, relation=relation, object=id):
            return edge.activity
    raise Refused("There is nothing of yours to take back here.", 409)
