"""In whose name a thing goes out: that of the calendar it was made on, or its owner's.

It stays so.  Others keep whose a thing is, and take no change of it from anybody else;
a calendar that something is put on afterwards passes it on instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peer.model.reading import Read
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing

SCHEDULED = "scheduled"
#: What somebody here is called, by their id: who has a name, acts.
CALLED = "user-named"
#: More than so many calendars have no event.
EACH = 50


def calendar_of(thing: Thing, read: Read) -> str | None:
    """The calendar of ours in whose name ``thing`` goes out, if there is one."""
    edges = read.edges(object=thing.id, relation=SCHEDULED, limit=EACH)
    if not edges:
        return None
    known = read.many({edge.subject for edge in edges})
    return first_calendar(edges, known, thing, read)


def voice(thing: Thing, read: Read) -> str:
    """Who speaks of ``thing`` elsewhere: the calendar it is on, else its owner.

    What acts, and is known by a user name, speaks for itself.
    """
    calendar = calendar_of(thing, read)
    if calendar is not None:
        return calendar
    return thing.id if read.recall(CALLED, thing.id) else thing.owner


def first_calendar(
    edges: Sequence[Edge], known: Mapping[str, Thing], thing: Thing, read: Read
) -> str | None:
    """The same, of ``edges``, whose ends are ``known``."""
    until = _told_first(thing, read) if edges else ""
    for edge in sorted(edges, key=lambda each: (each.since, each.id)):
        there = known.get(edge.subject)
        if edge.relation != SCHEDULED or there is None or there.deleted:
            continue
        ours = same_origin(there.id, thing.id)
        if ours and there.audience == PUBLIC and edge.since <= until:
            return there.id
    return None


def _told_first(thing: Thing, read: Read) -> str:
    """When others heard of it: as it was made, or as it was no longer kept back."""
    made = read.log(object=thing.id, type="Create", limit=1)
    times = [entry.activity.published for entry in made]
    return max([*times, thing.published])
