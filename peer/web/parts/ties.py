"""How the edges of a page's thing stand that take consent, and who said so and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from peer.model.consent import (
    ALLOCATED,
    ANSWERS,
    ASSERTED,
    DECLINED,
    EXPIRED,
    GATHERS,
    MUTUAL,
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
from peer.protocol.iri import origin
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing
from peer.web.parts.authors import Author, author, href_of, written
from store.interface import Transaction
from store.words import fold

_MOST = 50
#: To which calendars somebody has offered something lately: so many come first.
_USED, _LATELY = "calendars-used", 3
#: What the calendar is called that is for everything.
_MAIN = "main"

#: What a page says of an edge, by how it stands.
WORDS: Mapping[str, str] = {
    ASSERTED: "Sent to {}",
    MUTUAL: "{} accepted",
    DECLINED: "{} declined",
    EXPIRED: "Was on {} for a time",
}

#: What is said to whoever has just offered something, by how it stands.
JUST: Mapping[str, str] = {
    ASSERTED: "Offered to {}. What it says to that is told below.",
    MUTUAL: "{} accepted.",
    DECLINED: "{} declined.",
    EXPIRED: "That it was on {} is over.",
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
    edges: Sequence[Edge],
    said: Mapping[str, Mapping[str, Edge]],
    known: Mapping[str, Thing],
    here: str,
) -> list[Tie]:
    """How each of ``edges`` stands, seen from ``here``, by what was ``said`` of it."""
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

    @property
    def label(self) -> str:
        return f"{self.name}, {self.host}"

    def is_called(self, words: Sequence[str]) -> bool:
        """Are all of ``words``, folded, in its name or that of its server?"""
        label = fold(self.label)
        return all(word in label for word in words)


@dataclass(frozen=True, slots=True)
class Offering:
    """What the page of a post offers: to whom, and whether this viewer may."""

    choices: Sequence[Choice] = ()
    may: bool = False

    def called(self, text: str) -> Sequence[Choice]:
        """Those that ``text`` may mean: the one of just that name, or all it fits."""
        just = [each for each in self.choices if text in (each.label, each.name)]
        words = fold(text).split()
        fits = [each for each in self.choices if each.is_called(words)]
        return just if len(just) == 1 else fits


def offering(read: Read, post: Thing, lexicon: Lexicon, viewer: Viewer) -> Offering:
    """The likeliest first: what this author chose last, then main calendars."""
    is_theirs = may("owner", viewer, post) or is_of_all(post, viewer)
    used = _used(read, viewer) if is_theirs else ()
    found = calendars(read, lexicon, used)
    found.sort(key=partial(_rank, used, host_of(post.id)))
    return Offering([Choice.of(each) for each in found], is_theirs)


def _used(read: Read, viewer: Viewer) -> Sequence[str]:
    """The calendars that ``viewer`` has offered something to lately, the last first."""
    kept = read.recall(_USED, viewer.id) if viewer.id is not None else None
    return kept["ids"] if kept is not None else ()


def use(tx: Transaction, viewer: Viewer, calendar: str) -> None:
    """Remember that ``viewer`` has offered something to ``calendar``."""
    if viewer.id is not None:
        ids = dict.fromkeys((calendar, *_used(tx, viewer)))
        tx.keep(_USED, viewer.id, {"ids": list(ids)[:_LATELY]})


def _rank(used: Sequence[str], here: str, calendar: Thing) -> tuple[object, ...]:
    last = used.index(calendar.id) if calendar.id in used else len(used)
    is_main = calendar.slug == _MAIN
    host = host_of(calendar.id)
    name = str(calendar.get("name") or calendar.slug)
    return (last, not is_main, host == here, host, fold(name))


def is_offered(thing: Thing, lexicon: Lexicon) -> bool:
    """Is it something to read, that an event may grow out of?"""
    return thing.kind in lexicon.descendants("Post")


def calendars(read: Read, lexicon: Lexicon, also: Sequence[str] = ()) -> list[Thing]:
    """Our own, those of peers that are known, and ``also``; nobody is asked now."""
    kinds = tuple(lexicon.descendants("Calendar"))
    own = read.find(Query(kinds, limit=_MOST)).items if kinds else ()
    ids = [id for _, kept in read.recall_all(CALENDARS) for id in kept["ids"]]
    ids += also
    known = read.many(ids) if ids else {}
    there = (known.get(id) for id in dict.fromkeys(ids))
    found = [*(each for each in there if each and not each.deleted), *own]
    return list({each.id: each for each in found}.values())


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
    read: Read,
    calendar: Thing,
    stand: Sequence[Tie],
    known: Mapping[str, Thing],
    lexicon: Lexicon,
    viewer: Viewer,
) -> Offered:
    """What was offered to ``calendar``, the newest first: for whoever keeps it.

    ``stand`` is how the edges there stand, ``known`` what is at their other ends.
    """
    is_keeper = may("owner", viewer, calendar)
    may_bring = may(lexicon.types[calendar.kind].permits.get("Add", ""), viewer)
    there = [tie for tie in stand if tie.edge.relation in (ALLOCATED, GATHERS)][:_MOST]
    if not is_keeper or not there:
        return Offered(is_keeper=is_keeper, may_bring=may_bring)
    asked = _asked([tie.edge for tie in there], read)
    base = origin(calendar.id)
    found = [_brought(tie, asked.get(tie.edge.id), known, base) for tie in there]
    waiting = [each for each in found if not each.tie.is_mutual]
    taken = [each for each in found if each.tie.is_mutual]
    return Offered(waiting, taken, is_keeper, may_bring)


def _brought(
    tie: Tie, asked: Activity | None, known: Mapping[str, Thing], base: str
) -> Brought:
    who = tie.edge.by
    if tie.edge.relation == GATHERS and asked is not None:
        who = asked.notes.get("suggested", asked.actor)
    post = known.get(tie.other)
    if post is not None and (post.deleted or post.audience != PUBLIC):
        post = None
    id = asked.id if asked is not None else ""
    return Brought(tie, post, author(who, known.get(who), base), id, base)


def _asked(edges: Sequence[Edge], read: Read) -> Mapping[str, Activity]:
    """The activities that are answered: with ours, the Offers that followed."""
    ids = [edge.activity for edge in edges]
    told = read.activities(ids, about=[edge.id for edge in edges], type="Offer")
    stated = {each.id: each for each in told}
    offers: dict[str, Activity] = {}
    for each in told:
        if each.type == "Offer":
            offers.setdefault(each.object.id, each)
    found: dict[str, Activity] = {}
    for edge in edges:
        first = stated.get(edge.activity)
        is_it = edge.relation == GATHERS or (
            first is not None and first.type == "Offer"
        )
        answered = first if is_it else offers.get(edge.id, first)
        if answered is not None:
            found[edge.id] = answered
    return found
