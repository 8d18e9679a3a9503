"""What stands around the things of a page, read in as few questions as it takes.

A page never asks the store for one thing after the other: how often it asks
depends on what it shows, not on how much there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peer.model.lexicon import Lexicon
from peer.model.permission import Viewer, may_see
from peer.model.reading import Read
from peer.node import handles
from peer.protocol.thing import Edge, Thing

#: As many of one relation are shown on a page of something else.
EACH = 24
#: As many replies are shown below what they answer.
REPLIES = 50
#: What others do to a thing, shown as who they are.
FACES = ("likes", "announces")
QUOTES = "quotes"
#: Read as a conversation, and not among what is related.
TALK = frozenset(("~inReplyTo", "~quotes", "mentions", "~mentions", "~featured"))
#: Of what goes out from it, which its owner has put there by hand.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Around:
    """Things by id, who is related to whom, and how often.

    ``related`` is by (id, relation), with ``~relation`` for those that stand in
    the relation to the id.
    """

    things: Mapping[str, Thing] = field(default_factory=dict)
    related: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    edges: Sequence[Edge] = ()  # those that go out from the page's thing
    done: Mapping[str, str] = field(default_factory=dict)  # relation: activity
    held: int = 0
    faces: Mapping[str, Sequence[str]] = field(default_factory=dict)  # newest first
    thread: Sequence[Edge] = ()  # replies, and replies to those
    user: str = ""  # what the page's thing is called, if it acts

    def of(self, id: str, relation: str) -> Sequence[Thing]:
        found = (self.things.get(each) for each in self.related.get((id, relation), ()))
        return [thing for thing in found if thing is not None]

    def kinds(self, thing: Thing) -> tuple[str, ...]:
        """The type of ``thing``, and those that it ``isA`` beside that."""
        others = (t for t in self.of(thing.id, "isA") if t.kind == "Type")
        return (thing.kind, *(each["name"] for each in others))

    def mark(self, thing: Thing, lexicon: Lexicon) -> tuple[object, ...]:
        """Differs wherever a card of ``thing`` would."""
        owner = self.things.get(thing.owner)
        told = lexicon.types[thing.kind].relations.values()
        near = [each for relation in told for each in self.of(thing.id, relation.kind)]
        counted = (self.counts.get((thing.id, name), 0) for name in lexicon.relations)
        return (
            owner.updated if owner else "",
            *((each.id, each.updated) for each in near),
            *counted,
        )


def around_cards(
    read: Read, things: Sequence[Thing], lexicon: Lexicon, viewer: Viewer
) -> Around:
    """What the cards of ``things`` show: three questions, however many cards."""
    if not things:
        return Around()
    ids = [thing.id for thing in things]
    edges = read.edges_from(ids, relations_of(things, lexicon))
    related = _by_relation(edges, lexicon, set(ids))
    wanted = {*(e.object for e in edges), *(thing.owner for thing in things)}
    known = _seen(read.many(sorted(wanted)), viewer)
    return Around({**known, **{t.id: t for t in things}}, related, read.tally(ids))


def relations_of(things: Iterable[Thing], lexicon: Lexicon) -> Sequence[str]:
    """The relations that the types of ``things`` speak of, from their side."""
    kinds = {thing.kind for thing in things}
    told = (lexicon.types[kind].relations.values() for kind in kinds)
    return sorted({each.kind for some in told for each in some if not each.reverse})


def around_page(read: Read, thing: Thing, lexicon: Lexicon, viewer: Viewer) -> Around:
    """What the page of ``thing`` shows: itself, its relations, what was done to it."""
    outgoing = read.edges(subject=thing.id, limit=_MOST)
    of = viewer.id or ""
    incoming = read.edges_to(thing.id, tuple(lexicon.relations), EACH, of=of)
    stated = [e for e in incoming if _is_shown(e.relation, lexicon)]
    edges = [*outgoing, *stated]
    thread = read.below(thing.id, "inReplyTo", REPLIES)
    faces = _faces(incoming)
    ends = {thing.owner, *(e.subject for e in edges), *(e.object for e in edges)}
    ends |= {id for some in faces.values() for id in some}
    ends |= {id for edge in thread for id in (edge.subject, edge.by)}
    near = _seen(read.many(sorted(ends - {thing.id})), viewer)
    owners = {each.owner for each in near.values()} - near.keys() - {thing.id}
    more = _seen(read.many(sorted(owners)), viewer) if owners else {}
    return Around(
        {**more, **near, thing.id: thing},
        _by_relation(edges, lexicon, {thing.id}),
        read.tally([thing.id, *sorted(near)]),
        outgoing,
        {e.relation: e.activity for e in incoming if e.subject == viewer.id},
        read.held(thing.id) if "Join" in lexicon.types[thing.kind].permits else 0,
        faces,
        thread,
        (handles.of(read, thing.id) or "") if lexicon.is_actor(thing.kind) else "",
    )


def _is_shown(relation: str, lexicon: Lexicon) -> bool:
    """What follows from doing is counted; what was quoted with consent is shown."""
    return relation == QUOTES or not lexicon.relations[relation].guarded


def _faces(edges: Sequence[Edge]) -> Mapping[str, Sequence[str]]:
    return {
        relation: [e.subject for e in edges if e.relation == relation][:EACH]
        for relation in FACES
    }


def _seen(things: Mapping[str, Thing], viewer: Viewer) -> dict[str, Thing]:
    return {
        id: thing
        for id, thing in things.items()
        if thing.deleted is None and may_see(viewer, thing)
    }


def _by_relation(
    edges: Iterable[Edge], lexicon: Lexicon, centers: set[str]
) -> Mapping[tuple[str, str], Sequence[str]]:
    """The other ends, oldest first; symmetric kinds read the same from both."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for edge in sorted(edges, key=lambda e: (e.since, e.id)):
        kind = lexicon.relations.get(edge.relation)
        back = edge.relation if kind and kind.symmetric else f"~{edge.relation}"
        if edge.subject in centers:
            found.setdefault((edge.subject, edge.relation), {})[edge.object] = None
        if edge.object in centers:
            found.setdefault((edge.object, back), {})[edge.subject] = None
    return {key: tuple(ends) for key, ends in found.items()}
