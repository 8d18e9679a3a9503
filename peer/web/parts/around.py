"""What stands around the things of a page, read in as few questions as it takes.

A page never asks the store for one thing after the other: how often it asks
depends on what it shows, not on how much there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peer.model.consent import ALLOCATED, ANSWERS, CONSENTS, DECLINES, told_apart
from peer.model.lexicon import Lexicon
from peer.model.permission import Viewer, may_see
from peer.model.places import ALLOTS, COUNTED, SOLD, Numbers, reckoned_all
from peer.model.reading import Counts, Read
from peer.model.voice import SCHEDULED
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
        ways = [f"~{each.kind}" if each.reverse else each.kind for each in told]
        near = [each for way in ways for each in self.of(thing.id, way)]
        counted = (self.counts.get((thing.id, name), 0) for name in lexicon.relations)
        return (
            owner.updated if owner else "",
            *((each.id, each.updated) for each in near),
            *counted,
            self.numbers.get(thing.id),
        )


def around_cards(
    read: Read,
    things: Sequence[Thing],
    lexicon: Lexicon,
    viewer: Viewer,
    calendars: Sequence[Edge] | None = None,
) -> Around:
    """What the cards of ``things`` show: as many questions, however many cards.

    ``calendars`` are the edges that put events on them, where these are known.
    """
    if not things:
        return Around()
    near = _near_cards(read, things, lexicon, calendars)
    ends = {*(e.object for e in near.edges), *(e.subject for e in near.on)}
    known = read.many(sorted(ends | {thing.owner for thing in things}))
    ids = [thing.id for thing in things]
    return _of_cards(things, near, known, read.counted(ids, (SOLD,)), lexicon, viewer)


@dataclass(frozen=True, slots=True)
class _Cards:
    """Edges from things that are shown as cards, and ``on``: from their calendars."""

    edges: Sequence[Edge]
    on: Sequence[Edge]


def _near_cards(
    read: Read,
    things: Sequence[Thing],
    lexicon: Lexicon,
    calendars: Sequence[Edge] | None = None,
) -> _Cards:
    ids = [thing.id for thing in things]
    events = [t.id for t in things if t.kind == "Event"] if calendars is None else ()
    told = read.edges_among(
        (ids, [*relations_of(things, lexicon), ALLOTS]), (events, (SCHEDULED,)), ANSWERS
    )
    edges, said = told_apart(told)
    out = [edge for edge in edges if edge.relation != SCHEDULED]
    on = [edge for edge in edges if edge.relation == SCHEDULED]
    return _Cards(_standing(out, said), on if calendars is None else calendars)


def _of_cards(
    things: Sequence[Thing],
    near: _Cards,
    known: Mapping[str, Thing],
    counts: Counts,
    lexicon: Lexicon,
    viewer: Viewer,
) -> Around:
    return Around(
        {**_seen(known, viewer), **{t.id: t for t in things}},
        _by_relation([*near.edges, *near.on], lexicon, {t.id for t in things}),
        counts.into,
        numbers=_numbers(things, near.edges, known, counts),
    )


def _standing(
    edges: Sequence[Edge], said: Mapping[str, Mapping[str, Edge]]
) -> Sequence[Edge]:
    """Without those to which whoever was asked has said no."""
    no = {id for id, told in said.items() if DECLINES in told and CONSENTS not in told}
    return [edge for edge in edges if edge.id not in no]


def _numbers(
    things: Iterable[Thing],
    edges: Iterable[Edge],
    known: Mapping[str, Thing],
    counts: Counts,
) -> Mapping[str, Numbers]:
    """How many were sold of what is counted, and how many are left."""
    given: dict[str, list[Thing]] = {}
    for edge in edges:
        if edge.relation == ALLOTS and edge.object in known:
            given.setdefault(edge.subject, []).append(known[edge.object])
    counted = [thing for thing in things if thing.kind in COUNTED]
    return reckoned_all(counted, counts.out, given, counts.held)


def relations_of(things: Iterable[Thing], lexicon: Lexicon) -> Sequence[str]:
    """The relations that the types of ``things`` speak of, from their side."""
    kinds = {thing.kind for thing in things}
    told = (lexicon.types[kind].relations.values() for kind in kinds)
    return sorted({each.kind for some in told for each in some if not each.reverse})


#: What else is shown as cards on the page of something, given what is near it.
Shows = Callable[[Mapping[str, Thing], Sequence[Tie]], Sequence[Thing]]


def _nothing(near: Mapping[str, Thing], stand: Sequence[Tie]) -> Sequence[Thing]:
    return ()


def around_page(
    read: Read,
    thing: Thing,
    lexicon: Lexicon,
    viewer: Viewer,
    shows: Shows = _nothing,
) -> Around:
    """What the page of ``thing`` shows: itself, its relations, what was done to it."""
    edges, said = told_apart(_at_page(read, thing, lexicon, viewer))
    outgoing = [e for e in edges if e.subject == thing.id][:_MOST]
    incoming = [e for e in edges if e.object == thing.id]
    stated = [*outgoing, *(e for e in incoming if _is_shown(e.relation, lexicon))]
    is_answered = any(e.relation == "inReplyTo" for e in incoming)
    thread = read.below(thing.id, "inReplyTo", REPLIES) if is_answered else ()
    faces = _faces(incoming)
    known = read.many(sorted(_ends(thing, stated, thread, faces) - {thing.id}))
    near = _seen(known, viewer)
    stand = ties(consented(stated, lexicon), said, {**near, thing.id: thing}, thing.id)
    claims = {t.edge.id for t in stand if not (t.is_mutual or t.is_out)}
    cards = shows(near, stand)
    beside = _near_cards(read, cards, lexicon) if cards else _Cards((), ())
    more = _further(read, near, cards, beside, thing)
    there = {**known, **more}
    counted = [thing.id, *sorted(near), *(each.id for each in cards)]
    counts = read.counted(counted, (SOLD,))
    mine = _of_cards(cards, beside, there, counts, lexicon, viewer)
    own = _by_relation([e for e in stated if e.id not in claims], lexicon, {thing.id})
    return Around(
        {**_seen(more, viewer), **mine.things, **near, thing.id: thing},
        {**mine.related, **own},
        counts.into,
        outgoing,
        {e.relation: e.activity for e in incoming if e.subject == viewer.id},
        counts.held.get(thing.id, 0),
        faces,
        thread,
        (handles.of(read, thing.id) or "") if lexicon.is_actor(thing.kind) else "",
        {**mine.numbers, **_numbers([thing], outgoing, known, counts)},
        stand,
    )


def _at_page(
    read: Read, thing: Thing, lexicon: Lexicon, viewer: Viewer
) -> Sequence[Edge]:
    """What is at it; of what is sold there may be any number: it is counted."""
    told = [name for name in lexicon.relations if name not in ANSWERS]
    into = dict.fromkeys(told, EACH)
    if thing.kind in lexicon.descendants("Calendar"):
        into[ALLOCATED] = _MOST
    out = dict.fromkeys(told, _MOST)
    if thing.kind in COUNTED:
        del out[SOLD]
    return read.edges_at(thing.id, into, out, of=viewer.id or "", said=ANSWERS)


def _ends(
    thing: Thing,
    edges: Iterable[Edge],
    thread: Iterable[Edge],
    faces: Mapping[str, Sequence[str]],
) -> set[str]:
    ends = {thing.owner, *(id for e in edges for id in (e.subject, e.object))}
    ends |= {id for some in faces.values() for id in some}
    return ends | {id for edge in thread for id in (edge.subject, edge.by)}


def _further(
    read: Read,
    near: Mapping[str, Thing],
    cards: Sequence[Thing],
    beside: _Cards,
    thing: Thing,
) -> Mapping[str, Thing]:
    """Whose the things are that are near, and what their cards show."""
    wanted = {each.owner for each in (*near.values(), *cards)}
    wanted |= {e.object for e in beside.edges} | {e.subject for e in beside.on}
    missing = sorted(wanted - near.keys() - {thing.id})
    return read.many(missing) if missing else {}


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
