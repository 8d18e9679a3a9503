"""Add and Remove: an edge is stated, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from peer.model.behavior import on
from peer.model.brought import concerned
from peer.model.effect import Effect, Relate, Send, Unrelate, follows_from
from peer.model.reading import Read
from peer.model.voice import calendar_of
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity, Edge

#: What makes a calendar, or a department, pass something on: by relation, whether it
#: is the subject of it.
_ON_A_CALENDAR = {"allocatedTo": False, "scheduled": True, "stocks": True}
_TOLD_OTHERWISE = frozenset((*_ON_A_CALENDAR, "featured", "isA", "subtypeOf"))


@on("Add")
def add(activity: Activity, read: Read) -> Sequence[Effect]:
    """State an edge; where its kind allows one object only, the last one wins."""
    edge = activity.edge

    if activity.notes.get("symmetric") and read.edges(
        subject=edge.object, relation=edge.relation, object=edge.subject, limit=1
    ):
        return []  # stored once, read both ways
    return [
        *(_given_up(edge, read) if activity.notes.get("single") else ()),
        Relate(edge),
        *(concerned(edge.relation, edge.object, read) if _is_out(edge, read) else ()),
    ]


@on("Add", object="Relationship")
def tell_added(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who follows is told: a calendar passes on what is put on it."""
    return [*_passed_on(activity, read), *_told_anew(activity, read)]


@on("Remove")
def remove(activity: Activity, read: Read) -> Sequence[Effect]:
    edge = activity.edge

    return [Unrelate(edge.subject, edge.relation, edge.object)]


@on("Remove", object="Relationship")
def tell_removed(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who follows is told what a thing now stands in relation to."""
    return _told_anew(activity, read)


def _passed_on(activity: Activity, read: Read) -> Sequence[Effect]:
    """By the calendar, of what does not go out in its name anyway."""
    edge = activity.edge
    before = _ON_A_CALENDAR.get(edge.relation)

    if before is None:
        return []
    ends = (edge.subject, edge.object)
    calendar, other = ends if before else reversed(ends)
    thing = read.get(other)
    if thing is None or thing.audience != PUBLIC or thing.deleted:
        return []
    ours = same_origin(calendar, activity.id)
    if not ours or calendar_of(thing, read) == calendar:
        return []
    return [Send(follows_from(activity, "Announce", calendar, thing, {"new": True}))]


def _told_anew(activity: Activity, read: Read) -> Sequence[Effect]:
    """To others, its tags and the like are part of a thing: so it has changed.

    Once, however much of that is done together, and not if it is told of anyway.
    """
    edge, thing = activity.edge, read.get(activity.edge.subject)

    if edge.relation in _TOLD_OTHERWISE or thing is None or thing.deleted:
        return []
    is_ours = same_origin(thing.id, activity.id) and thing.audience == PUBLIC
    if not is_ours or thing.updated >= activity.published:
        return []
    speaker = calendar_of(thing, read) or thing.owner
    if not read.edges(object=speaker, relation="follows", limit=1):
        return []
    after = replace(thing, updated=activity.published)
    return [Send(follows_from(activity, "Update", thing.owner, after))]


def _is_out(edge: Edge, read: Read) -> bool:
    """Of what is still kept back nobody is told, though it names them."""
    thing = read.get(edge.subject)
    return thing is not None and thing.audience == PUBLIC


def _given_up(edge: Edge, read: Read) -> Sequence[Effect]:
    held = read.edges(subject=edge.subject, relation=edge.relation)
    return [
        Unrelate(e.subject, e.relation, e.object)
        for e in held
        if e.object != edge.object
    ]
