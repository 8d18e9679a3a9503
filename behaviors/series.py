"""What happens again and again: each date is made, kept in step, and let go.

Its dates are events of their own, made some months ahead; an Extend, put off until
the next month, makes those that have come near by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from peer.model import recurrence, series
from peer.model.behavior import on
from peer.model.effect import Effect, Later, Refuse, Relate, Send, follows_from
from peer.model.former import former
from peer.model.reading import Read
from peer.model.recurrence import BadRule
from peer.model.series import OCCURS
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.moment import wire
from peer.protocol.origin import same_origin
from peer.protocol.thing import DRAFT, PUBLIC, Activity, Edge, Thing

#: So far ahead its dates are there to be seen, and so many of them.
AHEAD, MOST = timedelta(days=190), 60
_EVER = 5000
#: So long before it happens those are told who follow: not of all of them at once.
TOLD_BEFORE = timedelta(days=28)


@on("Create", object="Series")
def begin(activity: Activity, read: Read) -> Sequence[Effect]:
    """Make the dates that are near; refuse a rule that is none."""
    return _refusal(activity.thing) or [*_made(activity.thing, activity, read)]


@on("Extend", object="Series")
def extend(activity: Activity, read: Read) -> Sequence[Effect]:
    """Make the dates that have come near, as the series is by now."""
    now = read.get(activity.thing.id)

    if now is None or now.deleted:
        return []
    return [*_made(now, activity, read)]


@on("Update", object="Series")
def change(activity: Activity, read: Read) -> Sequence[Effect]:
    """Every date that lies ahead follows, but for what was changed on it alone."""
    after, wrong = activity.thing, _refusal(activity.thing)
    if wrong:
        return wrong
    return [*_followed(after, activity, read), *_made(after, activity, read)]


def _refusal(thing: Thing) -> list[Effect]:
    try:
        recurrence.rule_of(thing.values)
    except BadRule as wrong:
        return [Refuse(str(wrong), 422, {wrong.term: str(wrong)})]
    if not series.are_tickets(thing.get("tickets") or []):
        return [Refuse("What is said of its tickets cannot be offered.", 422)]
    return []


# -- making ----------------------------------------------------------------------------


def _made(thing: Thing, cause: Activity, read: Read) -> Iterator[Effect]:
    """The dates that are not there yet, and what makes the next ones in a month."""
    rule = recurrence.rule_of(thing.values)
    today = moment.read(cause.published).date()
    days = recurrence.days(rule, today, today + AHEAD, MOST)
    for day in series.missing(days, series.dates_of(thing.id, read)):
        id = series.id_of(thing, day, read)
        if read.get(id) is None:  # one that was deleted stays so
            yield from _occurrence(thing, id, day, cause, read)
    if recurrence.days(rule, today + AHEAD, today + 4 * AHEAD, 1):
        yield _extended(thing, cause)


def _occurrence(
    thing: Thing, id: str, day: date, cause: Activity, read: Read
) -> Iterator[Effect]:
    """One date: an event, on the calendar of its series, where the series says."""
    rule = recurrence.rule_of(thing.values)
    event = Thing(
        id=id,
        kind="Event",
        values=series.values_on(rule, thing.values, day),
        owner=thing.owner,
        published=cause.published,
        updated=cause.published,
        audience=thing.audience,
    )
    calendar = _calendar(thing, read)
    quiet = _until_told(event, cause) if calendar else None
    notes = {"quiet": True} if quiet else {}
    create = follows_from(cause, "Create", thing.owner, event, notes)
    yield Relate.said(create, id, OCCURS, thing.id)
    if calendar:
        yield Relate.said(create, calendar, "scheduled", id)
    for nth, (relation, end) in enumerate(_standing(thing, read), 1):
        yield Relate.said(create, id, relation, end, nth)
    yield Send(create)
    if post := thing.get("features"):
        yield _featured(event, post, calendar or thing.owner, create)
    for nth, row in enumerate(thing.get("tickets") or (), 1):
        zone = thing.get("timezone") or "UTC"
        own = series.row_on(row, thing["startTime"], event["startTime"], zone)
        yield _allotted(event, own, nth, create)
    if quiet and calendar:
        told = follows_from(create, "Announce", calendar, event, {"new": True})
        yield Later(quiet, replace(told, published=quiet))


def _standing(thing: Thing, read: Read) -> Iterator[tuple[str, str]]:
    if venue := thing.get("venue"):
        yield "located", venue
    for edge in read.edges(subject=thing.id, relation="tagged"):
        yield edge.relation, edge.object


def _calendar(thing: Thing, read: Read) -> str | None:
    id = thing.get("calendar")
    found = read.get(id) if id and same_origin(id, thing.id) else None
    return None if found is None or found.deleted else found.id


def _until_told(event: Thing, cause: Activity) -> str | None:
    """When it is time to tell of it; None where it is."""
    due = moment.read(event["startTime"]) - TOLD_BEFORE
    is_public = event.audience == PUBLIC
    is_far = due > moment.read(cause.published)
    return wire(due) if is_public and is_far else None


def _featured(event: Thing, post: str, by: str, cause: Activity) -> Effect:
    """The same post, featured by each: whoever wrote it is asked as of any event."""
    mark = cid([event.id, "features", post])[-24:]
    edge = Edge(
        id=f"{origin(event.id)}/edges/{mark}",
        subject=event.id,
        relation="features",
        object=post,
        by=by,
        since=cause.published,
        activity="",
    )
    add = follows_from(cause, "Add", event.owner, edge, {"consent": True})
    return Send(replace(add, object=replace(edge, activity=add.id)))


def _allotted(
    event: Thing, row: Mapping[str, Any], nth: int, cause: Activity
) -> Effect:
    """So many places of this date, offered to a shop like those of every other."""
    id = f"{origin(event.id)}/allotments/{cid([event.id, nth])[-20:]}"
    values = {**row, "event": event.id, "state": "offered"}
    at = cause.published
    given = Thing(id, "Allotment", values, event.owner, at, at, DRAFT)
    return Send(follows_from(cause, "Offer", event.owner, given))


def _extended(thing: Thing, cause: Activity) -> Effect:
    """Once a month, whatever happens to the series until then."""
    now = moment.read(cause.published).astimezone(UTC)
    next = (now.replace(day=1) + timedelta(days=31)).replace(day=1)
    due = wire(datetime(next.year, next.month, 1, 3, tzinfo=UTC))
    mark = cid([thing.id, "Extend", due])[-24:]
    id = f"{origin(thing.id)}/activities/{mark}"
    return Later(due, Activity(id, "Extend", thing.owner, due, thing))


# -- keeping in step -------------------------------------------------------------------


def _followed(after: Thing, cause: Activity, read: Read) -> Iterator[Effect]:
    before = former(cause, read) or after
    rule, dates = recurrence.rule_of(after.values), series.dates_of(after.id, read)
    there = set(recurrence.days(rule, min(dates), max(dates), _EVER)) if dates else ()
    for day, event in dates.items():
        if moment.read(event["startTime"]) < moment.read(cause.published):
            continue  # what was, was
        if day not in there:
            yield _let_go(event, cause, read)
            continue
        values = series.followed(event, day, before.values, after.values)
        if values != dict(event.values):
            yield _updated(event, values, cause)


def _let_go(event: Thing, cause: Activity, read: Read) -> Effect:
    """A date that is none any more; where somebody was to come, they are told."""
    if not _is_awaited(event, read):
        return Send(follows_from(cause, "Delete", event.owner, event))
    return _updated(event, {**event.values, "status": "CANCELLED"}, cause)


def _is_awaited(event: Thing, read: Read) -> bool:
    coming = read.tally([event.id])
    given = read.tally_from([event.id], ("sold", "allots"))
    return bool(given) or any(name == "attending" for _, name in coming)


def _updated(event: Thing, values: Mapping[str, object], cause: Activity) -> Effect:
    after = replace(event, values=values, updated=max(cause.published, event.updated))
    return Send(follows_from(cause, "Update", event.owner, after))
