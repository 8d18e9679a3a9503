"""Check-in: the page at the door, for who keeps an event and for stewards."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from peer.model.allotting import ALLOTS
from peer.model.gate import Kind, kinds_of
from peer.model.reading import Read
from peer.node.entrance import attendees, desks, letting_in, stewards
from peer.node.entrance.attendees import Attendee, Count
from peer.node.entrance.letting_in import Scan, Verdict
from peer.node.entrance.stewards import Keeper, Steward
from peer.node.refusal import Refused
from peer.protocol import credential
from peer.protocol.moment import read as read_moment
from peer.protocol.thing import Thing
from peer.web.exchange.caching import OWN
from peer.web.pages import things
from peer.web.parts.authors import href_of
from peer.web.visit import Visit

STEWARD = "steward"
_SHIFT = timedelta(days=3)
_CAMERA = "camera=(self), geolocation=(), microphone=(), payment=()"
_MATCHES, _LOG = 12, 20
_LONGEST = 400
_LEVELS: Mapping[str, str] = {
    letting_in.IN: "done",
    letting_in.UNDONE: "done",
    letting_in.EARLY: "warning",
    letting_in.AGAIN: "warning",
}
_HEADINGS: Mapping[str, str] = {
    letting_in.IN: "Let in",
    letting_in.EARLY: "Let in, and noted",
    letting_in.AGAIN: "Already in",
    letting_in.VOID: "Void: not let in",
    letting_in.ELSEWHERE: "Not for this event",
    letting_in.FORGED: "Not genuine",
    letting_in.UNKNOWN: "Not found",
    letting_in.UNDONE: "Taken back",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict in words for the door."""

    verdict: Verdict
    level: str
    heading: str
    who: str
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Door:
    """The event, who stands there, and what there is to see."""

    event: Thing
    keeper: Keeper
    count: Count
    kinds: Sequence[Kind]
    log: Sequence[Shown]
    conflicts: Sequence[Shown]
    verdict: Shown | None
    matches: Sequence[Attendee]
    stewards: Sequence[Steward]


async def page(visit: Visit) -> web.StreamResponse:
    event, keeper = await at_door(visit)
    asked = visit.query.get("q", "")[:_LONGEST].strip()
    everybody = await attendees.attendees(visit.read, event) if asked else ()
    matches = [each for each in attendees.called(everybody, asked) if each.seat]
    door = await visit.read(partial(_door, visit, event, keeper, matches[:_MATCHES]))
    shown = visit.query.get("shown", "")
    answer = visit.page(
        "check-in.html",
        door=door,
        here=_here(event),
        event=event,
        event_href=href_of(event.id, visit.node.base),
        zone=event.get("timezone") or visit.node.domain.zone,
        scan=secrets.token_hex(12),
        asked=asked,
        fresh=f"{visit.node.base}/check-in/{shown}" if shown else "",
    )
    answer.headers["Cache-Control"] = OWN
    answer.headers["Permissions-Policy"] = _CAMERA
    return answer


async def at_door(visit: Visit) -> tuple[Thing, Keeper]:
    """The event that is meant, and whom the visitor is at its door; or Refused."""
    id, _ = things.address(visit)
    now, secret = visit.node.now(), visit.cookie(STEWARD)

    def find(read: Read) -> tuple[Thing, Keeper | None]:
        event = read.get(id)
        if event is None or event.deleted or event.kind != "Event":
            raise Refused("There is no such event here.", 404)
        who = stewards.keeper_of(read, visit.viewer, event, secret, now)
        return event, who

    event, keeper = await visit.read(find)
    if keeper is None:
        status = 401 if visit.viewer.id is None else 403
        raise Refused(
            "This is for who keeps the event, and for stewards with a link that holds.",
            status,
        )
    return event, keeper


def _door(
    visit: Visit,
    event: Thing,
    keeper: Keeper,
    matches: Sequence[Attendee],
    read: Read,
) -> Door:
    scan = visit.query.get("scan", "")
    told = letting_in.recalled(read, event.id, scan) if scan else None
    lines = letting_in.scans(read, event.id, _LOG)
    conflicts = letting_in.conflicts(read, event.id)
    gave = [edge.object for edge in read.edges(subject=event.id, relation=ALLOTS)]
    seats = read.many(
        {*gave, *(e.seat for e in (*lines, *conflicts, told) if e and e.seat)}
    )
    own = (
        () if keeper.is_steward else stewards.stewards(read, event.id, visit.node.now())
    )
    return Door(
        event,
        keeper,
        attendees.count(read, event.id),
        kinds_of([seats[id] for id in gave if id in seats], read),
        [_shown(each, seats) for each in lines],
        [_shown(each, seats) for each in conflicts],
        _answer(told, seats, event, read) if told else None,
        matches,
        own,
    )


def _answer(
    told: Verdict, seats: Mapping[str, Thing], event: Thing, read: Read
) -> Shown:
    """What came of the scan, to be taken back while they are in."""
    edge = letting_in.arrival(read, told.seat, event.id) if told.seat else None
    is_in = told.what in (letting_in.IN, letting_in.EARLY, letting_in.AGAIN)
    return _shown(told, seats, can_undo=is_in and edge is not None)


def _shown(
    verdict: Verdict, seats: Mapping[str, Thing], *, can_undo: bool = False
) -> Shown:
    seat = seats.get(verdict.seat)
    return Shown(
        verdict,
        _LEVELS.get(verdict.what, "error"),
        _HEADINGS[verdict.what],
        attendees.who(seat) if seat else "",
        can_undo,
    )


def _here(event: Thing) -> str:
    return f"/events/{event.slug}/check-in"


# -- letting in ----------------------------------------------------------------------


async def scan(visit: Visit) -> web.StreamResponse:
    """Let somebody in, or look for them by name where it is neither code nor token."""
    event, keeper = await at_door(visit)
    text, seat = visit.told.get("text").strip(), visit.told.get("seat")
    if len(text) > _LONGEST or not (text or seat):
        return visit.go(_here(event))
    is_ticket = credential.looks_like_token(text) or credential.read_code(text)
    if not seat and not is_ticket:
        return visit.go(f"{_here(event)}?{urlencode({'q': text})}")
    one = Scan(visit.told.get("scan"), text, seat, _at(visit.told.get("at")))
    verdict = await letting_in.let_in(visit.node, event, one, keeper)
    told = {"scan": one.id}
    if verdict.what == letting_in.UNKNOWN and text and one.at is None:
        told["q"] = text  # twelve letters may be a name
    return visit.go(f"{_here(event)}?{urlencode(told)}")


def _at(told: str) -> datetime | None:
    """When a device noted it that was alone then."""
    if not told:
        return None
    try:
        return read_moment(told)
    except ValueError as wrong:
        raise Refused("That is no time.", 400) from wrong


async def undo(visit: Visit) -> web.StreamResponse:
    event, keeper = await at_door(visit)
    await letting_in.take_back(visit.node, event, visit.told.get("seat"), keeper)
    return visit.go(_here(event), "undone")


# -- stewards -------------------------------------------------------------------------


async def appoint(visit: Visit) -> web.StreamResponse:
    """A link for somebody without an account; it is shown this once."""
    event, keeper = await _in_charge(visit)
    name = visit.told.get("name")
    secret = await stewards.appoint(visit.node, event, name, keeper.actor)
    return visit.go(f"{_here(event)}?{urlencode({'shown': secret})}#doors")


async def dismiss(visit: Visit) -> web.StreamResponse:
    event, _ = await _in_charge(visit)
    await stewards.dismiss(visit.node, event.id, visit.told.get("id"))
    return visit.go(f"{_here(event)}#doors", "steward-gone")


async def _in_charge(visit: Visit) -> tuple[Thing, Keeper]:
    event, keeper = await at_door(visit)
    if keeper.is_steward:
        raise Refused("Only who keeps the event says who stands at its doors.", 403)
    return event, keeper


async def begin(visit: Visit) -> web.StreamResponse:
    """A steward's link: this browser stands at the door from now on."""
    secret, now = visit.part("token"), visit.node.now()
    found = await visit.read(lambda read: stewards.steward_of(read, secret, now))
    if found is None:
        raise Refused("This link has ended. Ask who keeps the event for another.", 410)
    answer = visit.go(_here_of(found.event))
    visit.site.cookies.set(answer, STEWARD, secret, _SHIFT)
    return answer


def _here_of(event: str) -> str:
    return f"/events/{event.rpartition('/')[2]}/check-in"


# -- for a device without a network ------------------------------------------------


async def list_(visit: Visit) -> web.StreamResponse:
    """What it takes to check tickets alone: keys, and codes that can be recognized."""
    event, _ = await at_door(visit)
    seats = await attendees.attendees(visit.read, event)
    told = await visit.read(partial(_list, event, seats))
    return web.Response(
        body=orjson.dumps(told),
        content_type="application/json",
        headers={"Cache-Control": OWN},
    )


def _list(event: Thing, seats: Sequence[Attendee], read: Read) -> Mapping[str, Any]:
    keys = desks.keys_for(event, read)
    return {
        "event": event.id,
        "mark": credential.mark_of(event.id).hex(),
        "zone": event.get("timezone") or "",
        "keys": [
            {"desk": credential.desk_of(id), "key": _raw(key)}
            for id, key in keys.items()
            if isinstance(key, Ed25519PublicKey)
        ],
        "seats": [_line(each, event.id) for each in seats if each.seat],
    }


def _raw(key: Ed25519PublicKey) -> str:
    return b64encode(key.public_bytes_raw()).decode()


def _line(each: Attendee, event: str) -> Mapping[str, Any]:
    return {
        "seat": each.seat,
        "who": each.who,
        "code": code_mark(event, each.code),
        "state": "void" if each.state == attendees.VOID else "valid",
        "reason": each.reason,
        "since": each.since,
        "by": each.by,
    }


def code_mark(event: str, code: str) -> str:
    """By this a code is recognized by who does not know it."""
    return hashlib.sha256(f"{event}\n{code}".encode()).hexdigest()[:32]
