"""How the edges of a page's thing stand that take consent, and who said so and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from peer.model.consent import (
    ALLOCATED,
    ANSWERS,
    ASSERTED,
    DECLINED,
    EXPIRED,
    GATHERS,
    MUTUAL,
    answers,
    is_of_one,
    standing,
)
from peer.model.lexicon import Lexicon
from peer.model.permission import Viewer, may
from peer.model.query import Query
from peer.model.reading import Read
from peer.node.acquaintance import CALENDARS
from peer.node.checks import is_of_all
from peer.node.moderation.blocks import host_of
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing
from peer.web.parts.authors import Author, author, href_of, written

_MOST = 50

#: What a page says of an edge, by how it stands.
WORDS: Mapping[str, str] = {
    ASSERTED: "Sent to {}",
    MUTUAL: "{} accepted",
    DECLINED: "{} declined",
    EXPIRED: "Was on {} for a time",
}


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge, how it stands, and since when; ``other`` is its end that is not here."""

    edge: Edge
    state: str
    at: str
    other: str
    is_out: bool  # does it go out from the page's thing?

    @property
    def is_mutual(self) -> bool:
        return self.state == MUTUAL

    @property
    def words(self) -> str:
        return WORDS[self.state]


def proof_at(edge: Edge, base: str) -> str:
    """Where the signed documents of ``edge`` are shown, and verified."""
    if edge.id.startswith(f"{base}/"):
        return edge.id.removeprefix(base)
    return f"/edges?id={quote(edge.id, safe='')}"


def consented(edges: Sequence[Edge], lexicon: Lexicon) -> list[Edge]:
    """Those of ``edges`` that take consent."""
    kinds = {name for name, kind in lexicon.relations.items() if kind.consent}
    return [e for e in edges if e.relation in kinds or e.relation == GATHERS]


def ties(
    read: Read, edges: Sequence[Edge], known: Mapping[str, Thing], here: str
) -> list[Tie]:
    """How each of ``edges`` stands, seen from ``here``: one question at the most."""
    if not edges:
        return []
    said = answers(edges, read)
    return [_tie(edge, said.get(edge.id, {}), known, here) for edge in edges]


def _tie(
    edge: Edge, said: Mapping[str, Edge], known: Mapping[str, Thing], here: str
) -> Tie:
    state = standing(said, is_of_one(edge, known))
    last = max((said[name].since for name in ANSWERS if name in said), default="")
    is_out = edge.subject == here
    return Tie(
        edge=edge,
        state=state,
        at=last or edge.since,
        other=edge.object if is_out else edge.subject,
        is_out=is_out,
    )


# -- calendars ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """A calendar that a post may be offered to."""

    id: str
    name: str
    host: str

    @classmethod
    def of(cls, thing: Thing) -> Choice:
        return cls(
            thing.id, written(thing.get("name") or thing.slug), host_of(thing.id)
        )


@dataclass(frozen=True, slots=True)
class Offering:
    """What the page of a post offers: to whom, and whether this viewer may."""

    choices: Sequence[Choice] = ()
    may: bool = False


def offering(read: Read, post: Thing, lexicon: Lexicon, viewer: Viewer) -> Offering:
    found = [Choice.of(each) for each in calendars(read, lexicon)]
    found.sort(key=lambda each: (each.host == host_of(post.id), each.host, each.name))
    return Offering(found, may("owner", viewer, post) or is_of_all(post, viewer))


def is_offered(thing: Thing, lexicon: Lexicon) -> bool:
    """Is it something to read, that an event may grow out of?"""
    return thing.kind in lexicon.descendants("Post")


def calendars(read: Read, lexicon: Lexicon) -> list[Thing]:
    """Our own, and those of peers that are known; nobody is asked now."""
    kinds = tuple(lexicon.descendants("Calendar"))
    own = read.find(Query(kinds, limit=_MOST)).items if kinds else ()
    ids = [id for _, kept in read.recall_all(CALENDARS) for id in kept["ids"]]
    known = read.many(ids)
    there = (known.get(id) for id in dict.fromkeys(ids))
    return [*(each for each in there if each and not each.deleted), *own]


@dataclass(frozen=True, slots=True)
class Brought:
    """What was offered to a calendar, the post as we know it, and what is answered."""

    tie: Tie
    post: Thing | None
    who: Author  # who states it, or named the calendar
    activity: str
    base: str

    @property
    def title(self) -> str:
        told = self.post.get("name") or self.post.get("summary") if self.post else ""
        return written(str(told or self.tie.other))

    @property
    def href(self) -> str:
        return href_of(self.tie.other, self.base)


@dataclass(frozen=True, slots=True)
class Offered:
    """``waiting`` for an answer, or answered with no; and ``taken``, which is shown."""

    waiting: Sequence[Brought] = ()
    taken: Sequence[Brought] = ()
    is_keeper: bool = False  # may this viewer answer?
    may_bring: bool = False


def brought_to(
    read: Read, calendar: Thing, lexicon: Lexicon, viewer: Viewer, base: str
) -> Offered:
    """What was offered to ``calendar``, the newest first: for whoever keeps it."""
    is_keeper = may("owner", viewer, calendar)
    may_bring = may(lexicon.types[calendar.kind].permits.get("Add", ""), viewer)
    edges = [
        *read.edges(object=calendar.id, relation=ALLOCATED, limit=_MOST),
        *read.edges(subject=calendar.id, relation=GATHERS, limit=_MOST),
    ]
    if not is_keeper or not edges:
        return Offered(is_keeper=is_keeper, may_bring=may_bring)
    ends = {id for e in edges for id in (e.subject, e.object, e.by)} - {calendar.id}
    known = {**read.many(sorted(ends)), calendar.id: calendar}
    found = [
        _brought(read, tie, known, base)
        for tie in ties(read, edges, known, calendar.id)
    ]
    waiting = [each for each in found if not each.tie.is_mutual]
    taken = [each for each in found if each.tie.is_mutual]
    return Offered(waiting, taken, is_keeper, may_bring)


def _brought(read: Read, tie: Tie, known: Mapping[str, Thing], base: str) -> Brought:
    asked = _asked(read, tie.edge)
    who = tie.edge.by
    if tie.edge.relation == GATHERS and asked is not None:
        who = asked.notes.get("suggested", asked.actor)
    post = known.get(tie.other)
    if post is not None and (post.deleted or post.audience != PUBLIC):
        post = None
    id = asked.id if asked is not None else ""
    return Brought(tie, post, author(who, known.get(who), base), id, base)


def _asked(read: Read, edge: Edge) -> Activity | None:
    """The activity that is answered: with one of ours, the Offer that followed."""
    stated = read.activity(edge.activity)
    if edge.relation == GATHERS or (stated is not None and stated.type == "Offer"):
        return stated
    offers = read.log(object=edge.id, type="Offer", limit=1)
    return offers[0].activity if offers else stated
