"""Things as ActivityStreams documents, and documents as values.

Nothing here knows any type: the declaration says which IRI a field stands for,
``naming`` what that is called, and the kind of the field what its value becomes.
What can be worked out once for a type is, because every page, delivery and fetch
comes through here.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peer.model.declaration import Field, Type
from peer.model.heard import Understood, understood
from peer.model.kinds import KINDS
from peer.model.naming import HTML_TERMS, TAGGED, Names, names_of
from peer.protocol.terms import AS_CONTEXT, PUBLIC, expand, shortened
from peer.protocol.thing import PUBLIC as TO_EVERYBODY
from peer.protocol.thing import Edge, Thing

#: From Markdown to HTML that is safe to show.
Render = Callable[[str], str]

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A field, the key it is told under, and what becomes of its value."""

    term: str
    key: str
    said: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Wire:
    """How the things of one type are told to others."""

    kind: Type
    names: Names
    relations: Mapping[str, str]
    context: list[Any]
    plain: tuple[Told, ...]
    markup: tuple[Told, ...]

    @classmethod
    def of(cls, kind: Type, relations: Mapping[str, str] | None = None) -> Wire:
        """For ``kind``; ``relations`` are the IRIs of relation kinds, by name."""
        names = names_of(kind, relations or {})
        fields = kind.fields.values()
        told = [(Told(f.term, names.fields[f.term], _said(f)), f) for f in fields]
        return cls(
            kind=kind,
            names=names,
            relations=relations or {},
            context=[AS_CONTEXT, names.context],
            plain=tuple(t for t, f in told if not KINDS[f.kind].markup),
            markup=tuple(t for t, f in told if KINDS[f.kind].markup),
        )

    def document(
        self, thing: Thing, render: Render, edges: Iterable[Edge] = ()
    ) -> Document:
        """``thing`` as it stands on the wire, with the edges that go out from it."""
        if thing.deleted:
            return self._tombstone(thing)
        values = thing.values
        told: Document = {
            "@context": self.context,
            "id": thing.id,
            "type": self.names.type,
            "sx:kind": thing.kind,
            "attributedTo": thing.owner,
            **_addressed(thing),
            "published": thing.published,
            "updated": thing.updated,
            "url": thing.id,
        }
        for each in self.plain:
            value = values.get(each.term)
            if value is not None:
                told[each.key] = value if each.said is None else each.said(value)
        self._tell_markup(told, values, render)
        self._tell_edges(told, thing.id, edges)
        return told

    def values(self, document: Any) -> Understood:
        """What ``document`` says in our terms, as far as it can be read."""
        return understood(self.kind, self.names, document)

    def _tell_markup(
        self, told: Document, values: Mapping[str, Any], render: Render
    ) -> None:
        """Prose goes out as HTML, and in ``source`` as it was written."""
        source: Document = {}
        for each in self.markup:
            text = values.get(each.term)
            if text is not None:
                source[each.key] = text
                if drawn := render(text):
                    told[each.key] = drawn
        if source:
            told["source"] = {**source, "mediaType": "text/markdown"}

    def _tell_edges(self, told: Document, id: str, edges: Iterable[Edge]) -> None:
        ends: dict[str, list[str]] = {}
        for edge in edges:
            if edge.subject == id:
                ends.setdefault(edge.relation, []).append(edge.object)
        for relation, objects in ends.items():
            if relation == TAGGED:
                told["tag"] = [_hashtag(iri) for iri in objects]
            elif relation in self.names.relations:
                told[self.names.relations[relation]] = _one_or_all(objects)
            elif relation in self.relations:
                # The context has no word for it that would say it is a link.
                links = [{"id": iri} for iri in objects]
                told[self._in_short(self.relations[relation])] = _one_or_all(links)

    def _in_short(self, iri: str) -> str:
        """``iri`` by a prefix that the context of these documents explains, if any."""
        curie = shortened(iri)
        return curie if curie.partition(":")[0] in self.names.context else iri

    def _tombstone(self, thing: Thing) -> Document:
        return {
            "@context": self.context,
            "id": thing.id,
            "type": "Tombstone",
            "formerType": self.names.type,
            "attributedTo": thing.owner,
            "published": thing.published,
            "deleted": thing.deleted,
        }


def _said(field: Field) -> Callable[[Any], Any] | None:
    kind = KINDS[field.kind]
    if kind.said or kind.coercion or expand(field.iri) not in HTML_TERMS:
        return kind.said
    return _escaped


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


def _addressed(thing: Thing) -> Document:
    """Whom it is for.  ``to`` is always there: Mobilizon cannot do without."""
    if thing.audience != TO_EVERYBODY:
        return {"to": [thing.owner]}
    return {"to": [PUBLIC], "cc": [f"{thing.owner}/followers"]}


def _hashtag(iri: str) -> Document:
    name = iri.rstrip("/").rpartition("/")[2]
    return {"type": "Hashtag", "name": f"#{name}", "href": iri}


def _one_or_all(values: list[Any]) -> Any:
    """Many servers take a list for an error where one value would do."""
    return values[0] if len(values) == 1 else values
