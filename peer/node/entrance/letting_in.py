"""Letting people in: what a code or a scan comes to, and what is written down of it.

All that is asked for is in this peer's own store, so that the door works when no
shop answers.  Whatever was tried is kept for a while, what was refused included.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from peer.model.indexing import KEPT_BACK
from peer.model.kinds.kind import folded
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.node.entrance import desks
from peer.node.entrance.stewards import Keeper
from peer.node.records import each
from peer.node.refusal import Refused
from peer.protocol import credential
from peer.protocol.cid import cid
from peer.protocol.credential import BadTicket, Slip
from peer.protocol.iri import origin
from peer.protocol.moment import wire
from peer.protocol.thing import DRAFT, Activity, Edge, Thing
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

_SCANS, _DONE, _TO_LOOK_AT = "scan", "scan-done", "scan-to-look-at"
_KEPT = timedelta(days=90)
_LATE, _END_OF_TIME = timedelta(days=3), 10**14
_SCAN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_LOOKED_AT = 100

#: What may come of it.  The first two let somebody in.
IN, EARLY = "in", "early"
AGAIN, VOID, ELSEWHERE, FORGED, UNKNOWN = (
    "again",
    "void",
    "elsewhere",
    "forged",
    "unknown",
)
UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Scan:
    """Something that was held before the door; ``id`` is of this one time.

    ``text`` is a code or a token; ``seat`` stands instead where it was picked from
    a list.  ``at`` is when, if a device noted it while it could not reach us.
    """

    id: str
    text: str = ""
    seat: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scan came to, as it is written down."""

    what: str
    why: str = ""
    seat: str = ""
    at: str = ""
    by: str = ""
    since: str = ""  # where somebody was in already: since when
    before: str = ""  # and who let them in
    offline: bool = False

    @property
    def needs_a_look(self) -> bool:
        """Somebody went in, and should not have, for all that was known later."""
        return self.offline and self.what not in (IN, EARLY, UNDONE)


@dataclass(frozen=True, slots=True)
class _Found:
    what: str
    why: str = ""
    seat: Thing | None = None


# -- what it is --------------------------------------------------------------------


def found(read: Read, event: Thing, scan: Scan) -> _Found:
    """Which seat it is, and whether that is a good one for ``event``."""
    if scan.seat:
        seat = read.get(scan.seat)
        return (
            _known(seat, event) if seat else _Found(UNKNOWN, "There is no such ticket.")
        )
    if credential.looks_like_token(scan.text):
        try:
            return _of_token(read, event, scan.text)
        except BadTicket as bad:
            return _Found(FORGED, str(bad))
    code = credential.read_code(scan.text)
    seat = by_code(read, code) if code else None
    if seat is None:
        return _Found(UNKNOWN, "No ticket has this code. Scan it, or look by name.")
    return _known(seat, event)


def by_code(read: Read, code: str) -> Thing | None:
    """The seat that has ``code`` now, by an index."""
    is_it = Where("code", "=", folded(code))
    seats = Query(("Seat",), audiences=(KEPT_BACK, DRAFT), where=(is_it,))
    return next((each for each in read.find(seats).items if not each.deleted), None)


def _known(seat: Thing, event: Thing) -> _Found:
    if seat.kind != "Seat" or seat.deleted or seat.get("event") != event.id:
        return _Found(ELSEWHERE, "This ticket is for another event.")
    if seat.get("state") == "void":
        return _Found(VOID, seat.get("reason") or "", seat)
    return _Found(IN, seat=seat)


def _of_token(read: Read, event: Thing, text: str) -> _Found:
    token = credential.read_token(text)
    slip, signer = token.slip, ""
    try:
        signer = token.signer(desks.keys_for(event, read))
    except BadTicket:
        seat = by_code(read, slip.code)
        if seat is None or seat.slug != slip.slug:
            raise  # its secret code is as good as a signature; this has neither
    else:
        seat = read.get(seat_of(signer, slip))
    if not slip.is_for(event.id):
        return _Found(ELSEWHERE, "This ticket is for another event.")
    if seat is None:
        return _Found(EARLY, seat=_told_by(slip, signer, event))
    if seat.get("code") != slip.code:
        return _Found(VOID, "passed on to somebody else", seat)
    return _known(seat, event)


def seat_of(signer: str, slip: Slip) -> str:
    """The id of the seat that ``slip``, signed with the key ``signer``, is of."""
    return f"{origin(credential.desk_of(signer))}/seats/{slip.slug}"


def _told_by(slip: Slip, signer: str, event: Thing) -> Thing:
    """A seat of which nothing is known but what stands on the ticket."""
    desk, issued = (
        credential.desk_of(signer),
        wire(datetime.fromtimestamp(slip.issued).astimezone()),
    )
    values = {
        "code": slip.code,
        "number": slip.number,
        "order": f"{origin(desk)}/orders/{slip.order}",
        "event": event.id,
        "state": "valid",
    }
    id = seat_of(signer, slip)
    return Thing(id, "Seat", values, desk, issued, issued, DRAFT)


# -- letting in --------------------------------------------------------------------


async def let_in(node: Node, event: Thing, scan: Scan, keeper: Keeper) -> Verdict:
    """Judge ``scan`` and write it down; the same scan again is answered the same."""
    if not _SCAN_ID.fullmatch(scan.id):
        raise Refused("This form was not made here. Load the page anew.", 400)
    await learn_keys(node, event, scan)
    return await node.store.transact(partial(_let_in, node, event, scan, keeper))


async def learn_keys(node: Node, event: Thing, scan: Scan) -> None:
    """Where a token names a key that is not known here, ask the desks for theirs."""
    if not credential.looks_like_token(scan.text):
        return
    try:
        token = credential.read_token(scan.text)
    except BadTicket:
        return
    keys = await node.store.read(partial(desks.keys_for, event))
    if not token.may_be_of(keys):
        known = await node.store.read(partial(desks.desks_of, event))
        await desks.ask_soon(node, known)


def _let_in(
    node: Node, event: Thing, scan: Scan, keeper: Keeper, tx: Transaction
) -> Verdict:
    done = recalled(tx, event.id, scan.id)
    if done is not None:
        return done
    now = node.now()
    at = now if scan.at is None else min(max(scan.at, now - _LATE), now)
    judged = found(tx, event, scan)
    seat = judged.seat
    told = Verdict(
        judged.what,
        judged.why,
        seat.id if seat else "",
        wire(at),
        keeper.name,
        offline=scan.at is not None,
    )
    if seat is not None and judged.what in (IN, EARLY):
        told = _arrived(node, event, scan, keeper, seat, told, tx)
    _write_down(tx, event.id, scan.id, told, now)
    return told


def _arrived(
    node: Node,
    event: Thing,
    scan: Scan,
    keeper: Keeper,
    seat: Thing,
    told: Verdict,
    tx: Transaction,
) -> Verdict:
    edge = arrival(tx, seat.id, event.id)
    if edge is not None:
        before = tx.activity(edge.activity)
        name = before.notes.get("steward", "") if before else ""
        return replace(told, what=AGAIN, since=edge.since, before=name)
    mark = cid([event.id, scan.id])[-24:]
    activity = Activity(
        f"{node.base}/activities/{mark}",
        "Arrive",
        keeper.actor,
        told.at,
        seat,
        {"steward": keeper.name},
    )
    node.door(tx).carry_out([activity], tx)
    return told


async def take_back(node: Node, event: Thing, seat: str, keeper: Keeper) -> None:
    """They are not in after all; the next scan of it is the first again."""
    await node.store.transact(partial(_take_back, node, event, seat, keeper))


def _take_back(
    node: Node, event: Thing, seat: str, keeper: Keeper, tx: Transaction
) -> None:
    edge = arrival(tx, seat, event.id)
    done = tx.activity(edge.activity) if edge else None
    if done is None:
        raise Refused("Nobody came in with that ticket.", 409)
    now, mark = node.now(), cid(["Undo", done.id])[-24:]
    notes = {"steward": keeper.name}
    id = f"{node.base}/activities/{mark}"
    undo = Activity(id, "Undo", keeper.actor, wire(now), done, notes)
    node.door(tx).carry_out([undo], tx)
    told = Verdict(UNDONE, "", seat, wire(now), keeper.name)
    _write_down(tx, event.id, f"undo-{mark}", told, now)


def arrival(read: Read, seat: str, event: str) -> Edge | None:
    edges = read.edges(subject=seat, relation="arrived", object=event, limit=1)
    return edges[0] if edges else None


# -- what was written down ----------------------------------------------------------


def _write_down(
    tx: Transaction, event: str, scan: str, told: Verdict, now: datetime
) -> None:
    """By event, the latest first, which is the order that records are read in."""
    place = _END_OF_TIME - int(now.timestamp() * 1000)
    key, until = f"{event} {place:015} {scan}", wire(now + _KEPT)
    tx.keep(_SCANS, key, asdict(told), expires=until)
    tx.keep(_DONE, f"{event} {scan}", {"key": key}, expires=until)
    if told.needs_a_look:
        tx.keep(_TO_LOOK_AT, key, asdict(told), expires=until)


def recalled(read: Read, event: str, scan: str) -> Verdict | None:
    """What the scan of that id came to, if there was one."""
    done = read.recall(_DONE, f"{event} {scan}")
    told = read.recall(_SCANS, done["key"]) if done else None
    return _verdict(told) if told else None


def scans(read: Read, event: str, limit: int = 50) -> Sequence[Verdict]:
    """What was tried last at the door of ``event``."""
    lines = islice(each(read, _SCANS, f"{event} "), limit)
    return [_verdict(told) for _, told in lines]


def doors(read: Read, event: str) -> Mapping[str, str]:
    """By which door each seat came in, the last time that it did."""
    found: dict[str, str] = {}
    for _, told in each(read, _SCANS, f"{event} "):
        if told["what"] in (IN, EARLY):
            found.setdefault(told["seat"], told["by"])
    return found


def conflicts(read: Read, event: str) -> Sequence[Verdict]:
    """Whom a device let in while it was alone, and who should not have been."""
    lines = islice(each(read, _TO_LOOK_AT, f"{event} "), _LOOKED_AT)
    return [_verdict(told) for _, told in lines]


def _verdict(told: Mapping[str, Any]) -> Verdict:
    return Verdict(**told)
