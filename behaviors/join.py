"""Join and Leave: somebody comes to an event, or no longer does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peer.model.behavior import on
from peer.model.effect import (
    Effect,
    Hold,
    Notify,
    Refuse,
    Relate,
    Release,
    Send,
    Unrelate,
)
from peer.model.reading import Read
from peer.model.voice import calendar_of
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing


@on("Join", object="Event")
def join(activity: Activity, read: Read) -> Sequence[Effect]:
    """Give a place to who asks, while there are places and time."""
    event, guest = activity.thing, activity.actor

    if read.edges(subject=guest, relation="attending", object=event.id, limit=1):
        return _told(activity, read)
    if _is_elsewhere(event, activity):
        return [Relate.said(activity, guest, "requested", event.id)]
    if event.get("joinMode", "free") != "free":
        return [Refuse("Places at this event come with a ticket.")]
    if event.get("status") == "CANCELLED":
        return [Refuse("This event is cancelled.")]
    if _is_over(event, activity.published):
        return [Refuse("This event is over.")]
    coming = [
        Relate.said(activity, guest, "attending", event.id),
        Unrelate(guest, "interested", event.id),
        Notify(event.owner),
        *_told(activity, read),
    ]
    capacity = event.get("capacity")
    if capacity is None:
        return coming
    if read.held(event.id) >= capacity:
        return [Refuse("There are no places left.")]
    return [*coming, Hold(event.id, guest, 1, capacity)]


@on("Accept", object="Join")
def accept_join(activity: Activity, read: Read) -> Sequence[Effect]:
    """They have a place for somebody of ours; at our own, who asks has it already."""
    asked = activity.inner
    guest, event = asked.actor, asked.object.id

    if not read.edges(subject=guest, relation="requested", object=event, limit=1):
        return []
    return [
        Unrelate(guest, "requested", event),
        Relate.said(asked, guest, "attending", event),
        Notify(guest),
    ]


@on("Reject", object="Join")
def reject_join(activity: Activity, read: Read) -> Sequence[Effect]:
    """There is no place, or no longer."""
    asked = activity.inner
    guest, event = asked.actor, asked.object.id

    return [
        Unrelate(guest, "requested", event),
        Unrelate(guest, "attending", event),
        Release(event, guest),
        Notify(guest),
    ]


@on("Leave", object="Event")
def leave(activity: Activity, read: Read) -> Sequence[Effect]:
    """Free the place of who leaves; nothing happens where there was none."""
    event, guest = activity.thing, activity.actor

    return [
        *(Unrelate(guest, name, event.id) for name in _COMING),
        Release(event.id, guest),
    ]


@on("TentativeAccept", object="Event")
def maybe(activity: Activity, read: Read) -> Sequence[Effect]:
    """Note that somebody may come; the place of who was to come is free again."""
    event, guest = activity.thing, activity.actor

    return [
        Unrelate(guest, "attending", event.id),
        Release(event.id, guest),
        Relate.said(activity, guest, "interested", event.id),
    ]


@on("Undo", object="Join")
def undo_join(activity: Activity, read: Read) -> Sequence[Effect]:
    """Free the place as well; the edge is taken back like any other."""
    event = activity.inner.thing

    return [Release(event.id, activity.actor)]


_COMING = ("attending", "interested", "requested")


def _told(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who asks from elsewhere is answered, in the name that the event goes out in."""
    event = activity.thing
    if not activity.is_received:
        return []
    by = calendar_of(event, read) or event.owner
    return [Send.answer("Accept", activity, by)]


def _is_elsewhere(event: Thing, activity: Activity) -> bool:
    """Is it another server's event, to which somebody of ours wants to go?"""
    return not activity.is_received and not same_origin(event.id, activity.actor)


def _is_over(event: Thing, now: str) -> bool:
    end = event.get("endTime") or event.get("startTime")
    return end is not None and datetime.fromisoformat(end) < datetime.fromisoformat(now)
