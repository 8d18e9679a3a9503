"""Like: somebody is fond of a thing.  Once each."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Notify, Relate
from peer.model.reading import Read
from peer.protocol.thing import Activity


@on("Like")
def like(activity: Activity, read: Read) -> Sequence[Effect]:
    thing, fan = activity.thing, activity.actor

    if read.edges(subject=fan, relation="likes", object=thing.id, limit=1):
        return []
    return [Relate.said(activity, fan, "likes", thing.id), Notify(thing.owner)]
