"""Move: an actor goes on under another address, and those who follow it come along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from peer.model.behavior import on
from peer.model.effect import Effect, Put, Refuse, Send, Unrelate, follows_from
from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Edge, Thing

_NOBODY = "There is nobody where they are said to have gone."
_NOT_SAID = (
    "They do not say that they were you: put your address here among the other names "
    "of the account there, and try again."
)


@on("Move")
def move(activity: Activity, read: Read) -> Sequence[Effect]:
    """Our people who followed the old address follow the new one."""
    old, new = activity.thing, read.get(str(activity.notes.get("target", "")))

    if new is None or new.deleted or new.id == old.id:
        return [Refuse(_NOBODY, 422, {"target": _NOBODY})]
    if _is_ours(old) and old.id not in _names(new):
        return [Refuse(_NOT_SAID, 422, {"target": _NOT_SAID})]
    return [
        *_left(activity, old, new),
        *(
            effect
            for edge in read.edges(object=old.id, relation="follows")
            if not _is_ours(old) or same_origin(edge.subject, old.id)
            for effect in _along(activity, edge, new, read)
        ),
    ]


def _is_ours(actor: Thing) -> bool:
    return actor.kind != "Actor"


def _names(actor: Thing) -> Sequence[str]:
    told = actor.get("alsoKnownAs") or ()
    return told.split() if isinstance(told, str) else told


def _left(activity: Activity, old: Thing, new: Thing) -> Iterator[Effect]:
    """Of ours it is kept where they have gone; of others, their own server says it."""
    if _is_ours(old):
        values = {**old.values, "movedTo": new.id}
        yield Put(replace(old, values=values, updated=activity.published))


def _along(activity: Activity, edge: Edge, new: Thing, read: Read) -> Iterator[Effect]:
    """Each of ours does what they would do themselves: unfollow, and follow."""
    fan, asked = edge.subject, read.activity(edge.activity)
    if asked is None:
        yield Unrelate(fan, "follows", edge.object)
    else:
        yield Send(follows_from(activity, "Undo", fan, asked))
    if fan != new.id and not _is_between(fan, new.id, read):
        yield Send(follows_from(activity, "Follow", fan, new))


def _is_between(one: str, other: str, read: Read) -> bool:
    """Does either want nothing of the other?"""
    ways = ((one, other), (other, one))
    return any(
        read.edges(subject=a, relation="blocks", object=b, limit=1) for a, b in ways
    )
