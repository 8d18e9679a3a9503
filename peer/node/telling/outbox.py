"""What an actor has made public: with all that is in it, since some read only that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from peer.model.lexicon import Lexicon
from peer.model.query import BadCursor
from peer.model.reading import Read
from peer.node.telling import activities
from peer.node.telling.actors import has_programme
from peer.node.telling.addressing import verb_of
from peer.node.telling.near import is_spoken_of
from peer.protocol.thing import Activity, Edge, Thing

Document = dict[str, Any]

_EACH = 10
#: So many lines of the log, or edges, are looked through for one page at the most.
_AT_A_TIME, _ROUNDS = 100, 5
_SCHEDULED, _ANNOUNCES = "scheduled", "announces"


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox of the actor ``thing``, the newest first."""

    thing: Thing
    read: Read
    lexicon: Lexicon

    def total(self) -> int:
        """How many things it has told of that everybody may still read."""
        if self._is_programme:
            return self.read.degree(
                relation=_SCHEDULED, subject=self.thing.id, public=True
            )
        return self.read.count(self._kinds(), owner=self.thing.id)

    def page(self, before: str | None) -> tuple[list[Document], str | None]:
        """Activities, and what to ask for next; a page may be short of its number."""
        told: list[Document] = []
        at = before
        for cursor, activity in self._found(before):
            at = cursor
            if activity is not None and (document := self._told(activity)):
                told.append(document)
            if len(told) == _EACH:
                return told, at
        return told, None if self._is_end(at) else at

    @property
    def _is_programme(self) -> bool:
        return has_programme(self.thing, self.lexicon)

    def _kinds(self) -> list[str]:
        """What goes out in its own name: events mostly do in their calendar's."""
        kinds = self.lexicon.types.values()
        return [
            kind.name
            for kind in kinds
            if "Like" in kind.permits
            and "Join" not in kind.permits
            and not self.lexicon.is_actor(kind.name)
        ]

    def _found(self, before: str | None) -> Iterator[tuple[str, Activity | None]]:
        return self._programme(before) if self._is_programme else self._said(before)

    def _said(self, before: str | None) -> Iterator[tuple[str, Activity | None]]:
        """What its owner did, by the log."""
        seq = _number(before)
        for _ in range(_ROUNDS):
            entries = self.read.log(actor=self.thing.id, before=seq, limit=_AT_A_TIME)
            for entry in entries:
                yield str(entry.seq), entry.activity
            if len(entries) < _AT_A_TIME:
                return
            seq = entries[-1].seq

    def _programme(self, before: str | None) -> Iterator[tuple[str, Activity | None]]:
        """What was put on a calendar, and what it passed on."""
        edges = self.read.edges(subject=self.thing.id, limit=_AT_A_TIME, before=before)
        for edge in edges:
            yield edge.id, self._stated(edge)

    def _stated(self, edge: Edge) -> Activity | None:
        if edge.relation == _ANNOUNCES:
            return self.read.activity(edge.activity)
        if edge.relation != _SCHEDULED:
            return None
        entries = self.read.log(object=edge.object, limit=_AT_A_TIME)
        made = (each.activity for each in entries if verb_of(each.activity) == "Create")
        return next(made, None)

    def _told(self, activity: Activity) -> Document | None:
        match verb_of(activity), activity.object:
            case "Create", Thing() as thing if is_spoken_of(self.lexicon, thing):
                document = activities.document(activity, self.read, self.lexicon)
            case "Announce", Thing() as thing if self._is_announced(thing):
                document = activities.document(activity, self.read, self.lexicon)
            case _:
                return None
        own = document is not None and document["actor"] == self.thing.id
        return document if own else None

    def _is_announced(self, thing: Thing) -> bool:
        me = self.thing.id
        return bool(
            self.read.edges(subject=me, relation=_ANNOUNCES, object=thing.id, limit=1)
        )

    def _is_end(self, at: str | None) -> bool:
        """Is there nothing behind ``at``?"""
        if at is None:
            return True
        if self._is_programme:
            return not self.read.edges(subject=self.thing.id, limit=1, before=at)
        return not self.read.log(actor=self.thing.id, limit=1, before=_number(at))


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isdecimal() or len(cursor) > 18:
        raise BadCursor("this is no page of an outbox")
    return int(cursor)
