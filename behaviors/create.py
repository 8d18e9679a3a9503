"""Create: a new thing comes into being."""

from __future__ import annotations

from collections.abc import Sequence

from behaviors.gather import named
from peer.model.behavior import on
from peer.model.brought import related
from peer.model.effect import Effect, Put, Refuse
from peer.model.reading import Read
from peer.protocol.thing import Activity


@on("Create")
def create(activity: Activity, read: Read) -> Sequence[Effect]:
    if read.get(activity.thing.id):
        return [Refuse("Something is at this address already.")]
    return [Put(activity.thing), *related(activity, read), *named(activity, read)]
