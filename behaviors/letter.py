"""Letters of an organizer to those who are coming: offered to the desks to pass on.

The event's peer learns no address: each desk that has sold places is told for which of
its orders the letter is, writes to their buyers, and says how many it has reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from behaviors.herald import privately
from peer.model.behavior import on
from peer.model.effect import Effect, Hold, Put, Refuse, Relate, Send, follows_from
from peer.model.lettering import (
    ALL,
    KIND,
    MOST_A_DAY,
    MOST_NAMED,
    OFTEN,
    OUTSIDE,
    TOO_MANY,
    WRITES,
    Readers,
    buyers,
    crowd,
    day_of,
)
from peer.model.ordering import SELLS
from peer.model.reading import Read
from peer.model.voice import voice
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import DRAFT, Activity, Edge, Thing

_NOBODY = "There is nobody to write to: nobody is coming yet."
_NOT_SOLD = "No tickets for this event are sold here."


@on("Offer", object="Letter")
def write(activity: Activity, read: Read) -> Sequence[Effect]:
    """At the event's peer it goes out to desks and people; at a shop, to buyers."""
    desk = activity.notes.get("shop")
    if desk:
        is_here = activity.is_received or same_origin(desk, activity.id)
        return list(_passed_on(activity, desk, read)) if is_here else []
    event = read.get(activity.thing["event"])
    if event is None or event.deleted or not same_origin(event.id, activity.id):
        return [Refuse("Only who keeps an event writes to those who are coming.", 403)]
    return list(_sent(activity, event, read))


def _sent(activity: Activity, event: Thing, read: Read) -> Iterator[Effect]:
    letter = activity.thing
    day = day_of(event.id, activity.published)
    among, kind = letter.get("among", ALL), letter.get("ticket", "")
    there = crowd(event, read)
    readers = there.readers(among, kind)
    if read.held(day) >= MOST_A_DAY:
        yield Refuse(OFTEN, 429, {"name": OFTEN})
    elif readers.is_empty:
        yield Refuse(_NOBODY, 409, {"among": _NOBODY})
    elif among == OUTSIDE and any(
        len(ids) > MOST_NAMED for ids in readers.orders.values()
    ):
        yield Refuse(TOO_MANY, 409, {"among": TOO_MANY})
    else:
        yield Put(_kept(letter, readers))
        yield Relate(_edge(activity, event.id, letter.id))
        yield Hold(day, letter.id, 1, MOST_A_DAY)
        tickets = sorted(there.kinds.get(kind, ())) if among == KIND else None
        for desk, orders in readers.orders.items():
            named = {"orders": list(orders)} if among == OUTSIDE else {}
            notes = {"shop": desk, **({"tickets": tickets} if tickets else {}), **named}
            yield Send(_offered(activity, voice(event, read), notes))
        yield from _noted(activity, event, readers.people, read)


def _kept(letter: Thing, readers: Readers) -> Thing:
    told = [
        {"shop": desk, "orders": len(orders), "state": "asked"}
        for desk, orders in readers.orders.items()
    ]
    values = {**letter.values, "told": told, "people": len(readers.people)}
    return replace(letter, values=values, audience=DRAFT)


def _edge(activity: Activity, event: str, letter: str) -> Edge:
    id = f"{origin(event)}/edges/{cid([letter, WRITES])[-24:]}"
    at, by = activity.published, activity.actor
    return Edge(id, event, WRITES, letter, by, at, activity.id)


def _offered(activity: Activity, by: str, notes: Mapping[str, Any]) -> Activity:
    """To one desk; another one is offered the same by another activity."""
    mark = cid([activity.id, "Offer", notes["shop"]])[-24:]
    told = follows_from(activity, "Offer", by, activity.thing, notes)
    return replace(told, id=f"{origin(activity.id)}/activities/{mark}")


def _noted(
    activity: Activity, event: Thing, people: Sequence[str], read: Read
) -> Iterator[Effect]:
    """By a note to who says on another server that they are coming."""
    letter, by = activity.thing, voice(event, read)
    text = f"**{letter['name']}**\n\n{letter['content']}\n\n{event.id}"
    for id in people:
        if not same_origin(id, event.id):
            yield from privately(activity, by, id, text, "", letter.id, read)


# -- at the shop ---------------------------------------------------------------------


def _passed_on(activity: Activity, desk: str, read: Read) -> Iterator[Effect]:
    """Once for one letter, and not without end: its buyers are the desk's to mind."""
    letter = activity.thing
    day = day_of(letter["event"], activity.published)
    if not _is_sold(letter["event"], desk, read):
        yield Send.answer("Reject", activity, desk, {"content": _NOT_SOLD})
        return
    if activity.is_received:
        if read.held(day) >= MOST_A_DAY:
            yield Send.answer("Reject", activity, desk, {"content": OFTEN})
            return
        yield Put(replace(letter, audience=DRAFT))
        yield Hold(day, letter.id, 1, MOST_A_DAY)
    found = buyers(letter, activity.notes, read)
    text = f"**{letter['name']}**\n\n{letter['content']}\n\n{letter['event']}"
    for buyer in found:
        if buyer.actor:
            yield from privately(
                activity, desk, buyer.actor, text, "", buyer.order.id, read
            )
    yield Send.answer("Accept", activity, desk, {"reached": len(found)})


def _is_sold(event: str, desk: str, read: Read) -> bool:
    edges = read.edges(relation=SELLS, object=event)
    tickets = read.many(edge.subject for edge in edges)
    return any(ticket.owner == desk for ticket in tickets.values())


# -- what the shop says --------------------------------------------------------------


@on("Accept", object="Offer/Letter")
def accept_letter(activity: Activity, read: Read) -> Sequence[Effect]:
    """It was passed on, and how many were reached."""
    reached = int(activity.notes.get("reached") or 0)
    return _told(activity, {"state": "sent", "reached": reached}, read)


@on("Reject", object="Offer/Letter")
def reject_letter(activity: Activity, read: Read) -> Sequence[Effect]:
    """It was not, and why."""
    reason = " ".join(str(activity.notes.get("content") or "").split())[:300]
    return _told(activity, {"state": "refused", "reason": reason}, read)


def _told(activity: Activity, said: Mapping[str, Any], read: Read) -> Sequence[Effect]:
    asked = activity.inner
    desk, letter = asked.notes.get("shop"), read.get(asked.thing.id)
    if activity.actor != desk:
        return [Refuse("Somebody else was asked.", 403)]
    if letter is None or not same_origin(letter.id, asked.id):
        return []
    if not same_origin(asked.id, activity.id) and not activity.is_received:
        return []  # it is for the event's peer to note
    rows = [
        {**row, **said} if row["shop"] == desk else row
        for row in letter.get("told", ())
    ]
    at = max(activity.published, letter.updated)
    values = {**letter.values, "told": rows}
    return [Put(replace(letter, values=values, updated=at))]
