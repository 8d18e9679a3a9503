"""What is on, calendar by calendar: read at once, however many calendars there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from peer.model import series
from peer.model.lexicon import Lexicon
from peer.model.permission import Role, Viewer, may_see
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.protocol.moment import wire
from peer.protocol.thing import MEMBERS, PUBLIC, Thing
from peer.web.parts.allocated import ALLOCATED, allocated
from peer.web.parts.around import Around, around_cards

SCHEDULED = "scheduled"
_STARTS = "startTime"
#: So many lie ahead on one page at the most, and so many have been.
MOST, BEFORE = 100, 24
#: Beside its events, so many posts are shown of one calendar.
POSTS = 12


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when; None is without an end."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def where(self) -> tuple[Where, ...]:
        since = [Where(_STARTS, ">=", wire(self.since))] if self.since else []
        until = [Where(_STARTS, "<", wire(self.until))] if self.until else []
        return (*since, *until)


def shown_to(viewer: Viewer) -> tuple[str, ...]:
    return (PUBLIC, MEMBERS) if viewer.role >= Role.MEMBER else (PUBLIC,)


def events_in(
    span: Span,
    lexicon: Lexicon,
    viewer: Viewer,
    *,
    limit: int = MOST,
    calendar: str = "",
) -> Query:
    """Events that start in ``span``: the soonest first, or of what was, the latest."""
    is_past = span.since is None
    return Query(
        kinds=tuple(lexicon.descendants("Event")),
        order=f"-{_STARTS}" if is_past else _STARTS,
        audiences=shown_to(viewer),
        where=span.where,
        related=(f"~{SCHEDULED}", calendar) if calendar else None,
        limit=limit,
    )


def on_calendars(
    read: Read, events: Sequence[Thing], calendars: Iterable[str]
) -> Mapping[str, Sequence[Thing]]:
    """``events`` by the calendars that they are on, in their order."""
    wanted = set(calendars)
    edges = read.edges_into([event.id for event in events], [SCHEDULED])
    on: dict[str, set[str]] = {}
    for edge in edges:
        if edge.subject in wanted:
            on.setdefault(edge.subject, set()).add(edge.object)
    return {id: [e for e in events if e.id in ids] for id, ids in on.items()}


def around_calendars(
    read: Read,
    calendars: Sequence[Thing],
    events: Mapping[str, Sequence[Thing]],
    lexicon: Lexicon,
    viewer: Viewer,
) -> Around:
    """What the cards of ``events`` and of the allocated posts show."""
    posts = allocated(read, [each.id for each in calendars])
    few = {id: some[:POSTS] for id, some in posts.items()}
    cards = {t.id: t for some in (*events.values(), *few.values()) for t in some}
    around = around_cards(read, list(cards.values()), lexicon, viewer)
    related = dict(around.related)
    for each in calendars:
        related[each.id, SCHEDULED] = [e.id for e in events.get(each.id, ())]
        related[each.id, f"~{ALLOCATED}"] = [p.id for p in few.get(each.id, ())]
    things = {**around.things, **{each.id: each for each in calendars}}
    return replace(around, things=things, related=related)


def with_programme(
    read: Read, thing: Thing, around: Around, lexicon: Lexicon, viewer: Viewer, now: str
) -> Around:
    """``around`` the page of a calendar, with what is on it and what its cards show."""
    here = datetime.fromisoformat(now)
    spans = ((Span(since=here), MOST), (Span(until=here), BEFORE))
    on = [
        event
        for span, limit in spans
        for event in read.find(
            events_in(span, lexicon, viewer, limit=limit, calendar=thing.id)
        ).items
    ]
    mine = around_calendars(read, [thing], {thing.id: on}, lexicon, viewer)
    return replace(
        around,
        things={**mine.things, **around.things},
        related={**mine.related, **around.related, **_own(mine, thing.id)},
        counts={**mine.counts, **around.counts},
        numbers={**mine.numbers, **around.numbers},
    )


def with_dates(read: Read, thing: Thing, around: Around, viewer: Viewer) -> Around:
    """``around`` the page of a series, with all its dates and who comes to each."""
    dates = series.dates_of(thing.id, read)
    shown = {e.id: e for e in dates.values() if may_see(viewer, e)}
    return replace(
        around,
        things={**around.things, **shown},
        related={**around.related, (thing.id, f"~{series.OCCURS}"): list(shown)},
        counts={**around.counts, **read.tally(shown)},
    )


def _own(around: Around, id: str) -> Mapping[tuple[str, str], Sequence[str]]:
    """What is read here goes before what is read of any page: it is only some."""
    ways = (SCHEDULED, f"~{ALLOCATED}")
    return {(id, way): around.related[id, way] for way in ways}
