"""What stands around a thing that strangers may know of, in few questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.model.voice import EACH, SCHEDULED, first_calendar, voice
from peer.protocol.origin import same_origin
from peer.protocol.thing import PUBLIC, Edge, Thing

__all__ = ["Near", "is_spoken_of", "is_told", "near", "root_of", "voice"]

REPLY, MENTIONS, QUOTES = "inReplyTo", "mentions", "quotes"

#: They have words of their own on the wire, or are collections there.
SPOKEN = (REPLY, MENTIONS, QUOTES)
_COLLECTED = ("scheduled", "featured")

_SELLS, _SOLD = "sellsTicketsFor", "sold"


@dataclass(frozen=True, slots=True)
class Near:
    """``edges`` go out from the thing, ``into`` come in, the oldest first."""

    edges: Sequence[Edge] = ()
    into: Sequence[Edge] = ()
    known: Mapping[str, Thing] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    taken: int = 0  # places
    calendar: str | None = None  # in whose name it goes out
    root: str = ""  # what began the conversation that it is part of

    def ends(self, relation: str) -> Sequence[str]:
        """What the thing stands in ``relation`` to, as it was said."""
        return [edge.object for edge in self.edges if edge.relation == relation]

    def tickets(self, thing: Thing) -> str | None:
        """Where tickets for ``thing`` are sold, here or elsewhere."""
        told = [edge.subject for edge in self.into if edge.relation == _SELLS]
        return next((id for id in told if is_told(id, thing.id, self.known)), None)

    def kinds(self, thing: Thing) -> tuple[str, ...]:
        """The type of ``thing``, and those that it ``isA`` beside that."""
        others = (self.known.get(id) for id in self.ends("isA"))
        told = (each["name"] for each in others if each and each.kind == "Type")
        return (thing.kind, *told)


def near(read: Read, thing: Thing, lexicon: Lexicon) -> Near:
    """All that the document of ``thing`` takes, in seven questions at the most."""
    kind = lexicon.types[thing.kind]
    out = read.edges_from([thing.id], _told(lexicon))
    is_event = "Join" in kind.permits
    into = read.edges_to(thing.id, [SCHEDULED, _SELLS], EACH) if is_event else ()
    ends = {*(edge.object for edge in out), *(edge.subject for edge in into)}
    known = read.many(sorted(ends)) if ends else {}
    edges = [edge for edge in reversed(out) if is_told(edge.object, thing.id, known)]
    replies = any(edge.relation == REPLY for edge in edges)
    return Near(
        edges=edges,
        into=list(reversed(into)),
        known=known,
        counts=_counts(read, thing) if is_spoken_of(lexicon, thing) else {},
        taken=_taken(read, thing) if is_event and thing.get("capacity") else 0,
        calendar=first_calendar(into, known, thing, read),
        root=root_of(read, thing.id) if replies else thing.id,
    )


def _taken(read: Read, thing: Thing) -> int:
    """How many places nobody can have any more; at a shop, those it has sold."""
    if thing.get("joinMode", "free") == "free":
        return read.held(thing.id)
    return read.degree(subject=thing.id, relation=_SOLD)


def is_spoken_of(lexicon: Lexicon, thing: Thing) -> bool:
    """Do people answer such things, like them and pass them on?"""
    return "Like" in lexicon.types[thing.kind].permits and not lexicon.is_actor(
        thing.kind
    )


def is_told(id: str, beside: str, known: Mapping[str, Thing]) -> bool:
    """May everybody know of ``id``?  What is elsewhere, others answer for."""
    there = known.get(id)
    if there is None:
        return not same_origin(id, beside)
    return there.audience == PUBLIC and not there.deleted


def root_of(read: Read, id: str) -> str:
    """What began the conversation that ``id`` is part of: mostly itself."""
    return read.ancestors([id], REPLY)[-1]


def _told(lexicon: Lexicon) -> Sequence[str]:
    """Relations that people state by hand; not what they did, nor whole programmes."""
    stated = [name for name, kind in lexicon.relations.items() if not kind.guarded]
    return sorted({*stated, *SPOKEN}.difference(_COLLECTED))


def _counts(read: Read, thing: Thing) -> Mapping[str, int]:
    return {relation: n for (_, relation), n in read.tally([thing.id]).items()}
