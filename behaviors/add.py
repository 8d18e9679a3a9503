"""Add and Remove: an edge is stated, or taken back."""

from __future__ import annotations

from collections.abc import Sequence

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
        *concerned(edge.relation, edge.object, read),
    ]


@on("Add", object="Relationship")
def pass_on(activity: Activity, read: Read) -> Sequence[Effect]:
    """A calendar tells those who follow it of what is put on it, but for its own."""
    edge = activity.edge
    before = _ON_A_CALENDAR.get(edge.relation)

    if before is None:
        return []
    calendar, other = (
        (edge.subject, edge.object) if before else (edge.object, edge.subject)
    )
    thing = read.get(other)
    if thing is None or thing.audience != PUBLIC or thing.deleted:
        return []
    ours = same_origin(calendar, activity.id)
    if not ours or calendar_of(thing, read) == calendar:
        return []
    return [Send(follows_from(activity, "Announce", calendar, thing, {"new": True}))]


@on("Remove")
def remove(activity: Activity, read: Read) -> Sequence[Effect]:
    edge = activity.edge

    return [Unrelate(edge.subject, edge.relation, edge.object)]


def _given_up(edge: Edge, read: Read) -> Sequence[Effect]:
    held = read.edges(subject=edge.subject, relation=edge.relation)
    return [
        Unrelate(e.subject, e.relation, e.object)
        for e in held
        if e.object != edge.object
    ]
