"""Arrive: somebody with a ticket is let in.  Once."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Put, Refuse, Relate, Release
from peer.model.gate import counted_in, inside
from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity


@on("Arrive", object="Seat")
def arrive(activity: Activity, read: Read) -> Sequence[Effect]:
    """Note that who has the seat came in, at the event's own peer.

    Of a genuine ticket that the shop has not told of yet, what it says is kept.
    """
    seat, event = activity.thing, activity.thing["event"]
    known = read.get(seat.id)

    if not same_origin(event, activity.id):
        return [Refuse("Tickets are checked where the event is kept.", 409)]
    if known is not None and known.get("state") == "void":
        return [Refuse("This ticket is void.")]
    if read.edges(subject=seat.id, relation="arrived", object=event, limit=1):
        return [Refuse("Somebody came in with this ticket already.")]
    told = [Put(seat)] if known is None else []
    return [
        *told,
        Relate.said(activity, seat.id, "arrived", event),
        *counted_in(known or seat),
    ]


@on("Undo", object="Arrive")
def not_arrived(activity: Activity, read: Read) -> Sequence[Effect]:
    """They are not in after all; the edge is taken back like any other."""
    seat = read.get(activity.inner.object.id)
    ticket = seat.get("ticket") if seat is not None else None
    return [Release(inside(ticket), activity.inner.object.id)] if ticket else []
