"""Edges at their own addresses: signed, and the consents to them and to quotes.

What is signed is the same to the last byte whenever it is asked for: what it says
does not change, its time is that of the edge, and Ed25519 has no randomness.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer.model.consent import CONSENTS, GATHERS, stamp
from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node.keys import keys_of, settle_keys
from peer.node.telling.near import QUOTES
from peer.protocol import proof
from peer.protocol.moment import read as read_moment
from peer.protocol.origin import same_origin
from peer.protocol.terms import AS_CONTEXT, PROOFS, SX
from peer.protocol.terms import PUBLIC as EVERYBODY
from peer.protocol.thing import PUBLIC, Edge, Thing
from peer.protocol.wire.related import AUTHORIZATION, RELATIONSHIP
from store.interface import Store

Document = dict[str, Any]

_CONSENT: Mapping[str, Any] = {
    "gts": "https://gotosocial.org/ns#",
    "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
    "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
    "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
}
_SIGNED = [
    AS_CONTEXT,
    PROOFS,
    {
        "sx": SX,
        "gts": "https://gotosocial.org/ns#",
        AUTHORIZATION: f"sx:{AUTHORIZATION}",
        "relationshipAuthorization": {
            "@id": "sx:relationshipAuthorization",
            "@type": "@id",
        },
        "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
        "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
    },
]


def document(
    edge: Edge, read: Read, lexicon: Lexicon, *, bare: bool = False
) -> Document | None:
    """``edge``, if everybody may know of it: both its ends, and who says so.

    What takes consent shows the consent as soon as there is one, unless ``bare``.
    """
    if edge.relation == CONSENTS:
        return _authorization(edge, read)
    if not _is_open(edge, read):
        return None
    if edge.relation == QUOTES:
        return _consent(edge)
    kind = lexicon.relations.get(edge.relation)
    if kind is None or kind.guarded:
        return None  # what people did is told by what they did
    if kind.consent or edge.relation == GATHERS:
        return _signed(edge, read, lexicon, bare=bare)
    return {"@context": AS_CONTEXT, **_relationship(edge, lexicon)}


async def ready(store: Store, edge: Edge) -> None:
    """See to it that whoever states ``edge`` has a key to sign it with."""
    if same_origin(edge.id, edge.by):
        await settle_keys(store, edge.by)


def _is_open(edge: Edge, read: Read) -> bool:
    known = read.many([edge.subject, edge.object])
    return all(
        _is_told(end, known.get(end), edge) for end in (edge.subject, edge.object)
    )


def _is_told(end: str, there: Thing | None, edge: Edge) -> bool:
    if there is None:
        return not same_origin(end, edge.id)
    return not there.deleted and there.audience == PUBLIC


def _relationship(edge: Edge, lexicon: Lexicon) -> Document:
    return {
        "id": edge.id,
        "type": RELATIONSHIP,
        "attributedTo": edge.by,
        "published": edge.since,
        "subject": edge.subject,
        "relationship": lexicon.relation_iri(edge.relation),
        "object": edge.object,
    }


def _signed(edge: Edge, read: Read, lexicon: Lexicon, *, bare: bool) -> Document | None:
    """What a calendar gathers is told only once it has taken it."""
    yes = stamp(edge, read)
    if edge.relation == GATHERS and yes is None:
        return None
    told = {"@context": _SIGNED, **_relationship(edge, lexicon), "to": [EVERYBODY]}
    stated = read.activity(edge.activity)
    end = stated.notes.get("endTime") if stated is not None else None
    if end is not None:
        told["endTime"] = end
    at = edge.since
    if yes is not None and not bare:
        at = max(yes.since, edge.since)
        told |= {"updated": at, "relationshipAuthorization": yes.id}
    return _proven(told, edge.by, at, read)


def _authorization(yes: Edge, read: Read) -> Document | None:
    """A consent, as long as the edge stands that it is to."""
    edge = read.edge(yes.object)
    if edge is None or not _is_open(edge, read):
        return None
    told: Document = {
        "@context": _SIGNED,
        "id": yes.id,
        "type": AUTHORIZATION,
        "attributedTo": yes.by,
        "interactingObject": yes.object,
        "interactionTarget": yes.subject,
        "published": yes.since,
        "to": [EVERYBODY],
    }
    return _proven(told, yes.by, yes.since, read)


def _proven(told: Document, by: str, at: str, read: Read) -> Document:
    """Signed by whoever says it; unsigned only before they have a key."""
    keys = keys_of(read, by)
    if keys is None:
        return told
    return proof.proven(told, keys.ed25519_id, keys.ed25519, read_moment(at))


def _consent(edge: Edge) -> Document:
    """A quote (FEP-044f): withdrawn by being no longer here."""
    return {
        "@context": [AS_CONTEXT, dict(_CONSENT)],
        "id": edge.id,
        "type": "QuoteAuthorization",
        "attributedTo": edge.by,
        "interactingObject": edge.subject,
        "interactionTarget": edge.object,
    }
