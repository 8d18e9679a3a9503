"""What stands around the things of a page, read in as few questions as it takes.

A page never asks the store for one thing after the other: how often it asks
depends on what it shows, not on how much there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peer.model.consent import CONSENTS, DECLINES, answers
from peer.model.lexicon import Lexicon
from peer.model.permission import Viewer, may_see
from peer.model.places import (
    ALLOTS,
    COUNTED,
    SOLD,
    Numbers,
    numbers_of,
    reckoned,
    reckoned_all,
)
from peer.model.reading import Read
from peer.node import handles
from peer.protocol.thing import Edge, Thing
from peer.web.parts.ties import Offered, Offering, Tie, consented, ties

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
    numbers: Mapping[str, Numbers] = field(default_factory=dict)  # of COUNTED
    ties: Sequence[Tie] = ()  # edges of the page's thing that take consent
    offering: Offering | None = None  # of a post of ours, to calendars
    offered: Offered = field(default_factory=Offered)  # to a calendar

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
            self.numbers.get(thing.id),
        )


def around_cards(
    read: Read, things: Sequence[Thing], lexicon: Lexicon, viewer: Viewer
) -> Around:
    """What the cards of ``things`` show: as many questions, however many cards."""
    if not things:
        return Around()
    ids = [thing.id for thing in things]
    edges = read.edges_from(ids, [*relations_of(things, lexicon), ALLOTS])
    wanted = {*(e.object for e in edges), *(thing.owner for thing in things)}
    known = read.many(sorted(wanted))
    shown = _standing(edges, lexicon, read)
    return Around(
        {**_seen(known, viewer), **{t.id: t for t in things}},
        _by_relation(shown, lexicon, set(ids)),
        read.tally(ids),
        numbers={**_numbers(things, read), **_of_events(things, edges, known, read)},
    )


def _standing(edges: Sequence[Edge], lexicon: Lexicon, read: Read) -> Sequence[Edge]:
    """Without those to which whoever was asked has said no."""
    asked = [e for e in edges if lexicon.relations[e.relation].consent]
    if not asked:
        return edges
    said = answers(asked, read)
    no = {id for id, told in said.items() if DECLINES in told and CONSENTS not in told}
    return [edge for edge in edges if edge.id not in no]


def _of_events(
    things: Sequence[Thing],
    edges: Sequence[Edge],
    known: Mapping[str, Thing],
    read: Read,
) -> Mapping[str, Numbers]:
    """The numbers of events, made of what has been read as far as that goes."""
    events = [thing for thing in things if thing.kind == "Event"]
    if not events:
        return {}
    sold = read.tally_from([event.id for event in events], (SOLD,))
    free = [event.id for event in events if event.get("joinMode") != "external"]
    held = read.holdings(free) if free else {}
    given: dict[str, list[Thing]] = {}
    for edge in edges:
        if edge.relation == ALLOTS and edge.object in known:
            given.setdefault(edge.subject, []).append(known[edge.object])
    return reckoned_all(events, sold, given, held)


def _numbers(things: Iterable[Thing], read: Read) -> Mapping[str, Numbers]:
    """How many were sold of those that are counted, and how many are left."""
    counted = [t for t in things if t.kind in COUNTED and t.kind != "Event"]
    return numbers_of(counted, read) if counted else {}


def relations_of(things: Iterable[Thing], lexicon: Lexicon) -> Sequence[str]:
    """The relations that the types of ``things`` speak of, from their side."""
    kinds = {thing.kind for thing in things}
    told = (lexicon.types[kind].relations.values() for kind in kinds)
    return sorted({each.kind for some in told for each in some if not each.reverse})


def around_page(read: Read, thing: Thing, lexicon: Lexicon, viewer: Viewer) -> Around:
    """What the page of ``thing`` shows: itself, its relations, what was done to it."""
    outgoing = _outgoing(read, thing, lexicon)
    of = viewer.id or ""
    incoming = read.edges_to(thing.id, tuple(lexicon.relations), EACH, of=of)
    stated = [e for e in incoming if _is_shown(e.relation, lexicon)]
    edges = [*outgoing, *stated]
    thread = read.below(thing.id, "inReplyTo", REPLIES)
    faces = _faces(incoming)
    ends = {thing.owner, *(e.subject for e in edges), *(e.object for e in edges)}
    ends |= {id for some in faces.values() for id in some}
    ends |= {id for edge in thread for id in (edge.subject, edge.by)}
    known = read.many(sorted(ends - {thing.id}))
    near = _seen(known, viewer)
    owners = {each.owner for each in near.values()} - near.keys() - {thing.id}
    more = _seen(read.many(sorted(owners)), viewer) if owners else {}
    things = {**more, **near, thing.id: thing}
    stand = ties(read, consented(edges, lexicon), things, thing.id)
    held = read.held(thing.id) if "Join" in lexicon.types[thing.kind].permits else 0
    claims = {t.edge.id for t in stand if not (t.is_mutual or t.is_out)}
    return Around(
        things,
        _by_relation([e for e in edges if e.id not in claims], lexicon, {thing.id}),
        read.tally([thing.id, *sorted(near)]),
        outgoing,
        {e.relation: e.activity for e in incoming if e.subject == viewer.id},
        held,
        faces,
        thread,
        (handles.of(read, thing.id) or "") if lexicon.is_actor(thing.kind) else "",
        _numbers_of(thing, outgoing, known, held, read),
        stand,
    )


def _outgoing(read: Read, thing: Thing, lexicon: Lexicon) -> Sequence[Edge]:
    """What goes out from it; of what is sold there may be any number: it is counted."""
    if thing.kind not in COUNTED:
        return read.edges(subject=thing.id, limit=_MOST)
    told = [name for name in lexicon.relations if name != SOLD]
    return read.edges_from([thing.id], told)[:_MOST]


def _numbers_of(
    thing: Thing,
    outgoing: Sequence[Edge],
    known: Mapping[str, Thing],
    held: int,
    read: Read,
) -> Mapping[str, Numbers]:
    """The same for the page of one: most of it has been read already."""
    if thing.kind != "Event":
        return _numbers([thing], read)
    given = [e.object for e in outgoing if e.relation == ALLOTS]
    allotments = [known[id] for id in given if id in known]
    sold = 0
    if given or thing.get("joinMode") == "external":
        sold = read.tally_from([thing.id], (SOLD,)).get((thing.id, SOLD), 0)
    return {thing.id: reckoned(thing, sold, allotments, held)}


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
