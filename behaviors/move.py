"""Move: an actor goes on under another address, and those who follow it come along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Refuse, Send, Unrelate, follows_from
from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge, Thing


@on("Move")
def move(activity: Activity, read: Read) -> Sequence[Effect]:
    """Our people who followed the old address follow the new one."""
    old, target = activity.thing, str(activity.notes.get("target", ""))
    new = read.get(target)

    if new is None or new.deleted or new.id == old.id:
        return [Refuse("There is nobody where they are said to have gone.", 422)]
    return [
        effect
        for edge in read.edges(object=old.id, relation="follows")
        if old.kind == "Actor" or same_origin(edge.subject, old.id)
        for effect in _along(activity, edge, new, read)
    ]


def _along(activity: Activity, edge: Edge, new: Thing, read: Read) -> Iterator[Effect]:
    """Each of ours does what they would do themselves: unfollow, and follow."""
    fan, asked = edge.subject, read.activity(edge.activity)
    if asked is None:
        yield Unrelate(fan, "follows", edge.object)
    else:
        yield Send(follows_from(activity, "Undo", fan, asked))
    yield Send(follows_from(activity, "Follow", fan, new))
