"""What a calendar gathers: posts whose authors' servers know nothing of edges.

Nobody asserts anything between two things that are both another server's.  So it is
the calendar that says so, of itself: somebody brings it a post, or an author names it,
and it takes the post by the same policy that it has for what it is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from behaviors.consent import admits, agreed, declined, told
from peer.model.behavior import on
from peer.model.consent import GATHERS, stamp_id
from peer.model.effect import Effect, Refuse, Send, follows_from
from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity, Edge

_CALENDAR = "Calendar"


def gathered(activity: Activity, read: Read) -> Iterator[Effect]:
    """A post was brought to a calendar: it takes it by its policy, or is asked."""
    edge = activity.edge
    calendar = read.get(edge.subject)
    if calendar is None or calendar.kind != _CALENDAR:
        yield Refuse("Only a calendar gathers posts.", 422)
        return
    if same_origin(edge.object, edge.subject):
        yield Refuse("That is here: it is allocated on its own page.", 422)
        return
    post = read.get(edge.object)
    if post is not None and (post.deleted or post.audience != PUBLIC):
        yield Refuse("What is not for everybody is not shown to everybody.", 403)
        return
    who = activity.notes.get("suggested", activity.actor)
    if who in (calendar.id, calendar.owner) or admits(calendar.id, who, read):
        mark = cid([activity.id, edge.id])[-24:]
        result = {"result": stamp_id(calendar.id, mark)}
        yield Send.answer("Accept", activity, calendar.id, result)
    else:
        yield from told(calendar.id, calendar.owner, read)


@on("Accept", object="Add/Relationship")
def accept_gathered(activity: Activity, read: Read) -> Sequence[Effect]:
    """The calendar takes what somebody brought."""
    return agreed(activity, activity.inner.edge, read)


@on("Reject", object="Add/Relationship")
def reject_gathered(activity: Activity, read: Read) -> Sequence[Effect]:
    """The calendar does not take it."""
    return declined(activity, activity.inner.edge, read)


def named(activity: Activity, read: Read) -> Iterator[Effect]:
    """An author who names a calendar of ours in a public post offers it the post."""
    related, post = activity.notes.get("related") or {}, activity.thing
    if not activity.is_received or related.get("inReplyTo") or post.audience != PUBLIC:
        return
    for calendar in read.many(related.get("mentions", ())).values():
        if calendar.kind == _CALENDAR and not calendar.deleted:
            yield Send(_brought(activity, calendar.id))


def _brought(activity: Activity, calendar: str) -> Activity:
    post = activity.thing
    id = stamp_id(calendar, cid([activity.id, calendar, post.id])[-24:])
    edge = Edge(id, calendar, GATHERS, post.id, calendar, activity.published, "")
    notes = {"suggested": activity.actor}
    done = follows_from(activity, "Add", calendar, edge, notes)
    return replace(done, object=replace(edge, activity=done.id))
