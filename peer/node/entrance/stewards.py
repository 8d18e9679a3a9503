"""Stewards: people without an account who let others in, by a link they were sent.

The link is for one event and for so long; whoever made it can end it.  What is
kept of its secret is the digest.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from peer.model.permission import Role, Viewer
from peer.model.reading import Read
from peer.model.voice import calendar_of
from peer.node.node import Node
from peer.node.records import digest, each
from peer.node.refusal import Refused
from peer.protocol.moment import read as read_moment
from peer.protocol.moment import wire
from peer.protocol.thing import Thing
from store.interface import Transaction

_SPACE = "steward"
_AFTERWARDS, _LONGEST = timedelta(hours=12), timedelta(days=2)
_MOST = 50


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who stands at the door: in whose name people are let in, and by which door."""

    actor: str
    name: str
    is_steward: bool = False


@dataclass(frozen=True, slots=True)
class Steward:
    """``id`` names the link without giving it away."""

    id: str
    event: str
    name: str
    by: str
    until: str


def keeper_of(
    read: Read, viewer: Viewer, event: Thing, secret: str, now: datetime
) -> Keeper | None:
    """Whom ``viewer`` is at the door of ``event``; None for all who have no say."""
    if viewer.id is not None and _is_theirs(read, viewer, event):
        return Keeper(viewer.id, viewer.name or "the organizer")
    steward = steward_of(read, secret, now) if secret else None
    if steward is None or steward.event != event.id:
        return None
    return Keeper(steward.by, steward.name, is_steward=True)


def _is_theirs(read: Read, viewer: Viewer, event: Thing) -> bool:
    if viewer.role is Role.OWNER or event.owner == viewer.id:
        return True
    calendar = calendar_of(event, read)  # others put it on theirs as they like
    found = read.get(calendar) if calendar else None
    return found is not None and found.owner == viewer.id


def steward_of(read: Read, secret: str, now: datetime) -> Steward | None:
    """Whose link ``secret`` is of, while it holds."""
    id = digest(secret)
    told = read.recall(_SPACE, id, now=wire(now))
    return Steward(id, **told) if told else None


def stewards(read: Read, event: str, now: datetime) -> Sequence[Steward]:
    """Those who may let people in to ``event`` now."""
    return [
        Steward(id, **told)
        for id, told in each(read, _SPACE)
        if told["event"] == event and told["until"] > wire(now)
    ]


async def appoint(node: Node, event: Thing, name: str, by: str) -> str:
    """The secret of a new link to the door of ``event``, until it is over."""
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        sentence = "Say in a few words which door it is, or who stands there."
        raise Refused(sentence, 422, {"name": sentence})
    secret, now = secrets.token_urlsafe(24), node.now()
    until = _until(event, now)
    kept = {"event": event.id, "name": name, "by": by, "until": until}
    await node.store.transact(partial(_appoint, digest(secret), kept, now))
    return secret


def _appoint(id: str, kept: dict[str, str], now: datetime, tx: Transaction) -> None:
    if len(stewards(tx, kept["event"], now)) >= _MOST:
        raise Refused("That is more doors than there are. End some of them first.", 409)
    tx.keep(_SPACE, id, kept, expires=kept["until"])


async def dismiss(node: Node, event: str, id: str) -> None:
    """End a link at once."""

    def work(tx: Transaction) -> None:
        told = tx.recall(_SPACE, id)
        if told is None or told["event"] != event:
            raise Refused("There is no such link any more.", 404)
        tx.drop(_SPACE, id)

    await node.store.transact(work)


def _until(event: Thing, now: datetime) -> str:
    """Half a day after the end; of an event that is over already, two days from now."""
    end = event.get("endTime") or event.get("startTime")
    until = read_moment(end) + _AFTERWARDS if end else now
    return wire(max(until, now + _LONGEST if until < now else until))
