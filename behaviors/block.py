"""Block: an actor wants to have nothing to do with another."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Refuse, Relate, Unrelate
from peer.model.reading import Read
from peer.protocol.thing import Activity


@on("Block")
def block(activity: Activity, read: Read) -> Sequence[Effect]:
    """Neither follows the other any more, nor waits to."""
    one, other = activity.actor, activity.thing.id

    if one == other:
        return [Refuse("Nobody blocks themselves.", 422)]
    ways = ((one, other), (other, one))
    return [
        *(Unrelate(a, "follows", b) for a, b in ways),
        *(Unrelate(a, "requested", b) for a, b in ways),
        Relate.said(activity, one, "blocks", other),
    ]
