"""A ticket for who comes to a free event from another server, where nobody has a page.

Their server shows them that they are coming; what opens the door is a seat like any
other, whose address rides in the answer to them alone.  Few servers show an answer:
so the same is said to them in a private note, as is why there is no place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from behaviors.herald import escaped, privately
from peer.model.effect import Effect, Put, Relate
from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.credential import code_of
from peer.protocol.iri import origin
from peer.protocol.thing import DRAFT, Activity, Edge, Thing

ADMITS = "admits"


def seat_of(event: Thing, guest: str) -> str:
    """Where the seat of ``guest`` is, once there is one."""
    return f"{origin(event.id)}/seats/{cid([event.id, guest])[-16:]}-1"


def welcomed(activity: Activity, event: Thing, read: Read) -> Iterator[Effect]:
    """A seat for who has joined; a new one, should they have left before."""
    guest, at = read.get(activity.actor), activity.published
    id, desk = seat_of(event, activity.actor), f"{origin(event.id)}/actor"
    values = {
        "code": code_of(str(activity.notes.get("nonce") or activity.id), id),
        "name": str(event.get("name") or event.slug)[:160],
        "number": 1,
        "order": activity.id,
        "event": event.id,
        "state": "valid",
    }
    name = str(guest.get("name") or "") if guest is not None else ""
    if name.isprintable() and name:
        values["holder"] = name[:80]
    yield Put(Thing(id, "Seat", values, desk, at, at, DRAFT))
    if not read.edges(subject=id, relation=ADMITS, limit=1):
        mark = cid([id, ADMITS])[-24:]
        edge = f"{origin(event.id)}/edges/{mark}"
        yield Relate(Edge(edge, id, ADMITS, event.id, desk, at, activity.id))


def told_of_ticket(
    activity: Activity, event: Thing, guest: str, read: Read
) -> Iterator[Effect]:
    """Where their ticket is, to them alone."""
    seat = seat_of(event, guest)
    text = f"You are coming to {_called(event)}: [your ticket]({seat})."
    yield from _said(activity, event, guest, text, seat, read)


def told_of_line(
    activity: Activity, event: Thing, guest: str, read: Read
) -> Iterator[Effect]:
    """Their server goes on showing that they have asked; why, only we can say."""
    text = (
        f"{_called(event)} is full just now. You are on the waiting list: as soon as"
        " there is a place for you, you are told, and get a ticket."
    )
    yield from _said(activity, event, guest, text, "", read)


def told_why_not(
    activity: Activity, event: Thing, guest: str, read: Read
) -> Iterator[Effect]:
    """What their server may not show: the reason, and where to buy."""
    why = escaped(str(activity.notes.get("content") or ""))
    if event.get("joinMode", "free") != "free":
        why = f"{_called(event)}: [tickets are sold here]({buying_at(event)})."
    if why:
        yield from _said(activity, event, guest, why, "", read)


def buying_at(event: Thing) -> str:
    """Where tickets for ``event`` are sold."""
    return f"{event.id}/buy"


def _called(event: Thing) -> str:
    return escaped(str(event.get("name") or event.slug))


def _said(
    because: Activity, event: Thing, guest: str, text: str, about: str, read: Read
) -> Iterator[Effect]:
    site = f"{origin(event.id)}/actor"
    yield from privately(because, site, guest, text, event.id, about, read)


def parted(
    activity: Activity, event: Thing, guest: str, read: Read
) -> Iterator[Effect]:
    """Who does not come has no ticket."""
    seat = read.get(seat_of(event, guest))
    if seat is not None and seat.get("state") == "valid":
        values = {**seat.values, "state": "void", "reason": "They are not coming."}
        at = max(activity.published, seat.updated)
        yield Put(replace(seat, values=values, updated=at))
