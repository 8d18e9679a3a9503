"""The names we share with the rest of the world."""

from __future__ import annotations

AS = "https://www.w3.org/ns/activitystreams#"
AS_CONTEXT = "https://www.w3.org/ns/activitystreams"
#: The words of proofs; and the first ones, which more servers have at hand.
PROOFS = "https://w3id.org/security/data-integrity/v2"
FIRST_PROOFS = "https://w3id.org/security/data-integrity/v1"
PUBLIC = AS + "Public"

#: Our own vocabulary.  One IRI for every peer, so that two peers mean the same
#: relation by the same name; each of them also serves it at ``/ns``.
SX = "https://rose-ash.com/ns/sx#"

#: What the name of an event that is off begins with, for those who know no status.
CALLED_OFF = "CANCELLED: "

PREFIXES = {
    "as": AS,
    "sx": SX,
    "vf": "https://w3id.org/valueflows/ont/vf#",
    "schema": "https://schema.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "mz": "https://joinmobilizon.org/ns#",
}

#: What is said of every thing, so that no field can be for it.
ENVELOPE = ("attributedTo", "published", "updated", "to", "cc", "tag", "source")


def expand(curie: str) -> str:
    """The IRI that ``curie`` is short for; an IRI stays as it is.

    >>> expand("as:Note")
    'https://www.w3.org/ns/activitystreams#Note'
    """
    prefix, colon, rest = curie.partition(":")
    if colon and prefix in PREFIXES and not rest.startswith("//"):
        return PREFIXES[prefix] + rest
    return curie


def shortened(iri: str) -> str:
    """``iri`` as a curie, where one of our prefixes begins it.

    >>> shortened("https://schema.org/price")
    'schema:price'
    """
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and len(iri) > len(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri
