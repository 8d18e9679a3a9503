"""Undo: what an activity stated is taken back, exactly that and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Refuse, Unrelate
from peer.model.reading import Read
from peer.protocol.thing import Activity


@on("Undo")
def undo(activity: Activity, read: Read) -> Sequence[Effect]:
    stated = read.edges(activity=activity.inner.id)

    if not stated and not activity.notes.get("anyway"):
        return [Refuse("There is nothing left of it to take back.")]
    return [Unrelate(e.subject, e.relation, e.object) for e in stated]
