"""Edges that take consent, and how they stand: who said yes, who said no, who is asked.

An edge of such a kind is *asserted* by whoever speaks for its subject.  Whoever speaks
for its object agrees by an edge of their own, ``consents``, from the object to the
id of the edge; or ``declines``, at once or later.  Both peers keep all of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from peer.model.reading import Read
from peer.model.voice import voice
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.thing import Edge, Thing

CONSENTS, DECLINES, EXPIRES = "consents", "declines", "expires"
#: What is said about an edge, by edges that end at its id.
ANSWERS = (CONSENTS, DECLINES, EXPIRES)

MUTUAL, ASSERTED, DECLINED, EXPIRED = "mutual", "asserted", "declined", "expired"

#: Relations that more follows from than from others.
ALLOCATED, FEATURES, SELLS, GATHERS = (
    "allocatedTo",
    "features",
    "sellsTicketsFor",
    "gathers",
)

#: Where the peers of the cooperative are kept, by their origin.
PEERS = "beside"


# -- how an edge stands --------------------------------------------------------------


def state(edge: Edge, read: Read) -> str:
    """``mutual``, ``asserted``, ``declined`` or ``expired``."""
    return states([edge], read)[edge.id]


def is_mutual(edge: Edge, read: Read) -> bool:
    return state(edge, read) == MUTUAL


def mutual(edges: Sequence[Edge], read: Read) -> list[Edge]:
    """Those of ``edges`` that stand, in their order; two questions for all of them."""
    known = states(edges, read)
    return [edge for edge in edges if known[edge.id] == MUTUAL]


def states(edges: Sequence[Edge], read: Read) -> Mapping[str, str]:
    """How each stands, by its id."""
    said = answers(edges, read)
    beside = [e for e in edges if e.id not in said and same_origin(e.subject, e.object)]
    ends = read.many(sorted({id for e in beside for id in (e.subject, e.object)}))
    own = {e.id for e in beside if is_of_one(e, ends)}
    return {e.id: standing(said.get(e.id, {}), e.id in own) for e in edges}


def answers(edges: Iterable[Edge], read: Read) -> Mapping[str, Mapping[str, Edge]]:
    """What was said about ``edges``: by the id of each, by relation."""
    return by_edge(read.edges_into([edge.id for edge in edges], ANSWERS))


def by_edge(said: Iterable[Edge]) -> Mapping[str, Mapping[str, Edge]]:
    """The answers ``said``, newest first, by what they are about and by relation."""
    found: dict[str, dict[str, Edge]] = {}
    for each in said:
        found.setdefault(each.object, {}).setdefault(each.relation, each)
    return found


def told_apart(
    edges: Iterable[Edge],
) -> tuple[list[Edge], Mapping[str, Mapping[str, Edge]]]:
    """Edges that were read together with what was said of them: those, and that."""
    told = list(edges)
    said = by_edge(edge for edge in told if edge.relation in ANSWERS)
    return [edge for edge in told if edge.relation not in ANSWERS], said


def stamp(edge: Edge, read: Read) -> Edge | None:
    """The consent to ``edge``, if there is one."""
    return answers([edge], read).get(edge.id, {}).get(CONSENTS)


def is_of_one(edge: Edge, ends: Mapping[str, Thing]) -> bool:
    """Are both ends here and somebody's own?  Nobody asks themselves."""
    subject, object = ends.get(edge.subject), ends.get(edge.object)
    if subject is None or object is None:
        return False
    return subject.owner == object.owner


def standing(said: Mapping[str, Edge], own: bool) -> str:
    """How an edge stands of which so much was said; ``own``: both ends are one's."""
    if EXPIRES in said:
        return EXPIRED
    if CONSENTS in said:
        return MUTUAL
    if DECLINES in said:
        return DECLINED
    return MUTUAL if own else ASSERTED


# -- who is asked ----------------------------------------------------------------------


def speaker(id: str, read: Read) -> str | None:
    """Who speaks for ``id``, as far as it is known here."""
    thing = read.get(id)
    return voice(thing, read) if thing is not None and not thing.deleted else None


def asked_end(edge: Edge) -> str:
    """The end whose keeper is asked; a calendar is asked about what it gathers."""
    return edge.subject if edge.relation == GATHERS else edge.object


def other_end(edge: Edge) -> str:
    return edge.object if edge.relation == GATHERS else edge.subject


def is_peer(id: str, read: Read) -> bool:
    """Is ``id`` on one of the peers of the cooperative?"""
    return read.recall(PEERS, origin(id)) is not None


def stamp_id(of: str, mark: str) -> str:
    """The address of a consent that whoever speaks for ``of`` gives."""
    return f"{origin(of)}/edges/{mark}"
