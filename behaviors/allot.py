"""Allotments: an event gives a shop so many of its places to sell.

The event's peer keeps what it gave, and never gives more than it has; the shop alone
decides who gets them.  Each change is offered anew, and holds once the shop agrees:
until then the event counts with whichever is more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from behaviors.herald import heralded
from behaviors.wait import tickets_again
from peer.model.allotting import ALLOTS, most_of, ticket_id
from peer.model.behavior import on
from peer.model.consent import is_peer
from peer.model.effect import (
    Effect,
    Hold,
    Notify,
    Put,
    Refuse,
    Relate,
    Release,
    Send,
    follows_from,
)
from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import DRAFT, PUBLIC, Activity, Edge, Thing

SELLS = "sellsTicketsFor"
#: Where an event says no number it may still come to say one: so places are counted.
_ANY = 1_000_000
_OF_TICKETS = ("name", "summary", "price", "salesStart", "salesEnd", "most")
#: What is as it was agreed last, where the shop does not take a change.
_TERMS = ("price", "quantity", "salesStart", "salesEnd", "most", "codes")


@on("Offer", object="Allotment")
def offer(activity: Activity, read: Read) -> Sequence[Effect]:
    """At the event's peer keep what is offered; at the shop's, answer."""
    if activity.is_received:
        return _answered(activity, read)
    allotment = activity.thing
    event, before = read.get(allotment["event"]), read.get(allotment.id)
    if event is None or event.deleted or not same_origin(event.id, activity.id):
        return [Refuse("Only who keeps an event gives its places away.", 403)]
    ends = ("event", "shop")
    if before is not None and any(before[end] != allotment[end] for end in ends):
        return [Refuse("These places were offered to somebody else.", 409)]
    kept = _offered(activity, before)
    effects: list[Effect] = [Put(kept), *_held(kept, event, read)]
    if not read.edges(subject=event.id, relation=ALLOTS, object=kept.id, limit=1):
        id = f"{origin(event.id)}/edges/{cid([kept.id, ALLOTS])[-24:]}"
        at, by = activity.published, activity.actor
        effects.append(Relate(Edge(id, event.id, ALLOTS, kept.id, by, at, activity.id)))
    if same_origin(kept["shop"], kept.id):
        effects.append(Send.answer("Accept", activity, kept["shop"], _result(kept)))
    return effects


def _offered(activity: Activity, before: Thing | None) -> Thing:
    told = activity.thing
    kept = {
        term: before[term]
        for term in ("agreed", "agreedPrice", "agreedOffer", "proposal")
        if before is not None and before.get(term) is not None
    }
    values = {**told.values, **kept, "state": "offered", "offer": activity.id}
    values.pop("reason", None)
    values["atMost"] = max(_unanswered(before), int(told["quantity"]))
    return replace(told, values=values, audience=DRAFT)


def _unanswered(before: Thing | None) -> int:
    """What the shop may still agree to, whatever it is offered now."""
    if before is None or before.get("state") != "offered":
        return 0
    return int(before.get("atMost") or 0)


def _held(allotment: Thing, event: Thing, read: Read) -> Iterator[Effect]:
    """Of the places of ``event``, as many as the shop may believe that it has."""
    yield from _holding(allotment, event, most_of(allotment), read)


def _holding(
    allotment: Thing, event: Thing, count: int, read: Read
) -> Iterator[Effect]:
    capacity = event.get("capacity") or _ANY
    taken = read.held(event.id) - read.held_by(event.id, allotment.id)
    if taken + count > capacity:
        left = max(0, capacity - taken)
        room = f"This event has room for {capacity}, of which {left} are left."
        yield Refuse(room, 409, {"quantity": room})
        return
    yield Release(event.id, allotment.id)
    if count:
        yield Hold(event.id, allotment.id, count, capacity)


def _result(allotment: Thing) -> dict[str, str]:
    return {"result": ticket_id(allotment)}


# -- at the shop ---------------------------------------------------------------------
def _answered(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who is of the cooperative is trusted; others wait until the desk has looked."""
    allotment = activity.thing
    before = read.get(allotment.id)
    if before is not None and before.updated > allotment.updated:
        return []  # it is of before
    keep = Put(replace(allotment, audience=DRAFT))
    ticket = read.get(ticket_id(allotment))
    sold = read.held(ticket.id) if ticket is not None else 0
    if int(allotment["quantity"]) < sold:
        why = f"{sold} are sold or about to be paid for: it cannot be fewer."
        no = Send.answer("Reject", activity, allotment["shop"], {"content": why})
        return [no]
    if not is_peer(activity.actor, read) and ticket is None:
        return [keep, Notify(allotment["shop"])]
    return [
        keep,
        Send.answer("Accept", activity, allotment["shop"], _result(allotment)),
    ]


@on("Accept", object="Offer/Allotment")
def accept_allotment(activity: Activity, read: Read) -> Sequence[Effect]:
    """The shop sells them: there it is a ticket, and at the event it is agreed."""
    offer = activity.inner
    if activity.actor != offer.thing["shop"]:
        return [Refuse("Somebody else was asked.", 403)]
    effects: list[Effect] = []
    if same_origin(offer.thing.id, activity.id) or activity.is_received:
        effects += _agreed(activity, offer, read)
    if not activity.is_received:
        effects += _on_sale(activity, offer.thing, read)
    return effects


@on("Reject", object="Offer/Allotment")
def reject_allotment(activity: Activity, read: Read) -> Sequence[Effect]:
    """It stays as it was agreed last; where nothing was, nothing is on sale."""
    offer = activity.inner
    if activity.actor != offer.thing["shop"]:
        return [Refuse("Somebody else was asked.", 403)]
    allotment = read.get(offer.thing.id)
    if allotment is None or allotment.get("offer") != offer.id:
        return []
    event = read.get(allotment["event"])
    agreed = int(allotment.get("agreed") or 0)
    reason = " ".join(str(activity.notes.get("content") or "").split())[:500]
    values = {**allotment.values, "state": "accepted" if agreed else "refused"}
    values.pop("atMost", None)
    if agreed:
        values = {**values, **_as_agreed(allotment, read)}
    if reason:
        values["reason"] = reason
    values = {term: value for term, value in values.items() if value is not None}
    after = replace(allotment, values=values, updated=_at(activity, allotment))
    room = _holding(after, event, agreed, read) if event is not None else ()
    return [Put(after), *room, Notify(allotment.owner)]


def _as_agreed(allotment: Thing, read: Read) -> dict[str, Any]:
    """What the shop has said yes to last; what it has not is None."""
    told = read.activity(allotment.get("agreedOffer") or "")
    if told is None:
        return {"quantity": allotment["agreed"], "price": allotment["agreedPrice"]}
    return {term: told.thing.get(term) for term in _TERMS}


def _agreed(activity: Activity, offer: Activity, read: Read) -> Iterator[Effect]:
    """What the shop said yes to; a later offer still waits for its own answer."""
    allotment = read.get(offer.thing.id)
    event = read.get(offer.thing["event"])
    if allotment is None or event is None:
        return
    told = offer.thing
    count = int(told["quantity"])
    values = {**allotment.values, "agreed": count, "agreedPrice": dict(told["price"])}
    values |= {"proposal": ticket_id(allotment), "agreedOffer": offer.id}
    if allotment.get("offer") == offer.id:
        values["state"] = "accepted" if count else "returned"
        values.pop("atMost", None)
    after = replace(allotment, values=values, updated=_at(activity, allotment))
    yield Put(after)
    yield from _held(after, event, read)
    yield Notify(allotment.owner)
    yield from tickets_again(event, activity, read)


def _on_sale(activity: Activity, allotment: Thing, read: Read) -> Iterator[Effect]:
    """A ticket of the desk's for ``allotment``, made or changed."""
    id, now = ticket_id(allotment), activity.published
    before = read.get(id)
    values = {t: allotment[t] for t in _OF_TICKETS if allotment.get(t) is not None}
    values |= {"quantity": allotment["quantity"], "allotment": allotment.id}
    desk = allotment["shop"]
    if before is not None and before.published != now:  # else it was made by this
        if dict(before.values) == values:
            return  # what is otherwise concerns nobody who buys: a code, say
        at = max(now, before.updated)
        after = replace(before, values=values, updated=at)
        notes = {"allotted": True}
        yield Send(follows_from(activity, "Update", desk, after, notes))
        return
    ticket = Thing(id, "Ticket", values, desk, now, now, PUBLIC)
    yield Send(follows_from(activity, "Create", desk, ticket))
    mark = cid([id, SELLS])[-24:]
    said = f"{origin(desk)}/activities/{mark}"
    edge = Edge(
        f"{origin(desk)}/edges/{mark}", id, SELLS, allotment["event"], desk, now, said
    )
    notes = {"single": True, "consent": True}
    yield Send(replace(follows_from(activity, "Add", desk, edge, notes), id=said))
    yield from heralded(activity, ticket, read.get(allotment["event"]), now)


@on("Update", object="Ticket")
def change_ticket(activity: Activity, read: Read) -> Sequence[Effect]:
    """Nobody sells more than was given to them, nor fewer than they have sold."""
    ticket = activity.thing
    if not same_origin(ticket.id, activity.id) or activity.notes.get("allotted"):
        return []
    quantity, sold = int(ticket["quantity"]), read.held(ticket.id)
    given = read.get(ticket.get("allotment", ""))
    if quantity < sold:
        wrong = f"{sold} are sold or about to be paid for: it cannot be fewer."
    elif given is not None and quantity > int(given["quantity"]):
        wrong = f"The event has given you {given['quantity']} places: ask it for more."
    else:
        return []
    return [Refuse(wrong, 409, {"quantity": wrong})]


@on("Delete", object="Ticket")
def keep_ticket(activity: Activity, read: Read) -> Sequence[Effect]:
    """What somebody has bought does not go: it is taken off sale instead."""
    ticket = activity.thing
    held = read.held(ticket.id)
    if not held or not same_origin(ticket.id, activity.id):
        return []
    return [Refuse(f"{held} are sold: offer that many, and no more are sold.")]


def _at(activity: Activity, thing: Thing) -> str:
    return max(activity.published, thing.updated)
