"""A thing as templates see it: its values shown, its relations resolved.

A view never asks the store: whoever makes it has read what stands around.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from peer.model.declaration import Type
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon
from peer.model.places import Numbers
from peer.node.moderation.blocks import host_of
from peer.node.writing.prose import excerpt
from peer.protocol.thing import Thing
from peer.web.parts.around import TALK, Around
from peer.web.parts.authors import elsewhere, href_of, written
from peer.web.parts.show import Sizes, show
from peer.web.parts.talk import original
from peer.web.parts.ties import Tie, proof_at
from peer.web.parts.verbs import Action


@dataclass(frozen=True, slots=True)
class Shown:
    """One field that has a value."""

    term: str
    kind: str
    label: str
    value: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in one relation to a thing, and how many of them there are."""

    relation: str
    label: str
    things: Sequence[View | Unknown]
    count: int

    @property
    def is_more(self) -> bool:
        return self.count > len(self.things)


@dataclass(frozen=True, slots=True)
class Listed:
    """A listing, and the address at which it is narrowed."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An owner whom we know by name only, or not even that."""

    id: str

    @property
    def title(self) -> str:
        return written(self.id.rstrip("/").rpartition("/")[2])

    @property
    def href(self) -> str:
        return elsewhere(self.id)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all views of a page are seen with; ``sizes`` gives a picture's srcset."""

    lexicon: Lexicon
    base: str
    sizes: Sizes


@dataclass(frozen=True)
class View:
    thing: Thing
    around: Around
    setting: Setting
    verbs: Sequence[Action] = field(default_factory=tuple)

    def __getattr__(self, name: str) -> Any:
        """What a view does not say itself, the thing says: id, published, values …"""
        return getattr(self.thing, name)

    @cached_property
    def type(self) -> Type:
        """Its type, with the fields of what else it is."""
        return self.setting.lexicon.joined(self.around.kinds(self.thing))

    @property
    def href(self) -> str:
        return href_of(self.thing.id, self.setting.base)

    @property
    def is_ours(self) -> bool:
        return self.thing.id.startswith(f"{self.setting.base}/")

    @cached_property
    def title(self) -> str:
        return title_of(self.type, self.thing)

    # -- values -------------------------------------------------------------------

    def has(self, term: str) -> bool:
        return self.thing.get(term) is not None and term in self.type.fields

    def show(self, term: str) -> Markup:
        """The value of ``term`` as HTML; nothing where there is none."""
        if not self.has(term):
            return Markup("")
        return show(self.type.fields[term], self.thing[term], self.setting.sizes)

    @property
    def fields(self) -> Sequence[Shown]:
        return [
            Shown(term, each.kind, each.label, self.show(term))
            for term, each in self.type.fields.items()
            if self.has(term)
        ]

    # -- relations ----------------------------------------------------------------

    @cached_property
    def owner(self) -> View | Unknown:
        found = self.around.things.get(self.thing.owner)
        return self._other(found) if found else Unknown(self.thing.owner)

    def related(self, relation: str) -> Sequence[View]:
        return [self._other(each) for each in self.around.of(self.thing.id, relation)]

    def counts(self, relation: str) -> int:
        """How many stand in ``relation`` to this; with ``~``, this to them."""
        if relation.startswith("~"):
            return len(self.around.related.get((self.thing.id, relation[1:]), ()))
        return self.around.counts.get((self.thing.id, relation), 0)

    @property
    def numbers(self) -> Numbers:
        """How many were sold for it, and how many are left."""
        return self.around.numbers.get(self.thing.id, Numbers())

    @property
    def room(self) -> int | None:
        """How many may still come, where that is counted by who said they would."""
        capacity = self.thing.get("capacity")
        return None if capacity is None else max(0, capacity - self.counts("attending"))

    @property
    def host(self) -> str:
        """The server that it is from."""
        return host_of(self.thing.id)

    @property
    def there(self) -> str:
        """Its page at the peer that it is from."""
        return self.href if self.is_ours else original(self.thing)

    def ties(self, relation: str) -> Sequence[tuple[Tie, View | Unknown]]:
        """Edges of the page's thing of that kind, and what is at their other end."""
        told = relation.removeprefix("~")
        found = [
            each
            for each in self.around.ties
            if each.edge.relation == told and each.is_out != relation.startswith("~")
        ]
        return [(each, self._end(each.other)) for each in found]

    def tie(self, relation: str, id: str) -> Tie | None:
        """The edge of that kind between this and ``id``, if it takes consent."""
        found = (tie for tie, _ in self.ties(relation) if tie.other == id)
        return next(found, None)

    def _end(self, id: str) -> View | Unknown:
        found = self.around.things.get(id)
        return self._other(found) if found else Unknown(id)

    def proof(self, tie: Tie) -> str:
        """Where it is shown who has signed that, and whether it holds."""
        return proof_at(tie.edge, self.setting.base)

    @property
    def groups(self) -> Sequence[Group]:
        """All its relations that have something to show, with their headings."""
        related = (r for id, r in self.around.related if id == self.thing.id)
        here = [relation for relation in related if relation not in TALK]
        made = (self._group(relation) for relation in here)
        return [group for group in made if group.things]

    def listings(self, relation: str) -> Sequence[Listed]:
        """The listings that can be narrowed to what stands in ``relation`` to this."""
        types = self.setting.lexicon.types.values()
        return [
            Listed(kind.plural, f"/{kind.path}?{urlencode({term: self.thing.slug})}")
            for kind in types
            for term in kind.listing.filter
            if term in kind.relations and kind.relations[term].kind == relation
        ]

    def _group(self, relation: str) -> Group:
        name = relation.removeprefix("~")
        things: list[View | Unknown] = [*self.related(relation)]
        things += self._unseen(relation)
        reverse = relation.startswith("~")
        count = self.around.counts.get((self.thing.id, name), 0) if reverse else 0
        return Group(relation, self._heading(relation), things, max(count, len(things)))

    def _unseen(self, relation: str) -> Iterator[Unknown]:
        """What is on other servers and not known here: it is related all the same."""
        kind = self.setting.lexicon.relations.get(relation)
        if kind is None or kind.guarded:
            return
        for id in self.around.related.get((self.thing.id, relation), ()):
            is_ours = id.startswith(f"{self.setting.base}/")
            if id not in self.around.things and not is_ours:
                yield Unknown(id)

    def _heading(self, relation: str) -> str:
        """What its type calls the relation in its form, else what the kind says."""
        name = relation.removeprefix("~")
        for each in self.type.relations.values():
            if each.kind == name and each.reverse == relation.startswith("~"):
                return each.label
        kind = self.setting.lexicon.relations.get(name)
        if kind is None:
            return name
        return kind.inverse if relation.startswith("~") else kind.label

    def _other(self, thing: Thing) -> View:
        return View(thing, self.around, self.setting)

    @property
    def description(self) -> str:
        """A sentence or two about it, for who has not opened it yet."""
        told = self.thing.get("summary") or next(self._texts(), "")
        return excerpt(told)

    def _texts(self) -> Iterator[str]:
        for term, each in self.type.fields.items():
            if each.kind == "prose" and self.thing.get(term):
                yield self.thing[term]

    @property
    def mark(self) -> tuple[object, ...]:
        """Differs wherever its card would."""
        around = self.around.mark(self.thing, self.setting.lexicon)
        return (self.thing.updated, self.thing.audience, around)


def views(things: Sequence[Thing], around: Around, setting: Setting) -> Sequence[View]:
    known = setting.lexicon.types
    return [View(thing, around, setting) for thing in things if thing.kind in known]


_LONGEST_TITLE = 80


def title_of(kind: Type, thing: Thing) -> str:
    """What ``thing`` is called: its title, or the beginning of its text."""
    told = thing.get(kind.title)
    if told is None:
        return thing.slug
    each = kind.fields[kind.title]
    return excerpt(KINDS[each.kind].show(each, told), _LONGEST_TITLE)
