"""What is done about edges that take consent, as it is told to others.

They are offered and taken back whole; a consent is shown, and revoked, by its id.  A
calendar says beside what it now shows, for servers that know collections alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from peer.model.consent import (
    ALLOCATED,
    CONSENTS,
    GATHERS,
    PEERS,
    answers,
    asked_end,
    is_peer,
    mutual,
    other_end,
    speaker,
)
from peer.model.former import told_first
from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.model.voice import voice
from peer.node.telling import edges
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.terms import PUBLIC as EVERYBODY
from peer.protocol.thing import Activity, Edge, Thing
from peer.protocol.wire.related import RELATIONSHIP

Document = dict[str, Any]
#: Verb, object, and what is said beside.
Said = tuple[str, Document | str, Document]

_FOLLOWERS = "/followers"
_MOST = 1000


def is_signed(activity: Activity) -> bool:
    """Is it about an edge that takes consent, or about the consent to one?"""
    edge = activity.object
    if not isinstance(edge, Edge):
        return False
    if edge.relation in (CONSENTS, GATHERS) or activity.type in ("Offer", "Update"):
        return True
    return activity.type == "Remove" and bool(activity.notes.get("consent"))


def signer_of(activity: Activity) -> str | None:
    """Whose key it takes to tell of ``activity``, where there is an edge inside."""
    return activity.edge.by if is_signed(activity) else None


def said(activity: Activity, read: Read, lexicon: Lexicon) -> Said | None:
    """What is told of ``activity``; None where there is nothing to tell any more."""
    edge, notes = activity.edge, activity.notes
    if "listed" in notes:
        return _listed(activity, edge)
    if activity.type == "Remove":
        return "Delete", _gone(activity, edge), {}
    is_bare = activity.type == "Offer"
    stands = read.edge(edge.id)
    told = edges.document(edge, read, lexicon, bare=is_bare) if stands else None
    if told is None:
        return None
    return activity.type, told, _offering(edge, read) if is_bare else {}


def _offering(edge: Edge, read: Read) -> Document:
    """To what it is offered; and for a group to hand on, how the post was told of."""
    first = told_first(edge.subject, read) if edge.relation == ALLOCATED else ""
    beside: Document = {"target": edge.object}
    return {**beside, "instrument": first} if first else beside


def _listed(activity: Activity, stamp: Edge) -> Said:
    target = activity.notes["target"]
    if activity.type == "Remove":
        return "Remove", activity.notes["listed"], {"target": target}
    collection = {"id": target, "type": "OrderedCollection", "attributedTo": stamp.by}
    beside = {"target": collection, "instrument": stamp.id}
    return "Add", activity.notes["listed"], beside


def _gone(activity: Activity, edge: Edge) -> Document | str:
    if edge.relation == CONSENTS:
        return edge.id
    return {
        "id": edge.id,
        "type": "Tombstone",
        "formerType": RELATIONSHIP,
        "deleted": activity.published,
    }


def shown_on(calendar: str, read: Read) -> list[str]:
    """The posts that are on ``calendar``, the newest first."""
    edges = [
        *read.edges(object=calendar, relation=ALLOCATED, limit=_MOST),
        *read.edges(subject=calendar, relation=GATHERS, limit=_MOST),
    ]
    return list(dict.fromkeys(other_end(edge) for edge in mutual(edges, read)))


def policy(calendar: Thing, read: Read) -> Document:
    """Whose posts a calendar takes unasked; about all others its keeper is asked.

    Who is on a peer of the cooperative is named by that peer.
    """
    admits = calendar.get("admits", "peers")
    unasked = [EVERYBODY] if admits == "everyone" else []
    if admits == "peers":
        bases = {origin(calendar.id), *(base for base, _ in read.recall_all(PEERS))}
        unasked = [f"{base}/peer" for base in sorted(bases)]
    asked = [] if EVERYBODY in unasked else [EVERYBODY]
    return {
        "canAllocate": {"automaticApproval": unasked, "manualApproval": asked},
    }


def placed(post: Thing, edges: Sequence[Edge], read: Read) -> Document:
    """Where ``post`` was put, for servers that know groups: ``audience`` (FEP-1b12).

    They take one group, the first that agreed.  Of calendars of the cooperative it is
    known in which collection they list it: ``target`` (FEP-400e).
    """
    offers = [each for each in edges if each.relation == ALLOCATED]
    stands = mutual(offers, read) if offers else []
    if not stands:
        return {}
    calendar = stands[0].object
    told: Document = {"audience": calendar}
    if same_origin(calendar, post.id) or is_peer(calendar, read):
        id = f"{calendar}/allocated"
        collection = {"type": "OrderedCollection", "attributedTo": calendar}
        told["target"] = {"id": id, **collection}
    return {**told, "cc": [each.object for each in stands]}


# -- whom it is for --------------------------------------------------------------------


def concerned(activity: Activity, read: Read) -> tuple[Sequence[str], Sequence[str]]:
    """Who is told, and who beside."""
    edge = activity.edge
    if edge.relation == CONSENTS:
        return _of_consent(activity, edge, read)
    if edge.relation == GATHERS:
        return (), ()  # until it is taken nobody is told, and then of what is shown
    other = speaker(edge.object, read)
    others = (other,) if other is not None else ()
    return ((EVERYBODY,), others) if activity.type == "Remove" else (others, ())


def _of_consent(
    activity: Activity, stamp: Edge, read: Read
) -> tuple[Sequence[str], Sequence[str]]:
    if "moot" in activity.notes:
        return (), ()
    edge = read.edge(stamp.object)
    who = (edge.by,) if edge is not None else ()
    return (EVERYBODY,), (f"{stamp.by}{_FOLLOWERS}", *who)


def beside(thing: Thing, read: Read, lexicon: Lexicon) -> list[str]:
    """Who speaks for what ``thing`` is related to by consent: it concerns them too."""
    kinds = [name for name, kind in lexicon.relations.items() if kind.consent]
    out = read.edges_from([thing.id], kinds)
    into = read.edges_to(thing.id, [*kinds, GATHERS], _MOST)
    said = answers([*out, *into], read)
    stands = {e.id for e in (*out, *into) if "declines" not in said.get(e.id, {})}
    ends = read.many({asked_end(e) for e in out if e.id in stands})
    return list(dict.fromkeys((*_voices(ends.values(), read), *_askers(into, stands))))


def _voices(things: Any, read: Read) -> Iterator[str]:
    for thing in things:
        if not thing.deleted:
            yield voice(thing, read)


def _askers(into: Sequence[Edge], stands: set[str]) -> Iterator[str]:
    for edge in into:
        if edge.id in stands:
            yield edge.by
