"""The form that puts an event on a calendar: what it asks, and what was answered.

Its questions are those of the declarations of an event and of an allotment, fewer
and in other words; nothing of what they check is said again here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peer.model.declaration import Type
from peer.model.form import Form, Submitted, form_of, submitted
from peer.model.kinds import Site
from peer.model.kinds.moment import zones
from peer.model.lexicon import Lexicon
from peer.protocol.thing import Thing
from peer.web.parts.pickers import Option
from peer.web.parts.repeating import Repeating, repeating
from peer.web.parts.ticketing import Row, rows_of
from peer.web.parts.times import Times, times

_ASKED: Mapping[str, str] = {
    "name": "Title",
    "startTime": "Starts",
    "endTime": "Ends",
    "timezone": "Time zone",
    "location": "Place",
    "joinMode": "Getting in",
    "capacity": "Capacity",
}
PLACE, FEATURES, JOIN = "location.name", "features", "joinMode"
_NOTHING: Mapping[str, str] = {}
#: What comes before a ticket is sold.
TICKETED = "external"


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be chosen in the form."""

    calendars: Sequence[Thing]
    posts: Sequence[Option]
    places: Sequence[Thing]
    shop: str = ""  # the desk that sells unless another is typed

    def place(self, text: str) -> Thing | None:
        """The place of ours that is called ``text``."""
        told = text.strip().casefold()
        return next((p for p in self.places if p["name"].casefold() == told), None)


@dataclass(frozen=True)
class Schedule:
    """The form as it was answered; ``told`` is empty while nobody has."""

    kind: Type
    site: Site
    offered: Offered
    found: Submitted
    form: Form
    rows: Sequence[Row]
    repeating: Repeating = field(default_factory=Repeating)
    told: Mapping[str, str] = field(default_factory=dict)
    times: Times = field(default_factory=Times)

    @property
    def tickets(self) -> Sequence[Row]:
        return [row for row in self.rows if not row.is_empty]

    @property
    def is_ticketed(self) -> bool:
        return self.found.values.get(JOIN) == TICKETED

    @property
    def place(self) -> str:
        """The name of the place, as it was typed or as it is."""
        known = self.found.values.get("location") or {}
        return self.told.get(PLACE) or str(known.get("name", ""))

    @property
    def venue(self) -> Thing | None:
        return self.offered.place(self.told.get(PLACE, ""))

    @property
    def featured(self) -> str:
        return next(iter(self.found.related.get(FEATURES, ())), "")

    @property
    def values(self) -> Mapping[str, Any]:
        """What the event is to be; a place of ours says where that is, and its room."""
        venue = self.venue
        if venue is None:
            return self.found.values
        values = {**self.found.values, "location": venue["location"]}
        if not values.get("capacity") and venue.get("capacity"):
            values["capacity"] = venue["capacity"]
        return values

    @property
    def problems(self) -> Mapping[str, str]:
        return {**self.found.problems, **dict(_wrong(self))}


def asked(kind: Type) -> Type:
    """``kind`` with the few questions that are enough to put an event on."""
    fields = {t: replace(kind.fields[t], label=said) for t, said in _ASKED.items()}
    features = replace(kind.relations[FEATURES], label="Featured post", many=False)
    return replace(kind, fields=fields, relations={FEATURES: features})


def blank(
    lexicon: Lexicon,
    site: Site,
    offered: Offered,
    values: Mapping[str, Any],
    tickets: Mapping[str, str] = _NOTHING,
) -> Schedule:
    """The form before anybody has typed, with ``values`` and ``tickets`` in it."""
    kind = asked(lexicon.types["Event"])
    rows = rows_of(lexicon.types["Allotment"], tickets, _there(site, values))
    form = form_of(kind, site, values)
    post = values.get(FEATURES)
    found = Submitted(values, {FEATURES: (post,)} if post else {}, {})
    return Schedule(kind, site, offered, found, form, rows)


def answered(
    lexicon: Lexicon,
    site: Site,
    offered: Offered,
    told: Mapping[str, str],
    on: tuple[str, ...] = (),
) -> Schedule:
    """What was typed, and what is wrong with it; ``on`` are the weekdays ticked."""
    kind = asked(lexicon.types["Event"])
    rows = rows_of(lexicon.types["Allotment"], told, _there(site, told))
    found = submitted(kind, told, site)
    form = form_of(kind, site, told=told)
    start = told.get("startTime", "")
    again, slots = repeating(told, on, start), times(told, start)
    return Schedule(kind, site, offered, found, form, rows, again, told, slots)


def _there(site: Site, told: Mapping[str, Any]) -> Site:
    """By the clocks where the event is, by which its tickets go on sale as well."""
    zone = told.get("timezone")
    return replace(site, zone=str(zone)) if zone in zones() else site


def _wrong(told: Schedule) -> Iterator[tuple[str, str]]:
    """What the declarations cannot know: how the answers go together."""
    known = {post.id for post in told.offered.posts}
    if told.featured and told.featured not in known:
        yield FEATURES, "That post is not allocated to this calendar any more."
    if told.times.problem:
        yield "times", told.times.problem
    if told.repeating.problem:
        yield "repeats", told.repeating.problem
    if told.tickets and not told.is_ticketed:
        yield (
            JOIN,
            "Tickets are named below: choose “With a ticket”, or empty their rows.",
        )
    if told.is_ticketed and not told.tickets:
        yield "ticket-1", "Name one kind of ticket at least: its price and how many."
    for row in told.tickets:
        if row.problems:
            said = " ".join(row.problems.values())
            yield f"ticket-{row.number}", f"Ticket {row.number}: {said}"
    yield from _too_many(told)


def _too_many(told: Schedule) -> Iterator[tuple[str, str]]:
    """More tickets than there is room for would be refused later: say so now."""
    capacity = told.values.get("capacity")
    all = sum(row.values.get("quantity", 0) for row in told.tickets)
    if capacity is not None and all > capacity:
        yield "capacity", f"There are {all} tickets below for {capacity} places."
