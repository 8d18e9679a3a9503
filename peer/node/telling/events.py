"""Events in the one shape that Mobilizon, Gancio, Mastodon and Friendica all read.

The names are Mobilizon's and FEP-8a8e's.  Whoever shows only a title and a summary
shows the date and the place, because that is what the summary says.
"""

from __future__ import annotations

import html
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from peer.model.kinds.place import PLACE
from peer.node.telling.near import Near
from peer.protocol import moment
from peer.protocol.terms import CALLED_OFF
from peer.protocol.thing import Thing

Document = dict[str, Any]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_STATUS = {"CANCELLED": "EventCancelled", "TENTATIVE": "EventTentative"}
_LOCATED = "located"

#: What is so of all events here, and what others would not know to be without it.
_ALWAYS: Mapping[str, Any] = {
    "mediaType": "text/html",
    "category": "MEETING",
    "commentsEnabled": True,
    "repliesModerationOption": "allow_all",
    "anonymousParticipationEnabled": False,
    "isOnline": False,
    "draft": False,
}


def event(thing: Thing, told: Document, near: Near) -> Document:
    """What is said of the event ``thing`` beside, or instead of, what is ``told``."""
    place = _place(thing, told, near)
    told.pop("location", None)
    return {
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, thing.id)),
        **_ALWAYS,
        **_called(thing, told),
        **_timed(thing),
        **_summed_up(thing, told, place),
        **({"location": place} if place else {}),
        **_status(thing),
        **_joining(thing, near),
        **_attached(told),
        "contacts": [],
        "tag": told.get("tag", []),
        "attendees": f"{thing.id}/attendees",
        "organizers": f"{thing.id}/organizers",
    }


def _called(thing: Thing, told: Document) -> Document:
    """Mastodon puts the name into HTML as it is, so it has no marks of that."""
    name = " ".join(str(told.get("name") or "").translate(_NO_MARKS).split())
    cancelled = CALLED_OFF if thing.get("status") == "CANCELLED" else ""
    return {"name": f"{cancelled}{name}"}


_NO_MARKS = str.maketrans({"<": " ", ">": " "})


def _status(thing: Thing) -> Document:
    status = thing.get("status") or "CONFIRMED"
    return {
        "status": status,
        "ical:status": status,
        "eventStatus": _STATUS.get(status, "EventScheduled"),
    }


# -- when and where ----------------------------------------------------------------


def _timed(thing: Thing) -> Document:
    """Whole seconds, with the offset of the place where it happens."""
    start, end = _local(thing, "startTime"), _local(thing, "endTime")
    told: Document = {"displayEndTime": end is not None}
    if start:
        told["startTime"] = start.isoformat()
    if end:
        told["endTime"] = end.isoformat()
    if zone := thing.get("timezone"):
        told["timezone"] = zone
    return told


def _local(thing: Thing, term: str) -> datetime | None:
    text = thing.get(term)
    if not text:
        return None
    when = moment.read(text).replace(microsecond=0)
    zone = thing.get("timezone")
    return when.astimezone(ZoneInfo(zone)) if zone else when


def _place(thing: Thing, told: Document, near: Near) -> Document:
    """Where it is: one place, by the address of its page if it is one of ours."""
    there = next((near.known.get(id) for id in near.ends(_LOCATED)), None)
    value = thing.get("location")
    if there is not None and not value:
        value = there.get("location")
    if not value or PLACE.said is None:
        return {}
    place = dict(PLACE.said(value))
    return {"id": there.id, **place} if there is not None else place


def _summed_up(thing: Thing, told: Document, place: Document) -> Document:
    """The date and the place in words, and then what its author says in short."""
    when, where = _when(thing), _where(place)
    line = html.escape(" - ".join(filter(None, (when, where))), quote=False)
    summary = ". ".join(filter(None, (line, told.get("summary"))))
    return {"summary": summary} if summary else {}


def _when(thing: Thing) -> str:
    start, end = _local(thing, "startTime"), _local(thing, "endTime")
    if start is None:
        return ""
    text = f"{_day(start)}, {start:%H:%M}"
    if end is not None and end.date() == start.date():
        text += f"-{end:%H:%M}"
    elif end is not None:
        text += f" - {_day(end)}, {end:%H:%M}"
    return f"{text} ({thing.get('timezone') or start.tzname()})"


def _day(when: datetime) -> str:
    day = _DAYS[when.weekday()]
    return f"{day} {when.day} {_MONTHS[when.month - 1]} {when.year}"


def _where(place: Document) -> str:
    address = place.get("address", {})
    parts = (
        place.get("name"),
        address.get("streetAddress"),
        address.get("addressLocality"),
    )
    return ", ".join(filter(None, parts))


# -- coming ------------------------------------------------------------------------


def _joining(thing: Thing, near: Near) -> Document:
    """By a button where it is free, else where the tickets are."""
    coming = near.counts.get("attending", 0)
    told: Document = {"participantCount": coming, "joinMode": "free"}
    if thing.get("joinMode", "free") != "free":
        told["joinMode"] = "external"
        told["externalParticipationUrl"] = near.tickets(thing) or thing.id
    capacity = thing.get("capacity")
    if capacity:
        told["maximumAttendeeCapacity"] = capacity
        told["remainingAttendeeCapacity"] = max(0, capacity - max(coming, near.taken))
    return told


def _attached(told: Document) -> Document:
    """The picture is called Banner and comes first: Gancio looks no further."""
    image = told.get("image")
    if not isinstance(image, Mapping) or not image.get("url"):
        return {"attachment": []}
    image = {"mediaType": "image/webp", **image, "type": "Image"}
    banner = {**image, "type": "Document", "name": "Banner"}
    return {"image": image, "attachment": [banner]}
