"""Read: what a behavior, a check or a page may see of the store.

Plain synchronous functions, so that the same query serves a page
(``store.read``) and a behavior (inside ``store.transact``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from peer.model.query import Page, Query
from peer.protocol.thing import Activity, Edge, Thing


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log."""

    seq: int
    activity: Activity


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was searched for, and the words around the match.

    ``excerpt`` is plain text in which matches stand between ``\\x02`` and ``\\x03``.
    """

    thing: Thing
    excerpt: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One activity that is still to reach one inbox.

    ``due`` is when it is tried, empty once it was given up; ``host`` the origin of
    the inbox.
    """

    id: int
    activity: str
    sender: str
    inbox: str
    due: str
    attempts: int = 0
    error: str = ""
    host: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is still to reach one host, or all of them: how much, and how it stands.

    ``due`` is the next try, ``error`` the latest, ``attempts`` the most of any.
    """

    host: str
    waiting: int
    failing: int
    dead: int
    due: str = ""
    attempts: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many edges end at things, and start there, by (thing, relation); and held."""

    into: Mapping[tuple[str, str], int]
    out: Mapping[tuple[str, str], int]
    held: Mapping[str, int]


#: Edges that start, or end, at any of these things, and are of these relations.
Ends = tuple[Iterable[str], Sequence[str]]


class Read(Protocol):
    # -- things ---------------------------------------------------------------

    def get(self, id: str) -> Thing | None:
        """The thing at ``id``; one that was deleted is still told of."""
        ...

    def many(self, ids: Iterable[str]) -> Mapping[str, Thing]:
        """Those of ``ids`` that are known, in one query."""
        ...

    def find(self, query: Query) -> Page[Thing]: ...

    def finds(self, *queries: Query) -> Sequence[Page[Thing]]:
        """The pages of several queries, found together."""
        ...

    def count(self, kinds: Sequence[str], owner: str | None = None) -> int:
        """How many public things of ours there are of ``kinds``."""
        ...

    def search(
        self,
        words: str,
        *,
        kinds: Sequence[str] = (),
        audiences: Sequence[str] = ("public",),
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page[Hit]:
        """Things with all of ``words``, best first; the last may be half a word."""
        ...

    def candidates(
        self,
        anchors: Sequence[str],
        *,
        subject: str,
        relation: str,
        words: str = "",
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page[Thing]:
        """Public things that ``subject`` might be related to, by title.

        They are what is reached from ``anchors`` downwards (things of that
        kind, ``isA``, ``subtypeOf``), the anchors themselves included; without
        anchors, everything.  Neither the subject nor what is related already.
        """
        ...

    # -- edges ----------------------------------------------------------------

    def edges(
        self,
        *,
        subject: str | None = None,
        relation: str | None = None,
        object: str | None = None,
        activity: str | None = None,
        limit: int = 1000,
        before: str | None = None,
    ) -> Sequence[Edge]:
        """Edges that match, newest first; ``before`` is the id of one of them."""
        ...

    def edge(self, id: str) -> Edge | None:
        """The edge that was given ``id``, while it stands."""
        ...

    def degree(
        self,
        *,
        relation: str,
        subject: str | None = None,
        object: str | None = None,
        public: bool = False,
    ) -> int:
        """How many edges match: what every shown number is made of.

        With ``public``, those whose other end is there for everybody to read.
        """
        ...

    def edges_from(
        self, subjects: Iterable[str], relations: Sequence[str]
    ) -> Sequence[Edge]:
        """Edges of those kinds that start at any of ``subjects``, in one query."""
        ...

    def edges_into(
        self, objects: Iterable[str], relations: Sequence[str]
    ) -> Sequence[Edge]:
        """Edges of those kinds that end at any of ``objects``, in one query."""
        ...

    def edges_to(
        self, object: str, relations: Sequence[str], each: int, *, of: str = ""
    ) -> Sequence[Edge]:
        """Of those kinds, the newest that end at ``object``, ``each`` so many.

        And in the same query, those of them that start at ``of``, however old.
        """
        ...

    def edges_among(
        self, starts: Ends, ends: Ends, said: Sequence[str] = ()
    ) -> Sequence[Edge]:
        """Edges that start or end at any of many, newest first, in one query.

        Beside them those of the kinds ``said`` that end at one of these edges.
        """
        ...

    def edges_at(
        self,
        thing: str,
        into: Mapping[str, int],
        out: Mapping[str, int],
        *,
        of: str = "",
        said: Sequence[str] = (),
    ) -> Sequence[Edge]:
        """The newest edges at ``thing``, of each relation so many, in one query.

        Also those into it that start at ``of``, however old; and the kinds ``said``
        that end at one of all these edges.
        """
        ...

    def below(self, object: str, relation: str, limit: int) -> Sequence[Edge]:
        """Edges of that kind that end at ``object``, or at what such ones start at.

        Level by level, as a conversation is made of replies.
        """
        ...

    def tally(self, objects: Iterable[str]) -> Mapping[tuple[str, str], int]:
        """How many edges end at each of ``objects``, by (object, relation), in one."""
        ...

    def tally_from(
        self, subjects: Iterable[str], relations: Sequence[str]
    ) -> Mapping[tuple[str, str], int]:
        """How many of those kinds start at each of ``subjects``, in one query."""
        ...

    def counted(self, things: Iterable[str], relations: Sequence[str] = ()) -> Counts:
        """How many edges end at each, of ``relations`` start there, and units are held.

        In one query.
        """
        ...

    def ancestors(
        self, ids: Iterable[str], relation: str = "subtypeOf"
    ) -> Sequence[str]:
        """``ids`` and all they are a subtype of, nearest first, cycles or not."""
        ...

    # -- places and stock -------------------------------------------------------

    def held(self, thing: str) -> int:
        """How many units of ``thing`` are held by anybody."""
        ...

    def holdings(self, things: Iterable[str]) -> Mapping[str, int]:
        """The same for many, in one query; what nobody holds any of is left out."""
        ...

    def held_by(self, thing: str, holder: str) -> int: ...

    # -- the log ------------------------------------------------------------------

    def activity(self, id: str) -> Activity | None: ...

    def activities(
        self, ids: Iterable[str], *, about: Iterable[str] = (), type: str = ""
    ) -> Sequence[Activity]:
        """Those with ``ids``, and of ``type`` those about any of ``about``.

        Newest first, in one query.
        """
        ...

    def log(
        self,
        *,
        actor: str | None = None,
        object: str | None = None,
        type: str | None = None,
        before: int | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:
        """The log, newest first; with ``after``, oldest first from there."""
        ...

    # -- records: what a peer keeps for itself (accounts, sessions, keys) ---------

    def recall(
        self, space: str, key: str, *, now: str = ""
    ) -> Mapping[str, Any] | None:
        """What is kept under ``key``, unless it had expired by ``now``."""
        ...

    def recall_with(
        self, space: str, key: str, *, field: str, other: str, now: str = ""
    ) -> tuple[Mapping[str, Any], Mapping[str, Any] | None] | None:
        """What is kept under ``key``, and in ``other`` by what its ``field`` says."""
        ...

    def recall_all(
        self, space: str, *, after: str = "", limit: int = 1000
    ) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """All that is kept in ``space``, by key."""
        ...

    # -- what waits -------------------------------------------------------------------

    def notices(
        self, person: str, *, before: int | None = None, limit: int = 50
    ) -> Sequence[Entry]:
        """The log entries that ``person`` was told of, newest first."""
        ...

    def deliveries(self, *, limit: int = 100) -> Sequence[Delivery]:
        """What the queue still holds, the next due first."""
        ...

    def queued(
        self,
        *,
        host: str | None = None,
        dead: bool = False,
        after: int = 0,
        limit: int = 100,
    ) -> Sequence[Delivery]:
        """What the queue holds, for one host or all, by id; ``dead``: was given up."""
        ...

    def backlog(self) -> Backlog:
        """How much the queue holds altogether."""
        ...

    def backlogs(
        self, *, troubled: bool = False, after: str = "", limit: int = 100
    ) -> Sequence[Backlog]:
        """The same host by host; ``troubled``: only where something has failed."""
        ...
