"""Delete: a thing is taken away.  A tombstone stays, and no edge is left dangling."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Erase
from peer.model.reading import Read
from peer.protocol.thing import Activity


@on("Delete")
def delete(activity: Activity, read: Read) -> Sequence[Effect]:
    return [Erase(activity.thing.id, activity.published)]
