"""What is on, calendar by calendar: read at once, however many calendars there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from peer.model import series
from peer.model.consent import GATHERS
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon
from peer.model.permission import Role, Viewer, may_see
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.model.voice import SCHEDULED
from peer.protocol import moment
from peer.protocol.moment import wire
from peer.protocol.thing import MEMBERS, PUBLIC, Edge, Thing
from peer.web.parts.allocated import ALLOCATED, allocated
from peer.web.parts.around import Around, around_cards, around_page
from peer.web.parts.ties import Tie

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


def scheduling(read: Read, events: Sequence[Thing]) -> Sequence[Edge]:
    """What puts ``events`` on calendars."""
    return read.edges_into([event.id for event in events], [SCHEDULED])


def on_calendars(
    scheduled: Iterable[Edge], events: Sequence[Thing], calendars: Iterable[str]
) -> Mapping[str, Sequence[Thing]]:
    """``events`` by the calendars that they are on, in their order."""
    wanted = set(calendars)
    on: dict[str, set[str]] = {}
    for edge in scheduled:
        if edge.subject in wanted:
            on.setdefault(edge.subject, set()).add(edge.object)
    return {id: [e for e in events if e.id in ids] for id, ids in on.items()}


def around_calendars(
    read: Read,
    calendars: Sequence[Thing],
    events: Mapping[str, Sequence[Thing]],
    lexicon: Lexicon,
    viewer: Viewer,
    scheduled: Sequence[Edge] | None = None,
) -> Around:
    """What the cards of ``events`` and of the allocated posts show."""
    posts = allocated(read, [each.id for each in calendars])
    few = {id: some[:POSTS] for id, some in posts.items()}
    cards = {t.id: t for some in (*events.values(), *few.values()) for t in some}
    around = around_cards(read, list(cards.values()), lexicon, viewer, scheduled)
    related = dict(around.related)
    for each in calendars:
        related[each.id, SCHEDULED] = [e.id for e in events.get(each.id, ())]
        related[each.id, f"~{ALLOCATED}"] = [p.id for p in few.get(each.id, ())]
    things = {**around.things, **{each.id: each for each in calendars}}
    return replace(around, things=things, related=related)


def around_calendar(
    read: Read, thing: Thing, lexicon: Lexicon, viewer: Viewer, now: str
) -> Around:
    """Around the page of a calendar, with what is on it and what its cards show."""
    here = datetime.fromisoformat(now)
    spans = ((Span(since=here), MOST), (Span(until=here), BEFORE))
    found = read.finds(
        *(
            events_in(span, lexicon, viewer, limit=limit, calendar=thing.id)
            for span, limit in spans
        )
    )
    on = [event for page in found for event in page.items]
    posts: list[Thing] = []

    def shows(near: Mapping[str, Thing], stand: Sequence[Tie]) -> Sequence[Thing]:
        posts[:] = _given(near, stand)
        return [*on, *posts]

    around = around_page(read, thing, lexicon, viewer, shows)
    related = {
        **around.related,
        (thing.id, SCHEDULED): [event.id for event in on],
        (thing.id, f"~{ALLOCATED}"): [post.id for post in posts],
    }
    return replace(around, related=related)


def _given(near: Mapping[str, Thing], stand: Sequence[Tie]) -> Sequence[Thing]:
    """The posts that the calendar has agreed to or gathered, the newest first."""
    given = [
        t for t in stand if t.is_mutual and t.edge.relation in (ALLOCATED, GATHERS)
    ]
    given.sort(key=lambda tie: tie.edge.since, reverse=True)
    ids = dict.fromkeys(tie.other for tie in given)
    posts = [near[id] for id in ids if id in near]
    return [post for post in posts if post.audience == PUBLIC][:POSTS]


def slots_of(
    read: Read, thing: Thing, lexicon: Lexicon, viewer: Viewer, now: str
) -> Sequence[Thing]:
    """The other times of what ``thing`` is one of, from its own day on."""
    mark = thing.get(series.SLOTS)
    if not isinstance(mark, str):
        return ()
    here = datetime.fromisoformat(now)
    if thing.kind != "Series":
        zone = ZoneInfo(thing.get("timezone") or "UTC")
        day = moment.read(thing["startTime"]).astimezone(zone)
        here = max(here, day.replace(hour=0, minute=0, second=0, microsecond=0))
    query = events_in(Span(since=here), lexicon, viewer, limit=BEFORE)
    same = Where(series.SLOTS, "=", KINDS["line"].key(mark))
    found = read.find(replace(query, where=(*query.where, same))).items
    return [each for each in found if each.id != thing.id]


def with_slots(around: Around, thing: Thing, slots: Sequence[Thing]) -> Around:
    ids = [each.id for each in slots]
    return replace(around, related={**around.related, (thing.id, series.SLOTS): ids})


def with_dates(read: Read, thing: Thing, around: Around, viewer: Viewer) -> Around:
    """``around`` the page of a series: its dates, who comes to each, its calendar."""
    dates = series.dates_of(thing.id, read)
    shown = {e.id: e for e in dates.values() if may_see(viewer, e)}
    calendar = read.get(thing["calendar"]) if thing.get("calendar") else None
    is_shown = calendar and not calendar.deleted and may_see(viewer, calendar)
    on = {calendar.id: calendar} if calendar and is_shown else {}
    related = {
        (thing.id, f"~{series.OCCURS}"): list(shown),
        (thing.id, f"~{SCHEDULED}"): list(on),
    }
    return replace(
        around,
        things={**around.things, **shown, **on},
        related={**around.related, **related},
        counts={**around.counts, **read.tally(shown)},
    )
