"""Add and Remove: an edge is stated, or taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from behaviors.consent import ended, offered
from behaviors.gather import gathered
from behaviors.handing import passed_on
from peer.model.behavior import on
from peer.model.brought import concerned
from peer.model.consent import GATHERS
from peer.model.effect import Effect, Relate, Send, Unrelate, follows_from
from peer.model.reading import Read
from peer.model.voice import calendar_of
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity, Edge

#: What those who follow the subject hear of in another way, or need not.
_TOLD_OTHERWISE = frozenset(
    (
        *("allocatedTo", "scheduled", "stocks", GATHERS),
        *("featured", "isA", "occurs", "subtypeOf", "consents"),
    )
)


@on("Add")
def add(activity: Activity, read: Read) -> Sequence[Effect]:
    """State an edge; where its kind allows one object only, the last one wins."""
    edge = activity.edge

    if activity.notes.get("symmetric") and read.edges(
        subject=edge.object, relation=edge.relation, object=edge.subject, limit=1
    ):
        return []  # stored once, read both ways
    return [
        *(_given_up(activity, read) if activity.notes.get("single") else ()),
        Relate(edge),
        *(concerned(edge.relation, edge.object, read) if _is_out(edge, read) else ()),
    ]


@on("Add", object="Relationship")
def tell_added(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who follows is told, and a calendar passes on what is put on it.

    What takes consent is offered first to whoever speaks for its object.
    """
    edge = activity.edge

    if activity.notes.get("consent"):
        return [*offered(activity, read), *_told_anew(activity, read)]
    if edge.relation == GATHERS:
        return list(gathered(activity, read))
    return [*passed_on(activity, edge, read), *_told_anew(activity, read)]


@on("Remove")
def remove(activity: Activity, read: Read) -> Sequence[Effect]:
    edge = activity.edge

    return [Unrelate(edge.subject, edge.relation, edge.object)]


@on("Remove", object="Relationship")
def tell_removed(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who follows is told what a thing now stands in relation to."""
    return [*ended(activity, read), *_told_anew(activity, read)]


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


def _given_up(activity: Activity, read: Read) -> Iterator[Effect]:
    """What stood there until now; who had agreed to that is told."""
    edge = activity.edge
    for each in read.edges(subject=edge.subject, relation=edge.relation):
        if each.object == edge.object:
            continue
        if activity.notes.get("consent"):
            yield Send(follows_from(activity, "Remove", activity.actor, each))
        yield Unrelate(each.subject, each.relation, each.object)
