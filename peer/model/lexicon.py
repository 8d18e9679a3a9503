"""All the types and relation kinds that a peer knows, by name; checked together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from peer.model.as2 import Wire
from peer.model.declaration import (
    DeclarationError,
    Field,
    Relation,
    Type,
    check_mentioned,
    check_together,
    is_iri,
)
from peer.protocol.terms import AS, PREFIXES, SX, expand
from peer.protocol.wire.names import ACTORS

_WIRES = 1000


@dataclass(frozen=True, slots=True)
class RelationKind:
    """A way for two things to stand to one another.  Itself a thing."""

    name: str
    label: str
    inverse: str
    id: str
    iri: str = ""
    symmetric: bool = False
    many: bool = True  # may one subject have several objects?
    candidates: str = ""  # the type whose instances and subtypes may be objects
    guarded: bool = False  # only a verb states it; nobody adds it by hand
    consent: bool = False  # it stands once whoever keeps the object has agreed

    @classmethod
    def of(cls, id: str, values: Mapping[str, Any]) -> RelationKind:
        name = values["name"]
        return cls(
            name=name,
            label=values.get("label") or name,
            inverse=values.get("inverse") or values.get("label") or name,
            id=id,
            iri=values.get("iri") or id,
            symmetric=bool(values.get("symmetric")),
            many=values.get("many", True),
            candidates=values.get("candidates") or "",
            guarded=bool(values.get("guarded")),
            consent=bool(values.get("consent")),
        )


@dataclass(frozen=True)
class Lexicon:
    """The vocabulary of a peer at one moment.  A change to it makes a new one."""

    declared: Mapping[str, Type]
    relations: Mapping[str, RelationKind] = field(default_factory=dict)

    @cached_property
    def types(self) -> Mapping[str, Type]:
        """Each type with the fields, relations and permits of all it extends."""
        return {name: self._whole(name) for name in self.declared}

    @cached_property
    def by_path(self) -> Mapping[str, Type]:
        return {t.path: t for t in self.types.values()}

    def lineage(self, names: Iterable[str]) -> Sequence[str]:
        """``names`` and all they extend, each once, nearest first; cycles end."""
        found: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name in self.declared and name not in found:
                found[name] = None
                waiting.extend(self.declared[name].extends)
        return list(found)

    def descendants(self, name: str) -> Sequence[str]:
        """``name`` and every type that extends it, however far below."""
        return [other for other in self.declared if name in self.lineage([other])]

    def is_actor(self, name: str) -> bool:
        """Do things of the type ``name`` act, so that others may follow them?"""
        kind = self.types.get(name)
        return kind is not None and expand(kind.is_a).removeprefix(AS) in ACTORS

    @cached_property
    def _elsewhere(self) -> Mapping[str, str]:
        taken = [kind for kind in self.types.values() if kind.elsewhere]
        vocabularies = (AS, PREFIXES["vf"])  # whose names others write as they are
        found: dict[str, str] = {}
        for kind in taken:
            name = expand(kind.is_a)
            for start in vocabularies:
                name = name.removeprefix(start)
            found[name] = kind.name
        return found

    def elsewhere(self, name: str) -> str | None:
        """The type that things are read as which other servers call ``name``."""
        return self._elsewhere.get(name)

    def fields_of(self, names: Sequence[str]) -> Mapping[str, Field]:
        """The fields of something that is of all these types; the nearest one wins."""
        found: dict[str, Field] = {}
        for name in self.lineage(names):
            for term, each in self.declared[name].fields.items():
                found.setdefault(term, each)
        return found

    def joined(self, names: Sequence[str]) -> Type:
        """The first of ``names``, with the fields and permits of all of them."""
        return self.types[names[0]] if len(names) == 1 else self._whole(*names)

    def _whole(self, *names: str) -> Type:
        own = self.declared[names[0]]
        line = self.lineage(names)
        relations: dict[str, Relation] = {}
        permits: dict[str, str] = {}
        for each in line:
            relations = {**self.declared[each].relations, **relations}
            permits = {**self.declared[each].permits, **permits}
        return replace(
            own, fields=self.fields_of(names), relations=relations, permits=permits
        )

    def check(self, reserved: Iterable[str] = ()) -> None:
        """DeclarationError where the types do not fit one another."""
        paths: dict[str, str] = {path: "the peer itself" for path in reserved}
        for name, kind in self.types.items():
            try:
                self._check_one(kind, paths)
            except DeclarationError as wrong:
                raise DeclarationError(wrong.key, wrong.wrong, name) from wrong
            paths[kind.path] = name

    def _check_one(self, kind: Type, paths: Mapping[str, str]) -> None:
        if kind.path in paths:
            taken = f"{kind.path!r} is taken by {paths[kind.path]}"
            raise DeclarationError("path", taken)
        for other in kind.extends:
            if other not in self.declared:
                raise DeclarationError("extends", f"there is no {other}")
        check_mentioned(kind)
        check_together(kind)

    def relation_iri(self, name: str) -> str:
        """What strangers know the relation by; where it says nonsense, its address."""
        kind = self.relations.get(name)
        if kind is None:
            return SX + name
        return expand(kind.iri) if is_iri(kind.iri) else kind.id

    @cached_property
    def relation_iris(self) -> Mapping[str, str]:
        return {name: self.relation_iri(name) for name in self.relations}

    @cached_property
    def wire(self) -> Callable[[tuple[str, ...]], Wire]:
        """How things that are of all these types are told to others; made once."""
        return lru_cache(maxsize=_WIRES)(
            lambda names: Wire.of(self.joined(names), self.relation_iris)
        )
