"""What happened to somebody: who followed them, liked, answered, wants to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from peer.model.brought import RELATIONS
from peer.model.reading import Entry, Read
from peer.node.refusal import Refused
from peer.protocol.thing import Activity, Edge, Thing
from peer.web.parts.authors import Author, author, href_of
from peer.web.parts.talk import Said, said
from peer.web.parts.verbs import ASKED
from peer.web.parts.view import title_of
from peer.web.visit import Visit

_PAGE = 40
_SPOKEN = ("Note", "Post")
#: What was done, before what it was done to.
_DONE: Mapping[str, str] = {
    "Follow": "follows",
    "Like": "likes",
    "Announce": "passed on",
    "Join": "is coming to",
    "Leave": "is not coming to",
    "TentativeAccept": "may come to",
    "Wait": "waits for a place at",
    "Invite": "has tickets again for",
    "QuoteRequest": "quoted",
    "Accept": "agreed to have you at",
    "Reject": "does not have you at",
    "Create": "mentioned you",
    "Update": "changed",
    "Delete": "deleted",
    "Move": "has moved",
}


#: The same of edges that take consent.
_OF_CONSENT: Mapping[str, str] = {
    "Offer": "offers something to",
    "Add": "was brought something to show:",
    "Accept": "agreed to",
    "Reject": "does not agree to",
    "Remove": "took something back that was to do with",
    "Undo": "took something back that was to do with",
}


@dataclass(frozen=True, slots=True)
class Notice:
    who: Author
    done: str
    about: str  # the title of what it was done to, unless that is what they wrote
    href: str
    at: str
    said: Said | None = None  # what they wrote
    asks: str = ""  # the activity that waits for an answer


async def page(visit: Visit) -> web.StreamResponse:
    notices, next = await visit.read(partial(_notices, visit))
    return visit.page("notices.html", notices=notices, next=next)


def _notices(visit: Visit, read: Read) -> tuple[Sequence[Notice], str]:
    entries = _entries(visit, read)
    wanted = [e for e in entries if not visit.site.blocked.holds(e.activity.actor)]
    told = {id for entry in wanted for id in _named(entry.activity)}
    written = [e.activity.object.id for e in wanted if e.activity.type == "Create"]
    edges = read.edges_from(written, ("inReplyTo",))
    things = read.many(sorted(told | {edge.object for edge in edges}))
    fans = [e.activity.actor for e in wanted if e.activity.type == "Follow"]
    asked = {edge.activity for edge in read.edges_from(fans, (ASKED,))}
    asked |= {e.activity.id for e in wanted if _waits_for_desk(e.activity, read)}
    answered = {edge.subject: edge.object for edge in edges}
    found = [_notice(visit, e, things, answered, asked) for e in wanted]
    more = f"/notices?before={entries[-1].seq}" if len(entries) == _PAGE else ""
    return found, more


def _waits_for_desk(activity: Activity, read: Read) -> bool:
    """Were places offered to sell, and nobody has said yes or no?"""
    if activity.type != "Offer" or activity.object.kind != "Allotment":
        return False
    return not read.log(object=activity.id, limit=1)


def _entries(visit: Visit, read: Read) -> Sequence[Entry]:
    """What the viewer was told; who keeps the site is told what the site is."""
    who = [visit.viewer.id or "", *([visit.node.site.id] if visit.is_owner else [])]
    told = {
        entry.seq: entry
        for id in who
        if id
        for entry in read.notices(id, before=_before(visit), limit=_PAGE)
    }
    return [told[seq] for seq in sorted(told, reverse=True)[:_PAGE]]


def _before(visit: Visit) -> int | None:
    told = visit.query.get("before", "")
    if told and not (told.isascii() and told.isdigit() and len(told) < 16):
        raise Refused("This is no page of your notices.", 400)
    return int(told) if told else None


def _named(activity: Activity) -> Sequence[str]:
    return (activity.actor, *_abouts(activity.object))


def _abouts(about: Thing | Edge | Activity) -> Sequence[str]:
    match about:
        case Thing(id=id):
            return (id,)
        case Edge(subject=subject, object=object):
            return (subject, object)
        case Activity(object=inner):
            return _abouts(inner)


def _notice(
    visit: Visit,
    entry: Entry,
    things: Mapping[str, Thing],
    answered: Mapping[str, str],
    asked: set[str],
) -> Notice:
    activity, base = entry.activity, visit.node.base
    spoken, about = _parts(activity, things, answered)
    done = _words(activity, about, answered, asked)
    thing = things.get(about)
    return Notice(
        who=author(activity.actor, things.get(activity.actor), base),
        done=done,
        about="" if spoken and spoken.id == about else _title(visit, about, thing),
        href=href_of(about, base),
        at=activity.published,
        said=said(spoken, things, visit.seen) if spoken else None,
        asks=activity.id if activity.id in asked else "",
    )


def _parts(
    activity: Activity, things: Mapping[str, Thing], answered: Mapping[str, str]
) -> tuple[Thing | None, str]:
    """What they wrote, if they did, and the id of what all this is about."""
    match activity.object:
        case Edge(subject=subject, relation="consents"):
            return None, subject
        case Edge(subject=subject, object=object):
            return _spoken(things.get(subject)), object
        case Thing(id=id) if activity.type == "Create":
            return _spoken(things.get(id)), answered.get(id, id)
        case other:
            return None, _abouts(other)[0]


def _spoken(thing: Thing | None) -> Thing | None:
    """It may be for a few alone: who was told of it may read it."""
    if thing is None or thing.deleted or thing.kind not in _SPOKEN:
        return None
    return thing


def _words(
    activity: Activity, about: str, answered: Mapping[str, str], asked: set[str]
) -> str:
    if activity.object.kind == "Allotment":
        return "would like you to sell tickets:"
    if activity.id in asked:
        return "wants to follow"
    if _is_consent(activity):
        return _OF_CONSENT.get(activity.type, f"({activity.type})")
    if isinstance(activity.object, Edge):
        is_reply = activity.object.relation == "inReplyTo"
        return "replied to" if is_reply else "mentioned you"
    if activity.type == "Create" and about in answered.values():
        return "replied to"
    if activity.type == "Undo":
        return "took something back from"
    return _DONE.get(activity.type, f"({activity.type})")


def _is_consent(activity: Activity) -> bool:
    inner = activity.object
    if isinstance(inner, Activity):
        inner = inner.object
    return isinstance(inner, Edge) and inner.relation not in RELATIONS


def _title(visit: Visit, id: str, thing: Thing | None) -> str:
    if id == visit.viewer.id:
        return "you"
    kind = visit.node.lexicon.types.get(thing.kind) if thing else None
    if thing is None or kind is None or thing.deleted:
        return "something that is gone"
    return title_of(kind, thing)
