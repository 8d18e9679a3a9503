"""Things as RDF: quads whose graph is named after who says so.

There is one way from a thing to RDF: its ActivityStreams document, read as the
JSON-LD that it is.  Oxigraph reads and writes it, because rdflib alone would take a
minute for what then takes a moment; questions are asked of rdflib's dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import pyoxigraph as ox

from peer.protocol.contexts import BUNDLED
from peer.protocol.terms import PREFIXES, PROOFS
from peer.protocol.thing import Edge

Document = Mapping[str, Any]

#: A document, and the IRI of who says it.
Said = tuple[str, Document]

#: What can be written.  The first two are of one graph and do not name it.
FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
_TYPE = PREFIXES["rdf"] + "type"


def quads(said: Iterable[Said]) -> Iterator[ox.Quad]:
    """All that is said.  Documents that share a context are read at one go."""
    alike: dict[int, list[Said]] = {}
    for by, document in said:
        alike.setdefault(id(document.get("@context")), []).append((by, document))
    for group in alike.values():
        yield from ox.parse(orjson.dumps(_joined(group)), ox.RdfFormat.JSON_LD)


def stated(edge: Edge, relation: str) -> Said:
    """What ``edge`` says; ``relation`` is the IRI of its kind."""
    return edge.by, {"@id": edge.subject, relation: {"@id": edge.object}}


def written(said: Iterable[Said], format: str) -> bytes:
    """All that is said, in one of ``FORMATS``; the same bytes each time.

    Not for much at a time: blank nodes are given names that depend on nothing but
    what they are, which takes longer than the rest.
    """
    found = ox.Dataset(quads(said))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _serialized(sorted(found, key=_order), format)


def part(said: Iterable[Said], format: str) -> bytes:
    """Some of a dataset, which other parts may precede and follow in one file."""
    return _serialized(quads(said), format)


def _serialized(told: Iterable[ox.Quad], format: str) -> bytes:
    wanted = FORMATS[format]
    if not wanted.supports_datasets:
        told = (ox.Quad(q.subject, q.predicate, q.object) for q in told)
    return ox.serialize(told, format=wanted, prefixes=dict(PREFIXES)) or b""


def _order(quad: ox.Quad) -> tuple[str, bool, str, bool, str, str]:
    """Graph by graph, what has a name before what has none, its type first."""
    blank = isinstance(quad.subject, ox.BlankNode)
    predicate = quad.predicate.value
    return (
        str(quad.graph_name),
        blank,
        str(quad.subject),
        predicate != _TYPE,
        predicate,
        str(quad.object),
    )


def _joined(said: Sequence[Said]) -> Document:
    """One document that says all of what documents with the same context do."""
    by_whom: dict[str, list[Document]] = {}
    for by, document in said:
        own = {key: value for key, value in document.items() if key != "@context"}
        by_whom.setdefault(by, []).append(own)
    return {
        "@context": _inlined(said[0][1].get("@context", {})),
        "@graph": [{"@id": by, "@graph": told} for by, told in by_whom.items()],
    }


def _inlined(context: Any) -> list[Any]:
    """``context`` with what stands at the addresses in it: Oxigraph fetches nothing.

    What a proof is made of is about the document, and nothing that it says.
    """
    parts = context if isinstance(context, list) else [context]
    told = (part for part in parts if part != PROOFS)
    return [BUNDLED[p]["@context"] if isinstance(p, str) else p for p in told]
