"""Delete: a thing is taken away.  A tombstone stays, and no edge is left dangling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from behaviors.consent import over
from behaviors.handing import LISTED, handed_on
from behaviors.reschedule import called_off
from peer.model.behavior import on
from peer.model.consent import answers, asked_end
from peer.model.effect import Effect, Erase, Refuse, Unrelate
from peer.model.indexing import SHELVES
from peer.model.places import SOLD
from peer.model.query import Query
from peer.model.reading import Read
from peer.protocol.iri import origin
from peer.protocol.thing import Activity

_MOST = 1000
_SITE = "This is the site itself: other servers would forget it, and all it said."
_SOLD = "Tickets for it are sold: cancel it instead, so that whoever has one is told."


@on("Delete")
def delete(activity: Activity, read: Read) -> Sequence[Effect]:
    thing = activity.thing

    if thing.id == f"{origin(activity.id)}/actor" and not activity.is_received:
        return [Refuse(_SITE, 403)]
    is_ours = thing.kind == "Event" and not activity.is_received
    if is_ours and read.tally_from([thing.id], (SOLD,)):
        return [Refuse(_SOLD)]
    return [
        *called_off(activity, read),
        *handed_on(activity, thing, read),
        *_ended(activity, thing.id, read),
        Erase(thing.id, activity.published),
    ]


@on("Delete", object="Actor")
def forget(activity: Activity, read: Read) -> Sequence[Effect]:
    """Somebody elsewhere is gone, and with them what they had here."""
    gone = Query((), audiences=SHELVES, owner=activity.thing.id, limit=_MOST)
    return [
        effect
        for each in read.find(gone).items
        for effect in (
            *_ended(activity, each.id, read),
            Erase(each.id, activity.published),
        )
    ]


def _ended(activity: Activity, id: str, read: Read) -> Iterator[Effect]:
    """With an end an edge is gone, and with the edge what was said about it.

    A calendar that has shown it to those who follow takes that back.
    """
    edges = [*read.edges(subject=id), *read.edges(object=id)]
    said = answers(edges, read)
    for edge in edges:
        if edge.relation in LISTED and asked_end(edge) != id:
            yield from over(activity, edge, read)
        else:
            for each in said.get(edge.id, {}).values():
                yield Unrelate(each.subject, each.relation, each.object)
