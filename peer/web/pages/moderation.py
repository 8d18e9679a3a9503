"""Reports, and what those who keep this peer do about them: all of it written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from peer.model.declaration import Type
from peer.model.reading import Read
from peer.node.moderation import audit, blocks, reports, severing
from peer.node.moderation.reports import Report
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing
from peer.web.parts.authors import Author, author, href_of
from peer.web.parts.view import title_of
from peer.web.visit import Visit
from store.interface import Transaction

_PAGE = 30
#: What can be done about a report, and how it is said afterwards.
DID: Mapping[str, str] = {
    "dismiss": "dismissed",
    "delete": "deleted",
    "block": "blocked who wrote it",
    "block-domain": "blocked the whole server",
}
#: All that is written down, in words.
WRITTEN_DOWN: Mapping[str, str] = {
    **DID,
    "dismiss": "left alone what was reported",
    "unblock": "no longer blocks",
    "role": "changed the role of",
}


@dataclass(frozen=True, slots=True)
class About:
    """Something that was reported, or somebody."""

    id: str
    title: str
    href: str
    excerpt: str
    owner: Author
    is_somebody: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Case:
    report: Report
    by: Author
    about: Sequence[About]
    doable: Sequence[str]
    did: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """How this peer stands among others, on one screen."""

    followers: int
    blocks: int
    deliveries: int
    is_more: bool  # deliveries than were counted


_COUNTED = 1000


async def page(visit: Visit) -> web.StreamResponse:
    """The reports that wait, the oldest first; or all there were, the newest first."""
    is_all = visit.query.get("show") == "all"
    read = _all if is_all else _waiting
    cases, next = await visit.read(partial(read, visit))
    return visit.page(
        "moderation.html",
        cases=cases,
        next=next,
        is_all=is_all,
        facts=await visit.read(partial(_facts, visit)),
    )


def _facts(visit: Visit, read: Read) -> Facts:
    waiting = len(read.deliveries(limit=_COUNTED))
    return Facts(
        followers=read.degree(relation="follows", object=f"{visit.node.base}/actor"),
        blocks=len(visit.site.blocked.names),
        deliveries=waiting,
        is_more=waiting == _COUNTED,
    )


def _waiting(visit: Visit, read: Read) -> tuple[Sequence[Case], str]:
    return _cases(visit, reports.waiting(read)[:_PAGE], read), ""


def _all(visit: Visit, read: Read) -> tuple[Sequence[Case], str]:
    told = visit.query.get("before", "")
    if told and not (told.isascii() and told.isdigit() and len(told) < 16):
        raise Refused("This is no page of the reports.", 400)
    before = int(told) if told else None
    found, more = reports.found(read, before=before, limit=_PAGE)
    link = f"/moderation?show=all&before={more}" if more else ""
    return _cases(visit, found, read), link


def _cases(visit: Visit, found: Sequence[Report], read: Read) -> Sequence[Case]:
    things = dict(read.many(sorted({id for each in found for id in each.about})))
    people = {each.activity.actor for each in found}
    people |= {thing.owner for thing in things.values()}
    people |= {each.outcome.by for each in found if each.outcome}
    things |= read.many(sorted(people - things.keys()))
    return [_case(visit, report, things) for report in found]


def _case(visit: Visit, report: Report, things: Mapping[str, Thing]) -> Case:
    about = [_about(visit, id, things) for id in report.about]
    outcome, base = report.outcome, visit.node.base
    by = author(outcome.by, things.get(outcome.by), base).name if outcome else ""
    return Case(
        report=report,
        by=author(report.activity.actor, things.get(report.activity.actor), base),
        about=about,
        doable=_doable(visit, about[0]),
        did=DID.get(outcome.did, outcome.did) if outcome else "",
        decided_by=by,
    )


def _about(visit: Visit, id: str, things: Mapping[str, Thing]) -> About:
    thing, base = things.get(id), visit.node.base
    kind = visit.node.lexicon.types.get(thing.kind) if thing else None
    owner = thing.owner if thing else id
    text = thing.get("content") or thing.get("summary") or "" if thing else ""
    is_gone = thing is None or thing.deleted is not None
    return About(
        id=id,
        title=_title(kind, thing) if thing and kind and not is_gone else id,
        href=href_of(id, base),
        excerpt=text if isinstance(text, str) and not is_gone else "",
        owner=author(owner, things.get(owner), base),
        is_somebody=owner == id,
        is_gone=is_gone,
    )


def _title(kind: Type, thing: Thing) -> str:
    """What it is called; what has no name but its text, by what it is."""
    return title_of(kind, thing) if kind.title != "content" else kind.label


def _doable(visit: Visit, about: About) -> Sequence[str]:
    """Nobody of our own is blocked: what they may is for their account to say."""
    found = ["dismiss"]
    if not about.is_somebody and not about.is_gone:
        found.append("delete")
    if not same_origin(about.owner.id, visit.node.base):
        found += ["block", "block-domain"]
    return found


# -- deciding ----------------------------------------------------------------------


async def decide(visit: Visit) -> web.StreamResponse:
    """Do something about a report, and note it; twice is refused, not done again."""
    report = await visit.read(partial(reports.one, seq=_seq(visit)))
    did, why = visit.told.get("did"), blocks.reason_in(visit.told.get("why"))
    [case] = await visit.read(lambda read: _cases(visit, [report], read))
    if report.outcome is not None:
        raise Refused("Somebody else has just decided this one.", 409)
    if did not in case.doable:
        raise Refused("That cannot be done about this report.", 422)
    await _do(visit, did, case.about[0], why)
    by, now = visit.viewer.id or "", visit.node.now()

    def work(tx: Transaction) -> None:
        reports.decide(tx, report, by, did, why, now)

    await visit.node.store.transact(work)
    await visit.site.catch_up()
    return visit.go("/moderation", "dismissed" if did == "dismiss" else "decided")


def _seq(visit: Visit) -> int:
    told = visit.part("seq")
    if not (told.isascii() and told.isdigit() and 0 < len(told) < 16):
        raise web.HTTPNotFound
    return int(told)


async def _do(visit: Visit, did: str, about: About, why: str) -> None:
    by = visit.viewer.id or ""
    match did:
        case "delete":
            await visit.publish(Ask("Delete", id=about.id))
        case "block":
            await severing.block(visit.node, {about.owner.id: why}, by)
        case "block-domain":
            host = blocks.host_of(about.owner.id)
            await severing.block(visit.node, {blocks.named(host): why}, by)


# -- what was written down -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    who: Author
    did: str
    what: str
    href: str
    why: str
    at: str


async def log(visit: Visit) -> web.StreamResponse:
    """Who decided what, when and why; nothing is ever taken out of it."""
    lines, next = await visit.read(partial(_log, visit))
    return visit.page("audit.html", lines=lines, next=next)


def _log(visit: Visit, read: Read) -> tuple[Sequence[Line], str]:
    after = visit.query.get("after", "")
    found, more = audit.decisions(read, after=after)
    base = visit.node.base
    known = read.many(sorted({each.by for each in found}))
    lines = [
        Line(
            who=author(each.by, known.get(each.by), base),
            did=WRITTEN_DOWN.get(each.did, each.did),
            what=each.what,
            href=href_of(each.what, base) if "/" in each.what else "",
            why=each.why,
            at=each.at,
        )
        for each in found
    ]
    return lines, f"/moderation/log?after={more}" if more else ""
