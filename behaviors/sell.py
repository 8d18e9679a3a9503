"""What shops have sold of an event: told by the desk, counted at the event's own peer.

A desk says how an order stands by a Join with a signed instrument, or a Leave where
nothing is left of it.  Each says all of it anew; the newest wins, and what comes late
or twice changes nothing.  So "sold" is the number of edges, and nobody keeps a count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from behaviors.wait import tickets_again
from peer.model import ordering
from peer.model.allotting import allotments_of, most_of, ticket_id
from peer.model.behavior import on
from peer.model.effect import (
    Effect,
    Hold,
    Put,
    Refuse,
    Relate,
    Release,
    Send,
    Unrelate,
    follows_from,
)
from peer.model.gate import told_late
from peer.model.questions import answer, answers_for, said
from peer.model.reading import Read
from peer.model.returning import given_back
from peer.model.voice import voice
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge, Thing

SOLD, ADMITS = "sold", "admits"
_NOT_GIVEN = "No places of this event were given to you."
_TOO_MANY = "More places were sold than were given to you."
_NO_SEATS = "What you call a seat is something else, and stays it."


# -- at the shop ---------------------------------------------------------------------
def told_events(
    activity: Activity, order: Thing, seats: Sequence[Thing], read: Read
) -> Iterator[Effect]:
    """Those whose events ``seats`` are for are told how ``order`` stands now."""
    for id in dict.fromkeys(seat["event"] for seat in seats):
        event = read.get(id)
        if event is not None and not event.deleted:
            some = [seat for seat in seats if seat["event"] == id]
            yield Send(_told(activity, order, event, some))


def _told(
    activity: Activity, order: Thing, event: Thing, seats: Sequence[Thing]
) -> Activity:
    valid = [seat for seat in seats if seat["state"] == "valid"]
    verb = "Join" if valid else "Leave"
    updated = max(order.updated, activity.published, *(seat.updated for seat in seats))
    notes = {
        "instrument": _instrument(order, event, valid, updated),
        "seats": [_said(seat) for seat in seats],
        **_answers(event, seats),
    }
    told = follows_from(activity, verb, order.owner, event, notes)
    return replace(told, id=id_told(activity.id, order.id, event.id))


def id_told(because: str, order: str, event: str) -> str:
    """The id of what those whose event it is are told ``because`` of an activity."""
    return f"{origin(order)}/activities/{cid([because, order, event])[-24:]}"


def _instrument(
    order: Thing, event: Thing, valid: Sequence[Thing], updated: str
) -> dict[str, Any]:
    """What everybody may see of the order: how many places, and by what numbers."""
    counts: dict[str, int] = {}
    for seat in valid:
        counts[seat["ticket"]] = counts.get(seat["ticket"], 0) + 1
    return {
        "type": "Agreement",
        "id": order.id,
        "attributedTo": order.owner,
        "context": event.id,
        "updated": updated,
        "stipulates": [
            {
                "type": "Commitment",
                "satisfies": f"{ticket}#primary",
                "resourceQuantity": {
                    "hasUnit": "one",
                    "hasNumericalValue": str(count),
                },
            }
            for ticket, count in counts.items()
        ],
        "sx:sold": [f"{order.id}#{seat['number']}" for seat in valid],
    }


def _answers(event: Thing, seats: Sequence[Thing]) -> dict[str, Any]:
    """What the buyer has answered, once: for all that is still theirs."""
    told = said(next((s["answers"] for s in seats if s.get("answers")), None))
    return {"answers": [answer(event.id, *pair) for pair in told]} if told else {}


#: What the door needs to know of a seat, and nobody else.
_OF_SEATS = (
    *("number", "code", "name", "holder", "ticket", "state", "reason"),
    "passed",  # on to somebody else, of whom the buyer's answers say nothing
)


def _said(seat: Thing) -> dict[str, Any]:
    told = {term: seat.get(term) for term in _OF_SEATS if seat.get(term) is not None}
    return {"id": seat.id, **told}


@on("Update", object="Seat")
def change_seat(activity: Activity, read: Read) -> Sequence[Effect]:
    """One place is void, or somebody else's: those at the door are told."""
    seat = activity.thing
    order = read.get(seat.get("order", ""))
    if order is None or read.get(seat.id) != seat or order.owner != seat.owner:
        return []
    seats = ordering.parts_of(order.id, read, "Seat")
    beside = [each for each in seats if each["event"] == seat["event"]]
    is_void = seat["state"] == "void" and activity.notes.get("was") == "valid"
    return [
        *(_given_back(activity, order, seat, read) if is_void else ()),
        *told_events(activity, order, beside, read),
    ]


def _given_back(
    activity: Activity, order: Thing, seat: Thing, read: Read
) -> Iterator[Effect]:
    """One unit of what the order holds for ``seat``, if it is to be sold again."""
    if activity.notes.get("restock", True):
        counts = {seat.get("ticket", ""): 1, seat["event"]: 1}
        yield from given_back(activity, order.id, counts, read)


# -- at the event's own peer ---------------------------------------------------------
def is_by_desk(activity: Activity) -> bool:
    """Is it not a guest who comes, but a desk that says what it has sold?"""
    return isinstance(activity.notes.get("instrument"), Mapping)


def counted(activity: Activity, read: Read) -> Sequence[Effect]:
    """Make the ``sold`` edges of an order equal to what its desk says."""
    event, desk = activity.thing, activity.actor
    if not same_origin(event.id, activity.id) and not activity.is_received:
        return []  # it is for others to count
    instrument = activity.notes["instrument"]
    allotments = [a for a in allotments_of(event, read) if a["shop"] == desk]
    if not allotments and not same_origin(event.id, desk):
        return [Refuse(_NOT_GIVEN, 403)]
    answer = _answered(activity, event, read)
    known = read.many(seat["id"] for seat in _seats(activity))
    if any(each.kind != "Seat" or each.owner != desk for each in known.values()):
        return [Refuse(_NO_SEATS, 403)]
    if any(str(each.get("asOf", "")) > _as_of(activity) for each in known.values()):
        return answer  # the desk has said something newer of that order
    try:
        holding = list(_holding(activity, allotments, read))
    except ordering.CannotBe as wrong:
        return [Refuse(str(wrong), 409)]
    return [
        *holding,
        *_copies(activity, read),
        *_edges(activity, event, instrument, read),
        *(tickets_again(event, activity, read) if _gives_back(activity) else ()),
        *answer,
    ]


def _answered(activity: Activity, event: Thing, read: Read) -> list[Effect]:
    if not activity.is_received or activity.type != "Join":
        return []
    return [Send.answer("Accept", activity, voice(event, read))]


def _gives_back(activity: Activity) -> bool:
    """Are there fewer of that order than there were?"""
    voided = any(seat.get("state") == "void" for seat in _seats(activity))
    return voided or activity.type == "Leave"


def _seats(activity: Activity) -> Sequence[Mapping[str, Any]]:
    return activity.notes.get("seats") or ()


def _as_of(activity: Activity) -> str:
    return str(activity.notes.get("asOf") or activity.notes["instrument"]["updated"])


def _holding(
    activity: Activity, allotments: Sequence[Thing], read: Read
) -> Iterator[Effect]:
    """So many places of each allotment are taken by it; never more than there are."""
    order = activity.notes["instrument"]["id"]
    valid = [s for s in _seats(activity) if s.get("state") == "valid"]
    by_ticket = {ticket_id(each): each for each in allotments}
    counts = {id: 0 for id in by_ticket}
    for seat in valid:
        is_own = same_origin(activity.thing.id, activity.actor)
        if seat.get("ticket") not in counts and not is_own:
            raise ordering.CannotBe(_NOT_GIVEN)
        counts[seat["ticket"]] = counts.get(seat["ticket"], 0) + 1
    for ticket, allotment in by_ticket.items():
        taken = read.held(allotment.id) - read.held_by(allotment.id, order)
        most = most_of(allotment)
        if taken + counts[ticket] > most:
            raise ordering.CannotBe(_TOO_MANY)
        yield Release(allotment.id, order)
        if counts[ticket]:
            yield Hold(allotment.id, order, counts[ticket], most)


def _copies(activity: Activity, read: Read) -> Iterator[Effect]:
    """The seats as the door knows them; also those that are void, so it can say so."""
    event, order = activity.thing, activity.notes["instrument"]
    if same_origin(event.id, activity.actor):
        return  # they are here already
    seats = _seats(activity)
    known = read.many(seat["id"] for seat in seats)
    answers = answers_for(event, activity.notes.get("answers"))
    admitted = {e.subject for e in read.edges_from(known, (ADMITS,))}
    for told in seats:
        values = {t: told[t] for t in _OF_SEATS if told.get(t) is not None}
        values |= {"order": order["id"], "event": event.id, "asOf": _as_of(activity)}
        is_buyers = not told.get("passed")
        values |= {"answers": answers} if answers and is_buyers else {}
        before, now = known.get(told["id"]), activity.published
        made = before.published if before else now
        copy = Thing(told["id"], "Seat", values, activity.actor, made, now, "draft")
        yield Put(copy)
        yield from told_late(before, copy, read)
        if told["id"] not in admitted:
            yield Relate(_edge(activity, told["id"], ADMITS, event.id))


def _edges(
    activity: Activity, event: Thing, instrument: Mapping[str, Any], read: Read
) -> Iterator[Effect]:
    order, seats = instrument["id"], _seats(activity)
    ends = {f"{order}#{seat['number']}": seat["state"] == "valid" for seat in seats}
    there = {
        edge.object
        for edge in read.edges_into(ends, (SOLD,))
        if edge.subject == event.id
    }
    for end, is_valid in ends.items():
        if is_valid and end not in there:
            yield Relate(_edge(activity, event.id, SOLD, end, voice(event, read)))
        elif end in there and not is_valid:
            yield Unrelate(event.id, SOLD, end)


def _edge(
    activity: Activity, subject: str, relation: str, object: str, by: str = ""
) -> Edge:
    mark = cid([subject, relation, object])[-24:]
    id = f"{origin(activity.thing.id)}/edges/{mark}"
    at = activity.published
    return Edge(id, subject, relation, object, by or activity.actor, at, activity.id)
