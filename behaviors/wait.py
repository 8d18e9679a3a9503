"""Wait: somebody would come to what is full.  Whoever has waited longest comes first.

A place that is free again is given at once, so nobody who comes by gets it instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from behaviors.welcome import seat_of, told_of_line, told_of_ticket, welcomed
from peer.model.behavior import on
from peer.model.effect import (
    Effect,
    Hold,
    Notify,
    Refuse,
    Relate,
    Send,
    Unrelate,
    follows_from,
)
from peer.model.former import former
from peer.model.places import numbers
from peer.model.reading import Read
from peer.model.voice import voice
from peer.protocol.moment import read as read_moment
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge, Thing

WAITS = "waits"
#: Who has a place, who may come, who would come.
EXPECTED = ("attending", "interested", WAITS)
#: Of this nobody may first hear at the door.
_TOLD = ("startTime", "endTime", "location", "status")
#: So many may wait: whoever has waited longest has to be found among them.  Servers
#: can make up people, so that theirs are never all of them.
_MOST, _FROM_ELSEWHERE = 1000, 500
_LONG = "More people wait already than would ever get a place."


@on("Wait", object="Event")
def wait(activity: Activity, read: Read) -> Sequence[Effect]:
    """Stand in line, where there is one."""
    event, guest = activity.thing, activity.actor

    if not same_origin(event.id, activity.id):
        return [Refuse("Its own server keeps the list: wait there.", 409)]
    if why := _no_line(event, activity.published, read):
        return [Refuse(why)]
    if read.edges(subject=guest, relation="attending", object=event.id, limit=1):
        return [Refuse("You have a place already.")]
    if _waits(guest, event.id, read):
        return []
    if read.degree(relation=WAITS, object=event.id) >= _MOST:
        return [Refuse(_LONG)]
    return [Relate.said(activity, guest, WAITS, event.id), Notify(event.owner)]


def stood_in_line(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who asks for a place where there is none waits, if their server cannot say so.

    They are answered as soon as there is one.
    """
    event, guest = activity.thing, activity.actor
    if not activity.is_received:
        return [Refuse("There are no places left.")]
    if _waits(guest, event.id, read):
        return []
    if read.degree(relation=WAITS, object=event.id) >= _FROM_ELSEWHERE:
        return [Refuse(f"There are no places left. {_LONG}")]
    return [
        Relate.said(activity, guest, WAITS, event.id),
        Notify(event.owner),
        *told_of_line(activity, event, guest, read),
    ]


def waited_for(activity: Activity, read: Read) -> Sequence[Effect]:
    """There is a place for who asked when there was none."""
    asked = activity.inner
    event, given = read.get(asked.object.id), _given(asked, read)
    if event is None or not given:
        return []
    return [
        *given,
        *welcomed(asked, event, read),
        *told_of_ticket(activity, event, asked.actor, read),
    ]


@on("Accept", object="Wait")
def accept_wait(activity: Activity, read: Read) -> Sequence[Effect]:
    """The place of who waited longest, who is told that they have it."""
    return _given(activity.inner, read)


def _given(asked: Activity, read: Read) -> Sequence[Effect]:
    guest, event = asked.actor, read.get(asked.object.id)

    if event is None or not _waits(guest, event.id, read):
        return []
    capacity = event.get("capacity")
    if capacity is not None and read.held(event.id) >= capacity:
        return []
    held = [Hold(event.id, guest, 1, capacity)] if capacity is not None else []
    return [
        Unrelate(guest, WAITS, event.id),
        Relate.said(asked, guest, "attending", event.id),
        *held,
        Notify(guest),
    ]


@on("Invite", object="Event")
def invite(activity: Activity, read: Read) -> Sequence[Effect]:
    """There are tickets again: as many are told as there are, who waited longest."""
    event = read.get(activity.thing.id)

    if event is None or _is_off(event, activity.published):
        return []
    first = line(event.id, read)[: numbers(event, read).left or 0]
    return [
        effect
        for edge in first
        for effect in (Unrelate(edge.subject, WAITS, event.id), Notify(edge.subject))
    ]


def tickets_again(event: Thing, cause: Activity, read: Read) -> Iterator[Effect]:
    """Once ``cause`` is done: tickets are bought, so a place is only spoken of."""
    if not _is_kept_here(event) and line(event.id, read):
        yield Send(follows_from(cause, "Invite", voice(event, read), event))


def line(event: str, read: Read) -> Sequence[Edge]:
    """Those who wait, the longest first."""
    edges = read.edges(object=event, relation=WAITS, limit=_MOST)
    return sorted(edges, key=lambda edge: (edge.since, edge.id))


def given_on(
    event: Thing, now: str, read: Read, *, leaving: str = ""
) -> Iterator[Effect]:
    """Free places, to those who wait; ``leaving`` is giving theirs up just now."""
    capacity = event.get("capacity")
    if not _is_kept_here(event) or _is_off(event, now):
        return
    waiting = [edge for edge in line(event.id, read) if edge.subject != leaving]
    left = read.held_by(event.id, leaving) if leaving else 0
    taken = read.held(event.id) - left
    free = len(waiting) if capacity is None else max(0, capacity - taken)
    for edge in waiting[:free]:
        asked = read.activity(edge.activity)
        if asked is not None:
            is_away = asked.type == "Join"
            seat = {"result": seat_of(event, edge.subject)} if is_away else {}
            yield Send.answer("Accept", asked, voice(event, read), seat)


def _is_kept_here(event: Thing) -> bool:
    """Tickets are given by shops; people who wait for one are told otherwise."""
    return bool(event.get("joinMode", "free") == "free")


def _is_off(event: Thing, now: str) -> bool:
    end = event.get("endTime") or event.get("startTime")
    is_over = end is not None and read_moment(end) < read_moment(now)
    return is_over or event.get("status") == "CANCELLED"


def _no_line(event: Thing, now: str, read: Read) -> str | None:
    """Why nobody has to wait, or why it would be for nothing."""
    if _is_off(event, now):
        return "Nobody comes to this event any more: it is over, or cancelled."
    if not _is_kept_here(event):
        return _no_line_for_tickets(event, read)
    capacity = event.get("capacity")
    if capacity is None or read.held(event.id) < capacity:
        return "There is a place: say that you are coming."
    return None


def _no_line_for_tickets(event: Thing, read: Read) -> str | None:
    there = numbers(event, read)
    if not there.is_on_sale:
        return "No tickets are on sale yet: nobody has to wait."
    return "There are tickets: buy one." if there.left else None


def _waits(guest: str, event: str, read: Read) -> bool:
    return bool(read.edges(subject=guest, relation=WAITS, object=event, limit=1))


# -- when something is otherwise -------------------------------------------------------


def told_of_change(activity: Activity, read: Read) -> Iterator[Effect]:
    """Who means to come is told; with more places, those who wait have them."""
    event = activity.thing
    if not same_origin(event.id, activity.id):
        return
    if is_otherwise(activity, read):
        for edge in read.edges_into([event.id], EXPECTED):
            yield Notify(edge.subject)
    yield from given_on(event, activity.published, read)


def is_otherwise(activity: Activity, read: Read) -> bool:
    """Is it at another time or place now, or off, or on again?"""
    before, after = former(activity, read), activity.thing
    if before is None:
        return False
    return any(before.get(term) != after.get(term) for term in _TOLD)
