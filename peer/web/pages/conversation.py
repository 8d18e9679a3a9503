"""What others say of a thing: below it, on pages of its own, and in answer to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from peer.model.permission import may
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.records import digest
from peer.node.refusal import Refused
from peer.node.telling import actors
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing
from peer.web.parts.around import Around
from peer.web.parts.authors import Author, address_of, author, href_of
from peer.web.parts.talk import Said, said, talk_of
from peer.web.parts.view import View
from peer.web.visit import Visit

_PAGE = 50
_NOTE = "Note"
#: What a page of everybody is called by, and the edges that it is made of.
RELATIONS: Mapping[str, str] = {
    "replies": "inReplyTo",
    "likes": "likes",
    "shares": "announces",
}
#: What people of other servers may do from there, and what it is called (FEP-3b86).
FROM_THERE: Mapping[str, str] = {
    "Follow": "Follow",
    "Create": "Reply",
    "Like": "Like",
    "Announce": "Pass on",
    "Join": "Come along",
}


def told(visit: Visit, thing: Thing, around: Around) -> Mapping[str, Any]:
    """What the page of ``thing`` says of this."""
    kind = visit.node.lexicon.types[thing.kind]
    is_ours = same_origin(thing.id, visit.node.base)
    here = urlsplit(visit.node.base).netloc
    return {
        "talk": talk_of(thing, around, visit.seen),
        "talk_at": href_of(thing.id, visit.node.base) if is_ours else "",
        "reply_to": reply_to(visit, thing),
        "is_ours": is_ours,
        "from_there_verbs": from_there(kind.permits, thing) if is_ours else {},
        "followers": around.counts.get((thing.id, "follows"), 0),
        "handle": f"@{around.user}@{here}" if around.user else "",
        "is_actor": is_ours and "Follow" in kind.permits,
        "may_see_who": actors.shows_followers(thing, visit.node.lexicon)
        or may("owner", visit.viewer, thing),
    }


def from_there(permits: Mapping[str, str], thing: Thing) -> Mapping[str, str]:
    if thing.audience != PUBLIC:
        return {}
    verbs = {verb for verb in permits if permits[verb] == "anyone"}
    if "Announce" in verbs and "Follow" not in verbs:
        verbs.add("Create")
    return {verb: label for verb, label in FROM_THERE.items() if verb in verbs}


def reply_to(visit: Visit, thing: Thing) -> str:
    """Where a reply of the viewer goes; empty where they may not answer."""
    types = visit.node.lexicon.types
    may_write = may(types[_NOTE].permits.get("Create", "nobody"), visit.viewer)
    permits = types[thing.kind].permits
    is_said = "Announce" in permits and "Follow" not in permits
    is_said = is_said and thing.audience == PUBLIC
    return (
        address_of(thing.id, visit.node.base, "reply") if may_write and is_said else ""
    )


# -- everybody ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Everyone:
    said: Sequence[Said]
    faces: Sequence[Author]
    count: int
    next: str


async def everyone(visit: Visit, thing: Thing, which: str) -> web.StreamResponse:
    """All replies to ``thing``, or all who like it or passed it on, page by page."""
    found = await visit.read(partial(_everyone, visit, thing, which))
    return visit.page(
        "everyone.html",
        thing=View(thing, Around(), visit.setting),
        which=which,
        found=found,
    )


def _everyone(visit: Visit, thing: Thing, which: str, read: Read) -> Everyone:
    relation = RELATIONS[which]
    before = visit.query.get("before") or None
    edges = read.edges(object=thing.id, relation=relation, limit=_PAGE, before=before)
    ends = {id for edge in edges for id in (edge.subject, edge.by)}
    things = read.many(sorted(ends))
    is_full = len(edges) == _PAGE
    replies = which == "replies"
    return Everyone(
        said=_replies(visit, edges, things) if replies else (),
        faces=() if replies else _faces(visit, edges, things),
        count=read.degree(relation=relation, object=thing.id, public=replies),
        next=f"{visit.path}?before={quote(edges[-1].id, safe='')}" if is_full else "",
    )


def _replies(
    visit: Visit, edges: Sequence[Edge], things: Mapping[str, Thing]
) -> Sequence[Said]:
    found = (things.get(edge.subject) for edge in edges)
    return [said(t, things, visit.seen) for t in found if t and visit.seen.may(t)]


def _faces(
    visit: Visit, edges: Sequence[Edge], things: Mapping[str, Thing]
) -> Sequence[Author]:
    ids = [e.subject for e in edges if not visit.site.blocked.holds(e.subject)]
    return [author(id, things.get(id), visit.node.base) for id in ids]


# -- answering ---------------------------------------------------------------------


async def reply(visit: Visit, thing: Thing) -> web.StreamResponse:
    """Publish what was written as an answer to ``thing``."""
    if not reply_to(visit, thing):
        raise Refused("Replying is for members: ask those who keep this site.", 403)
    values = {"content": visit.told.get("text").strip()}
    if warning := " ".join(visit.told.get("warning").split()):
        values["summary"] = warning
    try:
        done = await visit.publish(
            Ask("Create", kind=_NOTE, values=values),
            Ask("Add", subject="@0", relation="inReplyTo", object=thing.id),
        )
    except Refused as refused:
        if not refused.problems:
            raise
        return reply_form(visit, thing, refused)
    here = href_of(thing.id, visit.node.base)
    return visit.go(f"{here}#s{digest(done[0].object.id)[:10]}", "replied")


def reply_form(
    visit: Visit, thing: Thing, refused: Refused | None = None
) -> web.StreamResponse:
    """The form on a page of its own, with what was typed and what is wrong with it."""
    return visit.page(
        "reply.html",
        status=refused.status if refused else 200,
        thing=View(thing, Around(), visit.setting),
        reply_to=reply_to(visit, thing),
        text=visit.told.get("text"),
        warning=visit.told.get("warning"),
        problems=refused.problems if refused else {},
    )
