"""Loose ends: what is declared and yet comes to nothing, because it fits nothing else.

None of it is wrong by itself.  A type may be made in the browser that a declaration
speaks of already; so these are told, and nothing is refused.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from peer.model.behavior import Behavior
from peer.model.declaration import Type
from peer.model.domain import Domain
from peer.model.lexicon import Lexicon
from peer.protocol.contexts import AS_TERMS
from peer.protocol.terms import AS, expand
from peer.protocol.thing import Edge

#: What servers say in ActivityStreams' name that is not in its own list.
_AS_SINCE = ("movedTo", "alsoKnownAs", "manuallyApprovesFollowers", "sensitive")


@dataclass(frozen=True, slots=True)
class Declared:
    """A domain as its files have it; ``elsewhere`` are types that it has not."""

    domain: Domain
    lexicon: Lexicon
    behaviors: Sequence[Behavior]
    elsewhere: Container[str] = ()

    def loose_ends(self) -> Iterator[str]:
        for key in ("front", "menu"):
            for name in getattr(self.domain, key):
                if name not in self.lexicon.types:
                    yield f"domain.toml: {key}: there is no type {name} here"
        for kind in self.lexicon.types.values():
            yield from self._of_permits(kind)
            yield from self._of_relations(kind)
            yield from _of_fields(kind)
        yield from self._of_behaviors()

    def _of_permits(self, kind: Type) -> Iterator[str]:
        line = self.lexicon.lineage([kind.name])
        for verb in kind.permits:
            if not any(b.answers_to(verb, line) for b in self.behaviors):
                yield f"{kind.name} permits {verb}, which nothing answers to"

    def _of_relations(self, kind: Type) -> Iterator[str]:
        if kind.relations and kind.permits.get("Add", "nobody") == "nobody":
            asked = ", ".join(kind.relations)
            yield f"{kind.name}: no form asks for {asked}: permits has no Add"
        for term, each in kind.relations.items():
            if not self._is_type(each.to):
                yield f"{kind.name}: relations.{term}.to: there is no type {each.to}"

    def _of_behaviors(self) -> Iterator[str]:
        others = {Edge.kind, *(each.verb for each in self.behaviors)}
        for each in self.behaviors:
            name = (each.object or Edge.kind).partition("/")[0]
            if name not in others and not self._is_type(name):
                yield f"{each.module} answers to {each.verb} of {name}: no such type"

    def _is_type(self, name: str) -> bool:
        return name in self.lexicon.types or name.lower() in self.elsewhere


def _of_fields(kind: Type) -> Iterator[str]:
    for term, each in kind.fields.items():
        iri = expand(each.iri)
        name = iri.removeprefix(AS)
        if name != iri and name not in AS_TERMS and name not in _AS_SINCE:
            said = f"{kind.name}: fields.{term}.iri: ActivityStreams has no {name}"
            yield f"{said}; what is ours is sx:{name}"


def unmade_relations(lexicon: Lexicon) -> Iterator[str]:
    """Places in forms for edges of a kind that nothing has made."""
    for kind in lexicon.types.values():
        for term, each in kind.relations.items():
            if each.kind not in lexicon.relations:
                said = (
                    f"{kind.name}: relations.{term}: there is no relation {each.kind}"
                )
                yield f"{said}; a seed makes one, or /meta"
