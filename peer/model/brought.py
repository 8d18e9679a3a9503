"""What a document from elsewhere says its thing is related to.

Things of our own are related by Add and Remove.  A document says it all at once,
and each version of it says it anew: it comes in ``notes["related"]``.
"""

from __future__ import annotations

from collections.abc import Iterator

from peer.model.effect import Effect, Notify, Relate, Unrelate
from peer.model.reading import Read
from peer.protocol.thing import Activity

#: Of what others say, this is taken over.
RELATIONS = ("inReplyTo", "mentions")


def related(activity: Activity, read: Read) -> Iterator[Effect]:
    """Edges, made equal to what the document said; and those are told who are new."""
    told = activity.notes.get("related")
    if told is None:
        return
    thing = activity.thing
    there = set() if activity.type == "Create" else _there(thing.id, read)
    wanted = [(name, end) for name in RELATIONS for end in told.get(name, ())]
    for name, end in sorted(there - set(wanted)):
        yield Unrelate(thing.id, name, end)
    for nth, (name, end) in enumerate(wanted):
        if (name, end) not in there:
            yield Relate.said(activity, thing.id, name, end, nth)
            yield from concerned(name, end, read)


def appeared(activity: Activity, read: Read) -> Iterator[Effect]:
    """Those are told whom something names that was kept back until now."""
    if activity.notes.get("appears"):
        for edge in read.edges_from([activity.thing.id], RELATIONS):
            yield from concerned(edge.relation, edge.object, read)


def concerned(relation: str, end: str, read: Read) -> Iterator[Effect]:
    """Who is told that something answers them, or mentions them."""
    if relation == "mentions" and read.get(end):
        yield Notify(end)  # anybody can name somebody who is not there
    if relation == "inReplyTo" and (answered := read.get(end)):
        yield Notify(answered.owner)


def _there(id: str, read: Read) -> set[tuple[str, str]]:
    return {(e.relation, e.object) for e in read.edges_from([id], RELATIONS)}
