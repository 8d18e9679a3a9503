"""Letters to those of our people who waited: there is a place, or there are tickets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peer.model.reading import Read
from peer.model.selling import when
from peer.node.letters import mail
from peer.node.letters.by_organizers import To
from peer.node.people import accounts
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing

_PLACE = "There is a place for you, and it is yours: you are on the list."
_TICKETS = "There are tickets again. Nothing is kept for you: who is first has them."
_MOST, _LATEST = 500, 5


def waited(activity: Activity, read: Read) -> Iterator[To]:
    """The letters that ``activity`` means to those who stood in line; mostly none."""
    match activity:
        case Activity(type="Accept", object=Activity(type="Wait") as asked):
            event = read.get(asked.object.id)
            if event is not None and _has_place(asked, event, read):
                yield from _to(asked.actor, event, _PLACE, event.id, read)
        case Activity(type="Invite", object=Thing(kind="Event") as event):
            if not activity.is_received:
                yield from _invited(activity, event, read)


def _has_place(asked: Activity, event: Thing, read: Read) -> bool:
    """Did that come of it?  Somebody may have been quicker."""
    edges = read.edges(
        subject=asked.actor, relation="attending", object=event.id, limit=1
    )
    return any(edge.activity == asked.id for edge in edges)


def _invited(activity: Activity, event: Thing, read: Read) -> Iterator[To]:
    """Those who were told of it just now: as many as there are tickets."""
    asked = read.log(object=event.id, type="Wait", limit=_MOST)
    for person in dict.fromkeys(entry.activity.actor for entry in asked):
        if not same_origin(person, event.id):
            continue
        told = read.notices(person, limit=_LATEST)
        if any(entry.activity.id == activity.id for entry in told):
            yield from _to(person, event, _TICKETS, f"{event.id}/buy", read)


def _to(person: str, event: Thing, said: str, href: str, read: Read) -> Iterator[To]:
    account = accounts.find(read, person) if same_origin(person, event.id) else None
    if account is None:
        return
    name = mail.one_line(str(event.get("name") or "the event"))
    words: Mapping[str, Any] = {
        "event": name,
        "said": said,
        "when": when(
            str(event.get("startTime", "")), str(event.get("timezone") or "UTC")
        ),
        "href": href,
    }
    yield {"name": account.name, "email": account.email}, words
