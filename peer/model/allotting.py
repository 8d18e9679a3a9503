"""Places of an event that a shop was given to sell: who has which, and how many."""

from __future__ import annotations

from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.thing import Thing

ALLOTS = "allots"


def allotments_of(event: Thing, read: Read) -> list[Thing]:
    """What was given of ``event`` to sell, or is offered."""
    edges = read.edges(subject=event.id, relation=ALLOTS)
    known = read.many(edge.object for edge in edges)
    return [each for edge in edges if (each := known.get(edge.object))]


def ticket_id(allotment: Thing) -> str:
    """The address at which the shop sells ``allotment``: known before it is there."""
    return f"{origin(allotment['shop'])}/tickets/{cid([allotment.id])[-16:]}"


def most_of(allotment: Thing) -> int:
    """How many places the shop may believe that it has, whichever of us is behind."""
    told = [allotment.get("agreed"), allotment.get("atMost")]
    if allotment.get("state") in ("offered", "accepted"):
        told.append(allotment["quantity"])
    return max(int(each or 0) for each in told)
