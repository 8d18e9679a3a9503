"""Edges at their own addresses: the consent to a quote, for who meets the quote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node.telling.near import QUOTES
from peer.protocol.origin import same_origin
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.thing import PUBLIC, Edge

Document = dict[str, Any]

_CONSENT: Mapping[str, Any] = {
    "gts": "https://gotosocial.org/ns#",
    "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
    "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
    "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
}


def document(edge: Edge, read: Read, lexicon: Lexicon) -> Document | None:
    """``edge``, if everybody may know of it: both its ends, and who says so."""
    kind = lexicon.relations.get(edge.relation)
    for end in (edge.subject, edge.object):
        there = read.get(end)
        hidden = there is not None and (there.deleted or there.audience != PUBLIC)
        if hidden or (there is None and same_origin(end, edge.id)):
            return None
    if edge.relation == QUOTES:
        return _consent(edge)
    if kind is None or kind.guarded:
        return None  # what people did is told by what they did
    return {
        "@context": AS_CONTEXT,
        "id": edge.id,
        "type": "Relationship",
        "attributedTo": edge.by,
        "published": edge.since,
        "subject": edge.subject,
        "relationship": lexicon.relation_iri(edge.relation),
        "object": edge.object,
    }


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
