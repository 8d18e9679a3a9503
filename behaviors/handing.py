"""What calendars and departments pass on to those who follow them.

A thing, for who takes that.  To many servers a group passes on what was done, and not
things: they show a post that is on a calendar once they are told of the activity that
made it, and of those that change it (FEP-1b12).  These are named by id, so that each
server asks their author's for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from peer.model.consent import ALLOCATED, GATHERS, asked_end, mutual
from peer.model.effect import Effect, Send, follows_from
from peer.model.former import told_first
from peer.model.reading import Read
from peer.model.voice import calendar_of
from peer.protocol.moment import read as read_moment
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing

#: What is shown on a calendar because of an edge of that kind.
LISTED = (ALLOCATED, GATHERS)
#: What makes a calendar, or a department, pass something on: by relation, whether it
#: is the subject of it.
_ON_A_CALENDAR = {ALLOCATED: False, GATHERS: True, "scheduled": True, "stocks": True}
#: So often something that changes is handed on; that it ends always is.
_OFTEN, _WITHIN, _LOOKED_BACK = 20, timedelta(hours=1), 100


def passed_on(activity: Activity, edge: Edge, read: Read) -> Iterator[Effect]:
    """By a calendar or a department, of what does not go out in its name anyway."""
    before = _ON_A_CALENDAR.get(edge.relation)
    if before is None:
        return
    ends = (edge.subject, edge.object)
    calendar, other = ends if before else reversed(ends)
    thing = read.get(other)
    if thing is None or thing.audience != PUBLIC or thing.deleted:
        return
    ours = same_origin(calendar, activity.id)
    if ours and calendar_of(thing, read) != calendar:
        new = {"new": True}
        yield Send(follows_from(activity, "Announce", calendar, thing, new))
        if edge.relation == ALLOCATED:
            yield from _handed_first(activity, calendar, thing, read)


def _handed_first(
    activity: Activity, calendar: str, post: Thing, read: Read
) -> Iterator[Effect]:
    """How ``post``, which ``calendar`` shows from now on, was told of by its author."""
    if not isinstance(activity.object, Activity):
        return  # nobody had to agree
    offer, told = activity.inner, activity.inner.notes.get("instrument")
    if same_origin(post.id, calendar):
        told = told_first(post.id, read)
    if isinstance(told, str) and same_origin(told, post.id):
        yield _handed(offer, told, calendar, post)


def handed_on(activity: Activity, post: Thing, read: Read) -> Iterator[Effect]:
    """What its author did to ``post``, by each calendar of ours that shows it."""
    is_named = not activity.notes.get("nameless")
    is_theirs = activity.is_received and same_origin(activity.id, post.id)
    if not (is_theirs and is_named) or post.audience != PUBLIC:
        return
    out = read.edges(subject=post.id, relation=ALLOCATED)
    into = read.edges(object=post.id, relation=GATHERS)
    shown = [asked_end(edge) for edge in mutual([*out, *into], read)]
    if shown and activity.type != "Delete" and _is_enough(activity, read):
        return
    for calendar in read.many(shown).values():
        if calendar.kind == "Calendar" and not calendar.deleted:
            yield _handed(activity, activity.id, calendar.id, post)


def _is_enough(activity: Activity, read: Read) -> bool:
    """Was it handed on all the time?  One author is not to write to all who follow."""
    since = read_moment(activity.published) - _WITHIN
    lately = [
        entry.activity.id
        for entry in read.log(object=activity.thing.id, limit=_LOOKED_BACK)
        if entry.activity.notes.get("handed")
        and read_moment(entry.activity.published) > since
    ]
    return len(lately) >= _OFTEN


def _handed(cause: Activity, told: str, calendar: str, post: Thing) -> Send:
    return Send(follows_from(cause, "Announce", calendar, post, {"handed": told}))
