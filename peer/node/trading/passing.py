"""A ticket in other hands: under another name, or passed on to somebody else.

Passing on makes a new code, which the old one ends with: whoever kept a copy of the
ticket has a slip of paper.  The place stays the same, and so does its number.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from peer.node.door import Door
from peer.node.refusal import Refused
from peer.node.telling.dispatch import Dispatch
from peer.protocol.credential import code_of
from peer.protocol.moment import read as read_moment
from peer.protocol.moment import wire
from peer.protocol.thing import Activity, Thing
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

_LONGEST = 80


async def rename(node: Node, seat: str, holder: str, code: str) -> Thing:
    """Put another name on ``seat``, which whoever asks holds by its ``code``."""
    return await _change(node, seat, holder, code, is_passed=False)


async def pass_on(node: Node, seat: str, holder: str, code: str) -> Thing:
    """Give it to ``holder``: the same place with a new code; the old one is void."""
    return await _change(node, seat, holder, code, is_passed=True)


async def _change(
    node: Node, seat: str, holder: str, code: str, *, is_passed: bool
) -> Thing:
    name = " ".join(holder.split())
    if not name or len(name) > _LONGEST or not name.isprintable():
        sentence = "Say who it is for, in a line."
        raise Refused(sentence, 422, {"holder": sentence})
    fresh = code_of(secrets.token_hex(16), seat) if is_passed else code
    token = node.token()
    work = partial(_update, node, seat, name, (code, fresh), token)
    changed, told = await node.store.transact(work)
    if told and node.outgoing:
        node.outgoing.wake()
    return changed


def _update(
    node: Node,
    id: str,
    holder: str,
    codes: tuple[str, str],
    token: str,
    tx: Transaction,
) -> tuple[Thing, int]:
    """In the name of the desk, whose the seat is; the event hears what follows."""
    was, code = codes
    seat, now = tx.get(id), node.now()
    _check(seat, was)
    assert seat is not None, "_check() has asked"
    notes = {"was": "valid", "holder": seat.get("holder") or ""}
    values = {**seat.values, "holder": holder, "code": code}
    if code != was:
        notes["passed"] = "on"
        values["passed"] = True
        values.pop("answers", None)  # the buyer's, which are no business of the other
    updated = max(wire(now), _just_after(seat.updated))
    changed = replace(seat, values=values, updated=updated)
    activity = Activity(
        f"{node.base}/activities/{token}",
        "Update",
        seat.owner,
        wire(now),
        changed,
        notes,
    )
    lexicon = node.lexicon_of(tx)
    dispatch = Dispatch(node.base, wire(now), lexicon)
    Door(lexicon, node.behaviors, node.base, dispatch).carry_out([activity], tx)
    return changed, dispatch.count


def _check(seat: Thing | None, code: str) -> None:
    if seat is None or seat.deleted or seat.kind != "Seat":
        raise Refused("There is no such ticket.", 404)
    if seat.get("state") == "void":
        raise Refused("This ticket is void, so it cannot be passed on.", 409)
    if seat.get("code") != code:
        raise Refused("This ticket was passed on in the meantime.", 409)


def _just_after(text: str) -> str:
    return wire(read_moment(text) + timedelta(milliseconds=1))
