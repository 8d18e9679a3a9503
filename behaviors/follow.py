"""Follow, and its answers: somebody wants to be sent what an actor makes public.

An actor of ours answers at once, unless it approves of its followers by hand; one
elsewhere answers in its own time.
"""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Notify, Refuse, Relate, Send, Unrelate
from peer.model.reading import Read
from peer.protocol.thing import Activity, Thing


@on("Follow")
def follow(activity: Activity, read: Read) -> Sequence[Effect]:
    """Ask; or, where nobody has to be asked, be accepted."""
    fan, whom = activity.actor, activity.thing

    if fan == whom.id:
        return [Refuse("Nobody follows themselves.", 422)]
    if read.edges(subject=whom.id, relation="blocks", object=fan, limit=1):
        return [Refuse("They do not want you to follow them.", 403)]
    if read.edges(subject=fan, relation="follows", object=whom.id, limit=1):
        return [] if _is_elsewhere(whom) else [_accepted(activity)]
    asked = Relate.said(activity, fan, "requested", whom.id)
    if _is_elsewhere(whom):
        return [asked]
    if whom.get("approves"):
        return [asked, Notify(whom.id), Notify(whom.owner)]
    return [_accepted(activity), Notify(whom.id), Notify(whom.owner)]


@on("Accept", object="Follow")
def accept_follow(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who asked follows from now on, unless they have thought better of it."""
    asked = activity.inner
    fan, whom = asked.actor, asked.object.id

    waits = read.edges(subject=fan, relation="requested", object=whom, limit=1)
    if activity.is_received and not waits:
        return []
    return [
        Unrelate(fan, "requested", whom),
        Relate.said(asked, fan, "follows", whom),
    ]


@on("Reject", object="Follow")
def reject_follow(activity: Activity, read: Read) -> Sequence[Effect]:
    """Who asked does not follow; not any longer, if they did."""
    asked = activity.inner
    fan, whom = asked.actor, asked.object.id

    return [Unrelate(fan, "requested", whom), Unrelate(fan, "follows", whom)]


def _accepted(activity: Activity) -> Send:
    return Send.answer("Accept", activity, activity.thing.id)


def _is_elsewhere(whom: Thing) -> bool:
    """Is it for another server to say?"""
    return whom.kind == "Actor"
