"""Seeds: what the owner of a domain would have posted first, played once.

Each step is an activity with an id of its own, known beforehand.  What was
played is not played again, so people's later edits and deletions stay.

What another peer of the cooperative is offered is left until there is that peer: it
is played at the first start that knows of it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from peer.model import relative
from peer.model.declaration import DeclarationError, Type
from peer.model.domain import Domain
from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node.library import Shelf, text_of
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.iri import slug
from peer.protocol.thing import Thing

_SHARED = "_any"
_VERBS = ("Create", "Add", "Remove", "Offer")
_KEYS = {"verb", "as", "object", "subject", "relation", "audience", "published"}


class SeedError(DeclarationError):
    """A seed that cannot be played: its file, its line, and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One ``[[do]]`` of a seed file."""

    told: Mapping[str, Any]
    where: str  # file:line
    zone: str
    now: datetime
    peers: Mapping[str, str]  # the cooperative: what each is called, and its origin
    names: dict[str, str] = field(default_factory=dict)  # shared by all steps

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Whatever goes wrong here is told with the file and the line."""
        try:
            yield
        except Refused as refused:
            said = " ".join(dict.fromkeys([refused.reason, *refused.problems.values()]))
            raise SeedError("", said, self.where) from refused
        except KeyError as missing:
            said = f"{missing.args[0]} is missing"
            raise SeedError("", said, self.where) from missing
        except (TypeError, ValueError) as wrong:
            raise SeedError("", str(wrong), self.where) from wrong

    def ask(self, base: str, lexicon: Lexicon, read: Read) -> Ask | None:
        """What to publish; None where that was done already, or cannot be yet."""
        for key in self.told:
            if key not in _KEYS:
                known = ", ".join(sorted(_KEYS))
                raise ValueError(f"{key!r} is not a key here; there are {known}")
        verb = self.told["verb"]
        if verb not in _VERBS:
            raise ValueError(f"verb: is one of {', '.join(_VERBS)}, not {verb!r}")
        if verb == "Offer":
            return self._offer(base, lexicon, read)
        ask = (
            self._create(base, lexicon) if verb == "Create" else self._edge(base, verb)
        )
        played = read.activity(ask.activity)
        if verb == "Create":
            id = played.object.id if played else ask.id
            name = self.told.get("as", id.rpartition("/")[2])
            if self.names.setdefault(name, id) != id:
                raise ValueError(f"two things are called {name!r}: give one an `as`")
        return None if played else ask

    def _create(self, base: str, lexicon: Lexicon) -> Ask:
        kind, here, values = self._made(lexicon)
        published = self.told.get("published")
        return Ask(
            "Create",
            id=f"{base}/{kind.path}/{here}",
            kind=kind.name,
            values=values,
            audience=self.told.get("audience"),
            published=published and moment.wire(moment.read(self._moment(published))),
            activity=f"{base}/activities/seed-{kind.name.lower()}-{here}",
        )

    def _made(self, lexicon: Lexicon) -> tuple[Type, str, dict[str, Any]]:
        """Of what type it is, what its address ends with, and what it holds."""
        if not isinstance(self.told["object"], Mapping):
            raise ValueError("object: should be a table, which begins with its kind")
        told = dict(self.told["object"])
        kind = lexicon.types.get(told.pop("kind"))
        if kind is None:
            raise ValueError(f"there is no type {self.told['object']['kind']!r} here")
        here = slug(told.pop("slug", "") or str(told.get(kind.title, "")))
        values = {
            term: self._moment(value) if _is_moment(kind.fields, term) else value
            for term, value in told.items()
        }
        return kind, here, values

    def _offer(self, base: str, lexicon: Lexicon, read: Read) -> Ask | None:
        """Places of an event, for a shop to sell: ``shop`` names a peer, no address.

        People may have been here before that peer: where they left no room for it,
        or no event, nothing is offered.
        """
        kind, here, values = self._made(lexicon)
        if kind.name != "Allotment":
            raise ValueError("only an Allotment is offered by a seed")
        about = self._named(self.told["subject"], base)
        if "slug" not in self.told["object"]:
            here = f"{about.rpartition('/')[2]}-{here}"
        activity = f"{base}/activities/seed-offer-{here}"
        seller = self.peers.get(values["shop"])
        if seller is None or read.activity(activity) is not None:
            return None
        event = read.get(about)
        if event is None or not _has_room(event, values["quantity"], read):
            return None
        return Ask(
            "Offer",
            id=f"{base}/{kind.path}/{here}",
            kind=kind.name,
            values={**values, "shop": f"{seller}/actor"},
            subject=about,
            activity=activity,
        )

    def _edge(self, base: str, verb: str) -> Ask:
        ends = {end: self._named(self.told[end], base) for end in ("subject", "object")}
        relation = self.told["relation"]
        mark = cid([verb, ends["subject"], relation, ends["object"]])[-16:]
        return Ask(
            verb,
            subject=ends["subject"],
            relation=relation,
            object=ends["object"],
            activity=f"{base}/activities/seed-{verb.lower()}-{mark}",
        )

    def _named(self, name: str, base: str) -> str:
        """The id that ``@name`` or ``/path`` stands for."""
        if name.startswith("/"):
            return base + name
        if not name.startswith("@"):
            return name
        if name[1:] not in self.names:
            raise ValueError(f"nothing before this step is called {name}")
        return self.names[name[1:]]

    def _moment(self, told: Any) -> str:
        if isinstance(told, date):
            return told.isoformat()
        found = relative.moment(told, self.now, self.zone)
        if found:
            return found
        try:
            return moment.read(told).isoformat()
        except ValueError as wrong:
            ways = (
                '"2031-08-26T19:30:00Z", "in 3 days at 19:30", "next friday at 09:00"'
            )
            raise ValueError(f"{told!r} is no moment; these are: {ways}") from wrong


def _has_room(event: Thing, places: int, read: Read) -> bool:
    """Was nothing made of ``event`` since that leaves no place for so many?"""
    if event.deleted or event.get("status") == "CANCELLED":
        return False
    room = event.get("capacity")
    return room is None or read.held(event.id) + int(places) <= room


def _is_moment(fields: Mapping[str, Any], term: str) -> bool:
    return term in fields and fields[term].kind == "moment"


def steps(
    seeds: Shelf, domain: Domain, now: datetime, peers: Mapping[str, str]
) -> Iterator[Step]:
    """The steps of ``domain`` in order: what every domain shares comes first."""
    names: dict[str, str] = {}
    for file in _files(seeds, domain.name):
        text = text_of(file)
        try:
            told = _understood(text)
        except tomllib.TOMLDecodeError as wrong:
            raise SeedError("", str(wrong), str(file)) from wrong
        lines = [n for n, line in enumerate(text.splitlines(), 1) if _opens_step(line)]
        for each, line in zip(told.get("do", []), lines, strict=True):
            yield Step(each, f"{file}:{line}", domain.zone, now, peers, names)


@lru_cache(maxsize=256)
def _understood(text: str) -> Mapping[str, Any]:
    """What was read already; every start goes through all of the seeds."""
    return tomllib.loads(text)


def _files(seeds: Shelf, domain: str) -> Iterator[Path]:
    for folder in (_SHARED, domain):
        home = seeds.find(folder)
        if home is not None:
            yield from sorted(home.glob("[0-9]*.toml"))


def _opens_step(line: str) -> bool:
    return line.replace(" ", "").startswith("[[do]]")
