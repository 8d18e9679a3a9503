"""The log: what was done here, by whom and to what, as anybody may read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import orjson
from aiohttp import web

from peer.model.lexicon import Lexicon
from peer.model.permission import may_see
from peer.model.reading import Entry, Read
from peer.node.checks import may_see_entry
from peer.node.refusal import Refused
from peer.node.telling import activities
from peer.node.telling.addressing import addressed
from peer.protocol.origin import same_origin
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.thing import Activity, Edge, Thing
from peer.web.exchange.caching import OWN
from peer.web.exchange.negotiation import ACTIVITY, HTML, JSON, LINKED, chosen
from peer.web.pages.documents import told
from peer.web.pages.federation import admission
from peer.web.parts.authors import author, href_of
from peer.web.parts.view import title_of
from peer.web.visit import Visit

_NOTHING = Refused("There is no such activity here, or it is not for everybody.", 404)
_PAGE = 50
_LOOKED_AT = 150  # of which some are not for the viewer
_DONE: Mapping[str, str] = {
    "Create": "made",
    "Update": "changed",
    "Delete": "deleted",
    "Like": "likes",
    "Announce": "passed on",
    "Join": "is coming to",
    "Leave": "is not coming to",
    "Flag": "reported",
    "Offer": "offered",
    "Withdraw": "no longer wants",
    "Expire": "saw the end of the time of",
    "Arrive": "let in",
    "Wait": "waits for",
    "View": "looked at",
    "Follow": "follows",
}
#: What is done to something that was done before.
_ANSWERED: Mapping[str, str] = {
    "Accept": "agreed to",
    "Reject": "did not agree to",
    "Undo": "took back",
}


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody or something that a line of the log names."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    seq: int
    activity: Activity
    href: str
    actor: Party
    done: str
    parties: Sequence[Party]  # what it was done to; of an edge, both ends
    relation: str = ""
    reason: str = ""


async def page(visit: Visit) -> web.StreamResponse:
    entries, known, last = await visit.read(lambda read: _entries(visit, read))
    return visit.page(
        "activities.html",
        lines=[_line(visit, each, known) for each in entries],
        verbs=sorted({b.verb for b in visit.node.behaviors}),
        verb=visit.query.get("verb", ""),
        actor=visit.query.get("actor", ""),
        object=visit.query.get("object", ""),
        next=_link(visit, last),
    )


def _entries(
    visit: Visit, read: Read
) -> tuple[Sequence[Entry], Mapping[str, Thing], int | None]:
    """What the viewer may see, the things it speaks of, and where to go on."""
    found = read.log(
        type=visit.query.get("verb") or None,
        actor=visit.query.get("actor") or None,
        object=visit.query.get("object") or None,
        before=_before(visit),
        limit=_LOOKED_AT,
    )
    known = read.many({id for entry in found for id in _named(entry.activity)})
    seen = [entry for entry in found if _may_see(visit, entry.activity, known)]
    if len(seen) > _PAGE:
        return seen[:_PAGE], known, seen[_PAGE - 1].seq
    return seen, known, found[-1].seq if len(found) == _LOOKED_AT else None


def _before(visit: Visit) -> int | None:
    told = visit.query.get("before", "")
    if told and not (told.isascii() and told.isdigit() and len(told) < 16):
        raise Refused("This is no page of the log.", 400)
    return int(told) if told else None


def _may_see(visit: Visit, activity: Activity, known: Mapping[str, Thing]) -> bool:
    return all(
        may_see_entry(visit.viewer, activity, known.get(id))
        for id in _abouts(activity.object)
    )


def _abouts(about: Thing | Edge | Activity) -> Sequence[str]:
    """The ids of the things that it is about, however deep they are named."""
    match about:
        case Thing(id=id):
            return [id]
        case Edge(subject=subject, object=object):
            return [subject, object]
        case Activity(object=inner):
            return _abouts(inner)


def _named(activity: Activity) -> Sequence[str]:
    return [activity.actor, *_abouts(activity.object)]


# -- one line ----------------------------------------------------------------------


def _line(visit: Visit, entry: Entry, known: Mapping[str, Thing]) -> Line:
    activity = entry.activity
    about = activity.object
    relation = ""
    inner = about.object if isinstance(about, Activity) else about
    if isinstance(inner, Edge):
        kind = visit.node.lexicon.relations.get(inner.relation)
        relation = kind.label if kind else inner.relation
    return Line(
        seq=entry.seq,
        activity=activity,
        href=activity.id.removeprefix(visit.node.base),
        actor=_party(visit, activity.actor, known),
        done=_words(activity),
        parties=[_party(visit, id, known) for id in _abouts(about)],
        relation=relation,
        reason=str(activity.notes.get("reason", "")),
    )


def _words(activity: Activity) -> str:
    if isinstance(activity.object, Activity):
        inner = activity.object
        answered = _ANSWERED.get(activity.type, activity.type)
        return f"{answered}: {_DONE.get(inner.type, inner.type)}"
    return _DONE.get(activity.type, activity.type)


def _party(visit: Visit, id: str, known: Mapping[str, Thing]) -> Party:
    """What a line calls ``id``, as far as the viewer may know."""
    thing = known.get(id)
    kind = visit.node.lexicon.types.get(thing.kind) if thing else None
    if thing is not None and thing.kind == "Actor":
        who = author(id, thing, visit.node.base)
        return Party(f"{who.name} {who.handle}", who.href)
    if thing is None or kind is None or thing.deleted:
        return Party(id.rpartition("/")[2], "")
    if not may_see(visit.viewer, thing):
        return Party("something", "")
    return Party(title_of(kind, thing), href_of(id, visit.node.base))


def _link(visit: Visit, before: int | None) -> str:
    if before is None:
        return ""
    names = ("verb", "actor", "object")
    kept = {n: visit.query[n] for n in names if visit.query.get(n)}
    return f"/activities?{urlencode({**kept, 'before': before})}"


# -- one activity --------------------------------------------------------------------


async def entry(visit: Visit) -> web.StreamResponse:
    """One activity: in words, and as the document that stands for it."""
    id = f"{visit.node.base}/activities/{visit.part('id')}"
    accept = visit.request.headers.get("Accept", "")
    media = chosen(accept, (HTML, ACTIVITY, LINKED, JSON))
    if media is None:
        raise Refused("This can be had as HTML or as ActivityStreams.", 406)
    if media != HTML:
        return await _for_programs(visit, id, media)
    activity, known = await visit.read(partial(_one, visit, id))
    document = document_of(visit, activity)
    return visit.page(
        "activity.html",
        line=_line(visit, Entry(0, activity), known),
        document=orjson.dumps(document, option=orjson.OPT_INDENT_2).decode(),
    )


def _one(visit: Visit, id: str, read: Read) -> tuple[Activity, Mapping[str, Thing]]:
    activity = read.activity(id)
    if activity is not None:
        known = read.many(_named(activity))
        if _may_see(visit, activity, known):
            return activity, known
    raise _NOTHING


async def _for_programs(visit: Visit, id: str, media: str) -> web.StreamResponse:
    """The document alone; also for a server it was sent to, which signs."""
    await admission.admit(visit)
    reader = await admission.reader_of(visit)
    document, is_public = await visit.read(partial(_document, visit, id, reader))
    answer = told(orjson.dumps(document), media)
    if is_public:
        return admission.kept(visit, answer)
    answer.headers["Cache-Control"] = OWN
    return answer


def _document(
    visit: Visit, id: str, reader: str | None, read: Read
) -> tuple[Mapping[str, object], bool]:
    """The activity as others are told of it, and whether it is for everybody."""
    activity = read.activity(id)
    if activity is None:
        raise _NOTHING
    lexicon = visit.node.lexicon
    is_public = _may_see(visit, activity, read.many(_named(activity)))
    if not is_public and not _is_for(reader, activity, read, lexicon):
        raise _NOTHING
    whole = activities.document(activity, read, lexicon)
    return whole or document_of(visit, activity), is_public


def _is_for(
    reader: str | None, activity: Activity, read: Read, lexicon: Lexicon
) -> bool:
    """Was it sent to the server of ``reader``?"""
    if reader is None or activity.is_received:
        return False
    them = addressed(activity, read, lexicon)
    return any(same_origin(reader, id) for id in (*them.to, *them.cc))


def document_of(visit: Visit, activity: Activity) -> Mapping[str, object]:
    """``activity`` as ActivityStreams; what it is about is named, and no more."""
    return {
        "@context": AS_CONTEXT,
        "id": activity.id,
        "type": activity.type,
        "actor": activity.actor,
        "published": activity.published,
        "object": _said(activity.object),
    }


def _said(about: Thing | Edge | Activity) -> object:
    match about:
        case Thing(id=id):
            return id
        case Edge():
            return {
                "id": about.id,
                "type": "Relationship",
                "subject": about.subject,
                "relationship": about.relation,
                "object": about.object,
            }
        case Activity(id=id):
            return id
