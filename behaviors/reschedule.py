"""What follows at a shop when an event is cancelled or moved that it sells tickets for.

Nothing more is sold; who has not paid need not any more; and who has paid is put on the
list of those to be looked at, which ends with their money or with their consent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from peer.model.allotting import allotments_of, most_of
from peer.model.behavior import on
from peer.model.effect import Effect, Refuse, Send, follows_from
from peer.model.former import former
from peer.model.ordering import SATISFIES, SELLS
from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing

_CANCELLED, _OPEN = "CANCELLED", "TENTATIVE"
_WHEN_AND_WHERE = ("startTime", "endTime", "location")
_OVER = "The event was cancelled."
_BACK = "The event was cancelled: you will be paid back."
_MOVED = "The event was moved. If that does not suit you, ask for your money back."
_PAGE = 1000


@on("View", object="Event")
def look_at_event(activity: Activity, read: Read) -> Sequence[Effect]:
    """The same, where it was looked at before its own peer has told of it."""
    return list(rescheduled(activity, read))


def rescheduled(activity: Activity, read: Read) -> Iterator[Effect]:
    """What the change of an event is for those who sell and have bought its tickets."""
    event = activity.thing
    if read.get(event.id) != event:
        return
    if not activity.is_received and (why := _too_small(event, read)):
        yield Refuse(why, 409, {"capacity": why})
    tickets = _tickets(event, read)
    before = former(activity, read) if tickets else None
    if before is None:
        return
    was, now = before.get("status") == _CANCELLED, event.get("status") == _CANCELLED
    if now and not was:
        yield from _cancelled(activity, tickets, read)
    elif was and not now:
        yield from _on_again(activity, tickets, read)
    elif _is_otherwise(before, event):
        yield from _marked(activity, tickets, "moved", _MOVED, read)


def called_off(activity: Activity, read: Read) -> Iterator[Effect]:
    """An event of others is gone, whatever they have told of it before."""
    if activity.thing.kind == "Event" and (tickets := _tickets(activity.thing, read)):
        yield from _cancelled(activity, tickets, read)


def _is_otherwise(before: Thing, event: Thing) -> bool:
    """Is it at another time or place, or put off until nobody knows when?"""
    if event.get("status") == _OPEN != before.get("status"):
        return True
    return any(before.get(term) != event.get(term) for term in _WHEN_AND_WHERE)


def _too_small(event: Thing, read: Read) -> str | None:
    """Why it cannot have as few places as that: shops may have sold more."""
    capacity = event.get("capacity")
    given = sum(map(most_of, allotments_of(event, read))) if capacity else 0
    if capacity is None or given <= capacity:
        return None
    return f"{given} places are given to shops to sell: take some back first."


def _tickets(event: Thing, read: Read) -> list[Thing]:
    """Those of the desk here; what others sell is their own business."""
    edges = read.edges(object=event.id, relation=SELLS)
    found = read.many(edge.subject for edge in edges).values()
    tickets = [each for each in found if each.kind == "Ticket" and not each.deleted]
    desks = read.many({ticket.owner for ticket in tickets})
    ours = {id for id, desk in desks.items() if desk.kind != "Actor"}
    return [ticket for ticket in tickets if ticket.owner in ours]


def _cancelled(
    activity: Activity, tickets: Sequence[Thing], read: Read
) -> Iterator[Effect]:
    for order in _orders(tickets, read):
        if order["state"] == "awaiting":
            changes = {"state": "cancelled", "reason": _OVER}
            yield _changed(activity, order, **changes)
    yield from _marked(activity, tickets, "cancelled", _BACK, read)
    for ticket in tickets:
        yield _numbered(activity, ticket, _sold(ticket, read))


def _on_again(
    activity: Activity, tickets: Sequence[Thing], read: Read
) -> Iterator[Effect]:
    for ticket in tickets:
        given = read.get(ticket.get("allotment", ""))
        if given is not None:
            count = max(int(given["quantity"]), read.held(ticket.id))
            yield _numbered(activity, ticket, count)


def _marked(
    activity: Activity, tickets: Sequence[Thing], why: str, reason: str, read: Read
) -> Iterator[Effect]:
    """Whoever has paid is to be asked, or paid back."""
    for order in _orders(tickets, read):
        if order["state"] == "confirmed":
            yield _changed(activity, order, request=why, reason=reason)


def _changed(activity: Activity, order: Thing, **changes: str) -> Send:
    at = max(activity.published, order.updated)
    after = replace(order, values={**order.values, **changes}, updated=at)
    notes = {"was": order["state"], "reason": changes["reason"]}
    return Send(follows_from(activity, "Update", order.owner, after, notes))


def _numbered(activity: Activity, ticket: Thing, count: int) -> Send:
    at = max(activity.published, ticket.updated)
    after = replace(ticket, values={**ticket.values, "quantity": count}, updated=at)
    notes = {"allotted": True}
    return Send(follows_from(activity, "Update", ticket.owner, after, notes))


def _orders(tickets: Sequence[Thing], read: Read) -> list[Thing]:
    """Each once, however many of its lines it is about."""
    ids: dict[str, None] = {}
    for ticket in tickets:
        before: str | None = None
        while page := read.edges(
            object=ticket.id, relation=SATISFIES, limit=_PAGE, before=before
        ):
            ids.update((edge.subject, None) for edge in page)
            before = page[-1].id
    return list(read.many(ids).values())


def _sold(ticket: Thing, read: Read) -> int:
    """How many of what is held will stay so: the rest was not paid for."""
    paid = [o for o in _orders([ticket], read) if o["state"] != "awaiting"]
    return sum(read.held_by(ticket.id, order.id) for order in paid)
