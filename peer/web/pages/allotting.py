"""Which shops sell places of an event: given, changed, given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import web

from peer.model.allotting import allotments_of
from peer.model.declaration import Type
from peer.model.form import form_of, submitted
from peer.model.kinds import Site
from peer.model.permission import may
from peer.model.promotion import codes_of
from peer.model.questions import questions_of
from peer.model.reading import Read
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.node.trading.allotments import offers
from peer.protocol.thing import Thing
from peer.web.pages.things import present
from peer.web.parts.around import Around
from peer.web.parts.desks import allotted, known_desk
from peer.web.parts.ticketing import MORE, Row, changing, rows_of
from peer.web.parts.view import View, views
from peer.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Kept:
    """An event, for whoever keeps it, and what was given of it."""

    event: Thing
    given: Sequence[Thing]


async def page(visit: Visit) -> web.StreamResponse:
    kept = await visit.read(partial(kept_event, visit))
    return _show(visit, kept, _empty(visit, kept), Refused("", 200))


async def give(visit: Visit) -> web.StreamResponse:
    """Offer more kinds of tickets, to any shop."""
    kept = await visit.read(partial(kept_event, visit))
    rows = rows_of(_kind(visit), visit.told.flat(), _site(visit, kept.event))
    filled = [row for row in rows if not row.is_empty]
    wrong = {
        f"ticket-{row.number}": f"Ticket {row.number}: {_said(row)}"
        for row in filled
        if row.problems
    }
    if not filled:
        wrong = {"ticket-1": "Name one kind of ticket: its price and how many."}
    given, unsold = ((), wrong) if wrong else await allotted(visit, filled)
    if unsold:
        return _show(visit, kept, rows, Refused("", 422, unsold))
    try:
        await visit.publish(*offers(kept.event.id, given))
    except Refused as refused:
        return _show(visit, kept, rows, refused)
    return visit.go(f"{visit.path}", "offered")


async def change(visit: Visit) -> web.StreamResponse:
    """Offer one of them anew: more or fewer, at another price, or none at all."""
    kept = await visit.read(partial(kept_event, visit))
    id = visit.told.get("allotment")
    if id not in {each.id for each in kept.given}:
        raise Refused("That was not given of this event.", 404)
    texts = visit.told.flat()
    if visit.told.get("back") == "yes":
        texts["quantity"] = "0"
    found = submitted(changing(_kind(visit)), texts, _site(visit, kept.event))
    rows = _empty(visit, kept)
    if found.problems:
        said = " ".join(found.problems.values())
        return _show(visit, kept, rows, Refused(said, 422))
    try:
        await visit.publish(Ask("Offer", id=id, values=_values(found.values, texts)))
    except Refused as refused:
        said = " ".join(refused.problems.values()) or refused.reason
        return _show(visit, kept, rows, Refused(said, refused.status))
    return visit.go(visit.path.removesuffix("/change"), "offered")


def _said(row: Row) -> str:
    return " ".join(row.problems.values())


def _values(found: Mapping[str, Any], texts: Mapping[str, str]) -> Mapping[str, Any]:
    """What the form asked for; what was emptied in it is gone."""
    more = {term: found.get(term) for term in MORE if term in texts}
    return {"price": found["price"], "quantity": found["quantity"], **more}


def _empty(visit: Visit, kept: Kept) -> Sequence[Row]:
    return rows_of(_kind(visit), {}, _site(visit, kept.event))


def _kind(visit: Visit) -> Type:
    return visit.node.lexicon.types["Allotment"]


def _site(visit: Visit, event: Thing) -> Site:
    """By the clocks where the event is."""
    domain = visit.node.domain
    return Site(event.get("timezone") or domain.zone, domain.currency)


def kept_event(visit: Visit, read: Read) -> Kept:
    id = f"{visit.node.base}/events/{visit.part('slug')}"
    event = present(visit, id, read)
    kind = visit.node.lexicon.types[event.kind]
    if not may(kind.permits.get("Update", "nobody"), visit.viewer, event):
        raise Refused("Only who keeps an event gives its places to shops.", 403)
    return Kept(event, allotments_of(event, read))


def _count_codes(given: Sequence[Thing]) -> int:
    return len({c.word for each in given for c in codes_of(each.get("codes"))})


def _show(
    visit: Visit, kept: Kept, rows: Sequence[Row], refused: Refused
) -> web.StreamResponse:
    kind, site = changing(_kind(visit)), _site(visit, kept.event)
    controls = {
        each.id: {
            q.term: q.controls[0] for q in form_of(kind, site, each.values).questions
        }
        for each in kept.given
    }
    answer: web.StreamResponse = visit.page(
        "allot.html",
        controls=controls,
        asks=len(questions_of(kept.event)),
        codes=_count_codes(kept.given),
        status=refused.status,
        thing=View(kept.event, Around(), visit.setting),
        given=views(kept.given, Around(), visit.setting),
        rows=rows,
        problems=refused.problems,
        reason=refused.reason,
        shop=known_desk(visit),
    )
    return answer
