"""Update: a thing changes.  An older version never replaces a newer one."""

from __future__ import annotations

from collections.abc import Sequence

from behaviors.consent import withdrawn
from behaviors.handing import handed_on
from peer.model.behavior import on
from peer.model.brought import appeared, related
from peer.model.effect import Effect, Put
from peer.model.reading import Read
from peer.protocol.thing import Activity, Edge


@on("Update")
def update(activity: Activity, read: Read) -> Sequence[Effect]:
    if isinstance(activity.object, Edge):
        return []  # an edge does not change; who agrees to it may
    now = read.get(activity.thing.id)

    if now is None or now.deleted or now.updated > activity.thing.updated:
        return []
    return [
        Put(activity.thing),
        *related(activity, read),
        *appeared(activity, read),
        *(withdrawn(activity, read) if activity.notes.get("vanishes") else ()),
        *handed_on(activity, activity.thing, read),
    ]
