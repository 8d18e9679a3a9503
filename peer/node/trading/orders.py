"""Orders at the shop, as its pages ask for them.

The token of a form makes the id of the Offer, and that the id of the order: however
often a form is sent, it is one order.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model import ordering
from peer.model.ordering import contact_of, order_id
from peer.model.permission import Role, Viewer
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.trading.contact import contact as believed
from peer.node.trading.doing import carry
from peer.protocol.cid import cid
from peer.protocol.thing import DRAFT, Activity, Thing

if TYPE_CHECKING:
    from peer.node.node import Node

__all__ = ["contact_of", "order", "order_id"]

_NONE = "Choose how many: one at least."
_ANOTHER = "This was sent before, with something else in it: begin anew."

#: A line of a form: the id of a ticket or product, and how many, even as it was typed.
Line = tuple[str, Any]


def buyer(node: Node, viewer: Viewer) -> str:
    """In whose name ``viewer`` buys: the peer's, for who has no account here."""
    is_known = viewer.id is not None and viewer.role >= Role.MEMBER
    return str(viewer.id) if is_known else f"{node.base}/peer"


def offer_id(base: str, token: str, *beside: str) -> str:
    """The id of the Offer that a form with ``token`` becomes, however often sent."""
    return f"{base}/activities/{cid(['offer', token, *beside])[-24:]}"


async def order(
    node: Node,
    viewer: Viewer,
    *,
    token: str,
    lines: Iterable[Line],
    contact: Mapping[str, str],
    pay_at: str = "",
) -> Thing:
    """Order ``lines`` at this shop; Refused says why that is not possible.

    With the same token it is the same order, and as it stands by now.
    """
    desk, who = f"{node.base}/actor", buyer(node, viewer)
    id = offer_id(node.base, token)
    asked = asked_for(lines)
    notes: dict[str, Any] = {"lines": asked, "contact": believed(contact)}
    notes["nonce"] = secrets.token_hex(16)
    if pay_at:
        notes["payAt"] = pay_at

    def work(read: Read, now: str) -> Sequence[Activity]:
        if known := read.activity(id):
            check_same(known, who, notes)
            return []
        wanted = Thing(order_id(desk, id), "Order", {}, desk, now, now, DRAFT)
        return [Activity(id, "Offer", who, now, wanted, notes)]

    await carry(node, work)
    return await _there(node, order_id(desk, id))


def asked_for(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """What an Offer notes of ``lines``; Refused, where one is for no number at all."""
    found = [(id, ordering.count_of(count)) for id, count in lines]
    if not found:
        raise Refused(_NONE, 422, {"lines": _NONE})
    if any(count is None or count > ordering.MOST for _, count in found):
        wrong = f"How many you want is a whole number from 1 to {ordering.MOST}."
        raise Refused(wrong, 422, {"lines": wrong})
    return [ordering.line(id, count) for id, count in found]


def check_same(known: Activity, who: str, notes: Mapping[str, Any]) -> None:
    """Refused, unless ``known`` asks for the same: an id is for one order, for ever."""
    alike = all(
        known.notes.get(term) == notes.get(term)
        for term in ("lines", "contact", "payAt")
    )
    if known.type != "Offer" or known.actor != who or not alike:
        raise Refused(_ANOTHER, 409)


async def _there(node: Node, id: str) -> Thing:
    return await node.store.read(partial(_order, id))


def _order(id: str, read: Read) -> Thing:
    found = read.get(id)
    if found is None or found.kind != "Order":
        raise Refused("There is no such order.", 404)
    return found


# -- what is done with one -----------------------------------------------------------
async def move(
    node: Node, id: str, state: str, *, reason: str = "", **notes: Any
) -> Thing:
    """Bring the order ``id`` into ``state``, in the name of the desk; Refused if not.

    What follows (seats, places that are free again, who is told) is in behaviors/.
    """
    token = node.token()

    def work(read: Read, now: str) -> Sequence[Activity]:
        order = _order(id, read)
        if order["state"] == state:
            return []
        allowed = node.lexicon.types["Order"].fields["state"].moves
        if state not in allowed.get(order["state"], ()):
            raise Refused(f"This order is {order['state']} by now.", 409)
        values = {**order.values, "state": state}
        if reason:
            values["reason"] = reason[:500]
        return [_update(node, token, order, values, now, reason=reason, **notes)]

    await carry(node, work)
    return await _there(node, id)


async def hand_over(node: Node, id: str) -> Thing:
    """What was ordered has been fetched."""
    return await move(node, id, "completed")


async def cancel(node: Node, id: str, reason: str = "") -> Thing:
    """By the shop: its seats are void, and what it held is for others again."""
    return await move(node, id, "cancelled", reason=reason or "The shop cancelled it.")


async def withdraw(node: Node, id: str, who: str) -> Thing:
    """By ``who`` ordered it: at once while it is not paid, else the shop is asked."""
    token = node.token()

    def work(read: Read, now: str) -> Sequence[Activity]:
        order = _order(id, read)
        return [
            Activity(f"{node.base}/activities/{token}", "Withdraw", who, now, order)
        ]

    await carry(node, work)
    return await _there(node, id)


async def settle_request(node: Node, id: str) -> Thing:
    """Staff has looked at what the buyer asks for, and leaves the order as it is."""
    token = node.token()

    def work(read: Read, now: str) -> Sequence[Activity]:
        order = _order(id, read)
        values = {**order.values, "request": "nothing"}
        return [_update(node, token, order, values, now)]

    await carry(node, work)
    return await _there(node, id)


def _update(
    node: Node,
    token: str,
    order: Thing,
    values: Mapping[str, Any],
    now: str,
    **notes: Any,
) -> Activity:
    after = replace(order, values=values, updated=max(now, order.updated))
    told = {"was": order["state"], **{k: v for k, v in notes.items() if v != ""}}
    id = f"{node.base}/activities/{token}"
    return Activity(id, "Update", order.owner, now, after, told)
