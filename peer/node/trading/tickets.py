"""A seat as who holds it has it: its address, its QR code, its credential.

The address has a key in it, which opens that page for whoever has it: a ticket is
good for who holds it.  The key is made of the code too, so it ends with the code.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from peer.model.permission import Role, Viewer
from peer.model.reading import Read
from peer.node.keys import Keys, keys_of
from peer.protocol import credential
from peer.protocol.credential import Document, Slip
from peer.protocol.iri import slug
from peer.protocol.moment import read as read_moment
from peer.protocol.thing import Thing

#: What a ticket says of its event, so that it can be read without asking.
_OF_EVENT = ("name", "startTime", "endTime", "timezone", "location")


def key_of(secret: bytes, seat: Thing) -> str:
    """What opens the page of ``seat`` for who holds it."""
    said = f"seat\0{seat.id}\0{seat.get('code', '')}"
    return hmac.new(secret, said.encode(), sha256).hexdigest()[:32]


def opens(secret: bytes, seat: Thing, told: str) -> bool:
    """Is ``told`` the key of ``seat``?  Without a secret there is none."""
    made = key_of(secret, seat)
    is_it = hmac.compare_digest(made.encode(), told.encode("utf-8", "surrogatepass"))
    return bool(secret) and is_it


def link_of(seat: Thing, secret: bytes) -> str:
    """Where who holds ``seat`` finds it, without an account."""
    return f"{seat.id}?key={key_of(secret, seat)}"


def calendar_link_of(seat: Thing, secret: bytes) -> str:
    """Its event, for the calendar of who holds it."""
    return f"{seat.id}/event.ics?key={key_of(secret, seat)}"


def is_of(viewer: Viewer, seat: Thing, read: Read) -> bool:
    """May ``viewer`` see it without a key: who bought it, or who keeps the shop?

    Who has passed it on has it no longer.
    """
    if viewer.id is None:
        return False
    if viewer.role is Role.OWNER or viewer.id == seat.owner:
        return True
    if seat.get("passed"):
        return False
    order = seat.get("order") or ""
    bought = read.edges(subject=viewer.id, relation="bought", object=order, limit=1)
    return bool(bought)


# -- what is signed -----------------------------------------------------------------


def slip_of(seat: Thing) -> Slip:
    issued = int(read_moment(seat.updated).timestamp())
    order = seat.slug.rpartition("-")[0] or seat.slug
    event = credential.mark_of(seat["event"])
    return Slip(order, seat["number"], seat["code"], event, issued)


def token_of(seat: Thing, read: Read) -> str:
    """What its QR code says; nothing while its desk has no keys."""
    keys = keys_of(read, seat.owner)
    return credential.token(slip_of(seat), keys.actor, keys.ed25519) if keys else ""


def credential_of(seat: Thing, event: Thing | None, keys: Keys) -> Document:
    """The ticket as a document that proves itself."""
    told: dict[str, Any] = {
        "id": seat.id,
        **{
            name: seat.values[name]
            for name in ("code", "number", "holder", "order")
            if name in seat.values
        },
        "ticketName": seat.get("name") or "",
        "event": {"id": seat["event"], **_of_event(event)},
    }
    issued: datetime = read_moment(seat.updated)
    return credential.document(told, keys.ed25519_id, keys.ed25519, issued)


def _of_event(event: Thing | None) -> Mapping[str, Any]:
    if event is None or event.deleted:
        return {}
    return {name: event.values[name] for name in _OF_EVENT if name in event.values}


def filename_of(seat: Thing) -> str:
    """What a file of it is called."""
    return f"ticket-{slug(seat.slug) or 'seat'}"
