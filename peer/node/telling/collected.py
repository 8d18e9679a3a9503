"""What others read as collections: page by page, or only as how many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from peer.model.lexicon import Lexicon
from peer.model.query import BadCursor, Query, Where
from peer.model.reading import Read
from peer.node.telling import consents
from peer.node.telling.actors import has_programme, shows_followers
from peer.node.telling.near import is_spoken_of, voice
from peer.node.telling.outbox import Outbox
from peer.protocol import collection as wire
from peer.protocol.moment import wire as written
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing

Document = dict[str, Any]

OF_ACTORS = ("outbox", "followers", "following", "featured", "upcoming", "allocated")
OF_THINGS = ("replies", "likes", "shares", "context", "attendees", "organizers")
FIRST = "first"

_EACH = 50
#: Those that are read whole, and cut into pages afterwards.
_MOST = 500
#: An event may have begun so long ago, and not be over.
_LASTS = timedelta(days=31)
_REPLY = "inReplyTo"


@dataclass(frozen=True, slots=True)
class Some:
    """Some of a collection, and what to give as ``before`` for more of it."""

    items: Sequence[Any]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A collection: how many there are, and a page of it; none where it is hidden."""

    total: int
    page: Callable[[str | None], Some] | None = None


@dataclass(frozen=True, slots=True)
class Collections:
    """The collections of one thing that everybody may read."""

    thing: Thing
    read: Read
    lexicon: Lexicon
    now: datetime

    def document(self, name: str, at: str | None) -> Document | None:
        """The collection ``name``, or its page ``at``; None where there is none."""
        told = self._told(name)
        if told is None:
            return None
        id, owner = f"{self.thing.id}/{name}", self._owner
        if at is None:
            first = f"{id}?page={FIRST}" if told.page else None
            return wire.collection(id, told.total, first, owner)
        if told.page is None:
            return None
        some = told.page(None if at == FIRST else at)
        more = f"{id}?page={quote(some.next, safe='')}" if some.next else None
        here = f"{id}?page={quote(at, safe='')}"
        return wire.page(here, id, some.items, next=more, total=told.total)

    @property
    def _owner(self) -> str:
        if self.lexicon.is_actor(self.thing.kind):
            return self.thing.id
        return voice(self.thing, self.read)

    def _told(self, name: str) -> Told | None:
        if self.lexicon.is_actor(self.thing.kind):
            made = _OF_ACTORS.get(name)
        elif is_spoken_of(self.lexicon, self.thing):
            made = _OF_THINGS.get(name)
        else:
            made = None
        return made(self) if made else None

    # -- of actors -----------------------------------------------------------------

    def outbox(self) -> Told:
        outbox = Outbox(self.thing, self.read, self.lexicon)
        return Told(outbox.total(), lambda at: Some(*outbox.page(at)))

    def followers(self) -> Told:
        return self._acquainted(_Line("follows", object=self.thing.id))

    def following(self) -> Told:
        return self._acquainted(_Line("follows", subject=self.thing.id))

    def _acquainted(self, line: _Line) -> Told:
        total = line.length(self.read)
        if not shows_followers(self.thing, self.lexicon):
            return Told(total)
        return Told(total, lambda at: line.ends(self.read, at, self._is_open))

    def _is_open(self, id: str, known: Mapping[str, Thing]) -> bool:
        """Of our own people, those who show it; for others their servers answer."""
        there = known.get(id)
        if not same_origin(id, self.thing.id):
            return True
        return there is not None and shows_followers(there, self.lexicon)

    def featured(self) -> Told:
        return self._public(_Line("featured", subject=self.thing.id))

    def upcoming(self) -> Told | None:
        if not has_programme(self.thing, self.lexicon):
            return None
        ids = self._ahead()
        return Told(len(ids), lambda at: _cut(ids, at))

    def allocated(self) -> Told | None:
        """The posts that a calendar shows, as it has agreed to or gathered them."""
        if not has_programme(self.thing, self.lexicon):
            return None
        ids = consents.shown_on(self.thing.id, self.read)
        return Told(len(ids), lambda at: _cut(ids, at))

    def _ahead(self) -> Sequence[str]:
        """The events that are not over, the soonest first."""
        found = self.read.find(
            Query(
                kinds=tuple(self.lexicon.descendants("Event")),
                order="startTime",
                where=(Where("startTime", ">=", written(self.now - _LASTS)),),
                related=("~scheduled", self.thing.id),
                limit=_MOST,
            )
        )
        dated = ({"id": each.id, **each.values} for each in found.items)
        return wire.upcoming((each for each in dated if "startTime" in each), self.now)

    # -- of things -----------------------------------------------------------------

    def replies(self) -> Told:
        return self._public(_Line(_REPLY, object=self.thing.id))

    def likes(self) -> Told:
        return self._done("likes")

    def shares(self) -> Told:
        return self._done("announces")

    def _done(self, relation: str) -> Told:
        """The activities: what they are about everybody knows."""
        line = _Line(relation, object=self.thing.id)
        return Told(line.length(self.read), lambda at: line.activities(self.read, at))

    def context(self) -> Told:
        """The conversation, in the order of time (FEP-7888)."""
        ids = self._conversation()
        return Told(len(ids), lambda at: _cut(ids, at))

    def _conversation(self) -> Sequence[str]:
        edges = self.read.below(self.thing.id, _REPLY, _MOST)
        known = self.read.many({edge.subject for edge in edges})
        public = [each for each in known.values() if _is_public(each)]
        ordered = sorted(public, key=lambda each: (each.published, each.id))
        return [self.thing.id, *(each.id for each in ordered)]

    def attendees(self) -> Told | None:
        """How many come; who they are is told to whoever organizes it."""
        if not self._is_event:
            return None
        return Told(_Line("attending", object=self.thing.id).length(self.read))

    def organizers(self) -> Told | None:
        if not self._is_event:
            return None
        ids = list(dict.fromkeys((self._owner, self.thing.owner)))
        return Told(len(ids), lambda at: _cut(ids, at))

    @property
    def _is_event(self) -> bool:
        return "Join" in self.lexicon.types[self.thing.kind].permits

    def _public(self, line: _Line) -> Told:
        """Of what is at the other ends, what everybody may read."""
        return Told(
            line.length(self.read, public=True),
            lambda at: line.ends(self.read, at, _is_known),
        )


_OF_ACTORS: Mapping[str, Callable[[Collections], Told | None]] = {
    name: getattr(Collections, name) for name in OF_ACTORS
}
_OF_THINGS: Mapping[str, Callable[[Collections], Told | None]] = {
    name: getattr(Collections, name) for name in OF_THINGS
}


# -- pages -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """Edges of one kind that start, or end, at one thing; those stated last first."""

    relation: str
    subject: str | None = None
    object: str | None = None

    def length(self, read: Read, *, public: bool = False) -> int:
        return read.degree(
            relation=self.relation,
            subject=self.subject,
            object=self.object,
            public=public,
        )

    def ends(
        self,
        read: Read,
        before: str | None,
        is_shown: Callable[[str, Mapping[str, Thing]], bool],
    ) -> Some:
        """What is at the other ends, and shown."""
        edges, more = self._edges(read, before)
        ids = dict.fromkeys(
            e.subject if self.subject is None else e.object for e in edges
        )
        known = read.many(ids)
        return Some([id for id in ids if is_shown(id, known)], more)

    def activities(self, read: Read, before: str | None) -> Some:
        """What stated them."""
        edges, more = self._edges(read, before)
        return Some([edge.activity for edge in edges], more)

    def _edges(
        self, read: Read, before: str | None
    ) -> tuple[Sequence[Edge], str | None]:
        edges = read.edges(
            subject=self.subject,
            relation=self.relation,
            object=self.object,
            limit=_EACH + 1,
            before=before,
        )
        return edges[:_EACH], edges[_EACH - 1].id if len(edges) > _EACH else None


def _is_known(id: str, known: Mapping[str, Thing]) -> bool:
    return id in known and _is_public(known[id])


def _is_public(thing: Thing) -> bool:
    return thing.audience == PUBLIC and not thing.deleted


def _cut(ids: Sequence[str], at: str | None) -> Some:
    """A page of what was read whole: what comes after ``at``."""
    if at is not None and at not in ids:
        raise BadCursor("this page began after something that is no longer there")
    start = 0 if at is None else ids.index(at) + 1
    here = ids[start : start + _EACH]
    return Some(here, here[-1] if start + _EACH < len(ids) else None)


# -- FEP-8fcf ----------------------------------------------------------------------


def synchronized(actor: str, origin: str, read: Read) -> Document:
    """Those who follow ``actor`` from ``origin``: for the server there, nobody else."""
    found: list[str] = []
    before: str | None = None
    while edges := read.edges(object=actor, relation="follows", before=before):
        found += wire.on_origin((edge.subject for edge in edges), origin)
        before = edges[-1].id
    id = f"{actor}/followers_synchronization"
    return {**wire.collection(id, len(found)), "orderedItems": found}
