"""Join and Leave: somebody comes to an event, or no longer does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peer.model.behavior import on
from peer.model.effect import Effect, Hold, Notify, Refuse, Relate, Release, Unrelate
from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing


@on("Join", object="Event")
def join(activity: Activity, read: Read) -> Sequence[Effect]:
    """Give a place to who asks, while there are places and time."""
    event, guest = activity.thing, activity.actor

    if read.edges(subject=guest, relation="attending", object=event.id, limit=1):
        return []
    if event.get("joinMode", "free") != "free":
        return [Refuse("Places at this event come with a ticket.")]
    if event.get("status") == "CANCELLED":
        return [Refuse("This event is cancelled.")]
    if _is_over(event, activity.published):
        return [Refuse("This event is over.")]
    coming = Relate.said(activity, guest, "attending", event.id)
    capacity = event.get("capacity")
    if capacity is None:
        return [coming, Notify(event.owner)]
    if read.held(event.id) >= capacity:
        return [Refuse("There are no places left.")]
    return [coming, Hold(event.id, guest, 1, capacity), Notify(event.owner)]


@on("Leave", object="Event")
def leave(activity: Activity, read: Read) -> Sequence[Effect]:
    """Free the place of who leaves; nothing happens where there was none."""
    event, guest = activity.thing, activity.actor

    return [Unrelate(guest, "attending", event.id), Release(event.id, guest)]


@on("Undo", object="Join")
def undo_join(activity: Activity, read: Read) -> Sequence[Effect]:
    """Free the place as well; the edge is taken back like any other."""
    event = activity.inner.thing

    return [Release(event.id, activity.actor)]


def _is_over(event: Thing, now: str) -> bool:
    end = event.get("endTime") or event.get("startTime")
    return end is not None and datetime.fromisoformat(end) < datetime.fromisoformat(now)
