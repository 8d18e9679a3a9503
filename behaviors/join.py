"""Join and Leave: somebody comes to an event, or no longer does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from behaviors.sell import counted, is_by_desk
from behaviors.wait import WAITS, given_on, stood_in_line, waited_for
from behaviors.welcome import (
    buying_at,
    parted,
    seat_of,
    told_of_ticket,
    told_why_not,
    welcomed,
)
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

    if is_by_desk(activity):
        return counted(activity, read)
    if read.edges(subject=guest, relation="attending", object=event.id, limit=1):
        return _told(activity, read)
    if _is_elsewhere(event, activity):
        return [
            Unrelate(guest, "requested", event.id),
            Relate.said(activity, guest, "requested", event.id),
        ]
    if why := _closed(event, activity):
        return [Refuse(why)]
    coming = [
        Relate.said(activity, guest, "attending", event.id),
        Unrelate(guest, "interested", event.id),
        Notify(event.owner),
        *(welcomed(activity, event, read) if activity.is_received else ()),
        *_told(activity, read),
        *(told_of_ticket(activity, event, guest, read) if activity.is_received else ()),
    ]
    capacity = event.get("capacity")
    if capacity is None:
        return coming
    if read.held(event.id) >= capacity:
        return stood_in_line(activity, read)
    return [
        *coming,
        Unrelate(guest, WAITS, event.id),
        Hold(event.id, guest, 1, capacity),
    ]


@on("Accept", object="Join")
def accept_join(activity: Activity, read: Read) -> Sequence[Effect]:
    """They have a place for somebody of ours; at our own, who asks has it already.

    Or has waited for it.
    """
    asked = activity.inner
    guest, event = asked.actor, asked.object.id

    if same_origin(event, activity.id) and not activity.is_received:
        return waited_for(activity, read)
    waits = read.edges(subject=guest, relation="requested", object=event, limit=1)
    if not waits or _asked_again(asked, read):
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

    if _asked_again(asked, read):
        return []
    there = read.get(event)
    is_ours = same_origin(event, activity.id) and not activity.is_received
    return [
        Unrelate(guest, "requested", event),
        Unrelate(guest, "attending", event),
        *_out_of_line(asked, read),
        *(_freed(there, guest, activity, read) if there else [Release(event, guest)]),
        Notify(guest),
        *(told_why_not(activity, there, guest, read) if there and is_ours else ()),
    ]


@on("Leave", object="Event")
def leave(activity: Activity, read: Read) -> Sequence[Effect]:
    """Free the place of who leaves; nothing happens where there was none."""
    event, guest = activity.thing, activity.actor

    if is_by_desk(activity):
        return counted(activity, read)
    return [
        *(Unrelate(guest, name, event.id) for name in _COMING),
        *_freed(event, guest, activity, read),
    ]


@on("TentativeAccept", object="Event")
def maybe(activity: Activity, read: Read) -> Sequence[Effect]:
    """Note that somebody may come; the place of who was to come is free again."""
    event, guest = activity.thing, activity.actor

    return [
        Unrelate(guest, "attending", event.id),
        *_freed(event, guest, activity, read),
        Relate.said(activity, guest, "interested", event.id),
    ]


@on("Undo", object="Join")
def undo_join(activity: Activity, read: Read) -> Sequence[Effect]:
    """Free the place as well; the edge is taken back like any other."""
    event = read.get(activity.inner.object.id) or activity.inner.thing

    return [*_freed(event, activity.actor, activity, read)]


def _closed(event: Thing, activity: Activity) -> str | None:
    """Why nobody can join ``event`` any more, or like this; nothing if they can."""
    if event.get("status") == "CANCELLED":
        return "This event is cancelled."
    if _is_over(event, activity.published):
        return "This event is over."
    if event.get("joinMode", "free") == "free":
        return None
    where = f" {buying_at(event)}" if activity.is_received else ""
    return f"Places at this event come with a ticket.{where}"


_COMING = ("attending", "interested", "requested", WAITS)


def _freed(
    event: Thing, guest: str, activity: Activity, read: Read
) -> Sequence[Effect]:
    """The place of ``guest``, for whoever has waited longest."""
    free = [Release(event.id, guest), *parted(activity, event, guest, read)]
    if not same_origin(event.id, activity.id) and not activity.is_received:
        return free  # its own server knows who waits there
    return [*free, *given_on(event, activity.published, read, leaving=guest)]


def _out_of_line(asked: Activity, read: Read) -> Sequence[Effect]:
    """Who waits because of what was ``asked`` need not wait any longer."""
    guest, event = asked.actor, asked.object.id
    edges = read.edges(subject=guest, relation=WAITS, object=event, limit=1)
    return [Unrelate(guest, WAITS, event) for e in edges if e.activity == asked.id]


def _asked_again(asked: Activity, read: Read) -> bool:
    """Has the guest asked once more since?  Then this answers another question."""
    edges = [
        edge
        for name in ("requested", "attending")
        for edge in read.edges(
            subject=asked.actor, relation=name, object=asked.object.id, limit=1
        )
    ]
    return any(e.activity != asked.id and e.since > asked.published for e in edges)


def _told(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who asks from elsewhere is answered, in the name that the event goes out in."""
    event = activity.thing
    if not activity.is_received:
        return []
    by = calendar_of(event, read) or event.owner
    seat = seat_of(event, activity.actor)
    return [Send.answer("Accept", activity, by, {"result": seat})]


def _is_elsewhere(event: Thing, activity: Activity) -> bool:
    """Is it another server's event, to which somebody of ours wants to go?"""
    return not activity.is_received and not same_origin(event.id, activity.actor)


def _is_over(event: Thing, now: str) -> bool:
    end = event.get("endTime") or event.get("startTime")
    return end is not None and datetime.fromisoformat(end) < datetime.fromisoformat(now)
