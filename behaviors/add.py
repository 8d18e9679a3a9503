"""Add and Remove: an edge is stated, or taken back."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Relate, Unrelate
from peer.model.reading import Read
from peer.protocol.thing import Activity


@on("Add")
def add(activity: Activity, read: Read) -> Sequence[Effect]:
    """State an edge; where its kind allows one object only, the last one wins."""
    edge = activity.edge

    if activity.notes.get("symmetric") and read.edges(
        subject=edge.object, relation=edge.relation, object=edge.subject, limit=1
    ):
        return []  # stored once, read both ways
    if activity.notes.get("single"):
        held = read.edges(subject=edge.subject, relation=edge.relation)
        given_up = [e for e in held if e.object != edge.object]
        return [
            *(Unrelate(e.subject, e.relation, e.object) for e in given_up),
            Relate(edge),
        ]
    return [Relate(edge)]


@on("Remove")
def remove(activity: Activity, read: Read) -> Sequence[Effect]:
    edge = activity.edge

    return [Unrelate(edge.subject, edge.relation, edge.object)]
