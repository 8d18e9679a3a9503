"""Orders at the shop, as its pages ask for them.

The token of a form makes the id of the Offer, and that the id of the order: however
often a form is sent, it is one order.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model import ordering
from peer.model.ordering import contact_of, order_id
from peer.model.permission import Viewer
from peer.model.questions import Answer, answers_of
from peer.model.reading import Read
from peer.node.refusal import Refused
from peer.node.trading import fairness
from peer.node.trading.contact import contact as believed
from peer.node.trading.doing import carry
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.origin import same_origin
from peer.protocol.thing import DRAFT, Activity, Thing
from store.interface import Transaction

if TYPE_CHECKING:
    from peer.node.node import Node

__all__ = ["contact_of", "order", "order_id"]

_NONE = "Choose how many: one at least."
_ANOTHER = "This was sent before, with something else in it: begin anew."

#: A line of a form: the id of a ticket or product, and how many, even as it was typed.
Line = tuple[str, Any]


def buyer(node: Node, viewer: Viewer) -> str:
    """In whose name ``viewer`` buys: the peer's, for who has no account here."""
    is_known = viewer.id is not None and same_origin(viewer.id, node.base)
    return str(viewer.id) if is_known else f"{node.base}/peer"


def offer_id(base: str, token: str, *beside: str) -> str:
    """The id of the Offer that a form with ``token`` becomes, however often sent."""
    return f"{base}/activities/{cid(['offer', token, *beside])[-24:]}"


@dataclass(frozen=True, slots=True)
class Beside:
    """What a buyer says beside what they want: a promo ``code``, and ``answers``."""

    code: str = ""
    answers: Sequence[Answer] = ()

    @property
    def notes(self) -> dict[str, Any]:
        told = {"code": self.code, "answers": [dict(each) for each in self.answers]}
        return {name: value for name, value in told.items() if value}


NOTHING = Beside()


async def order(
    node: Node,
    viewer: Viewer,
    *,
    token: str,
    lines: Iterable[Line],
    contact: Mapping[str, str],
    pay_at: str = "",
    beside: Beside = NOTHING,
    browser: str = "",
) -> Thing:
    """Order ``lines`` at this shop; Refused says why that is not possible.

    With the same token it is the same order, and as it stands by now.
    """
    told = {**beside.notes, **({"payAt": pay_at} if pay_at else {})}
    parts = {token: Part(lines, told)}
    [made] = await order_all(node, viewer, parts, contact=contact, browser=browser)
    return made


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes one order; ``told`` is what the Offer notes beside."""

    lines: Iterable[Line]
    told: Mapping[str, Any]


async def order_all(
    node: Node,
    viewer: Viewer,
    parts: Mapping[str, Part],
    *,
    contact: Mapping[str, str],
    browser: str = "",
) -> Sequence[Thing]:
    """An order for each of ``parts``, by token: all of them, or none and why."""
    who, common = buyer(node, viewer), {"contact": believed(contact)}
    offers = {
        offer_id(node.base, token): {"lines": asked_for(part.lines), **part.told}
        for token, part in parts.items()
    }
    together = {"together": list(offers)} if len(offers) > 1 else {}

    def work(tx: Transaction, now: str) -> Sequence[Activity]:
        fresh = []
        for id, told in offers.items():
            nonce = secrets.token_hex(16)
            notes = {**told, **common, **together, "nonce": nonce}
            if known := tx.activity(id):
                check_same(known, who, notes)
                continue
            offer = _offer(node, id, who, notes, now)
            fairness.check(tx, node.config, offer, moment.read(now), browser)
            fresh.append(offer)
        return fresh

    await carry(node, work)
    desk = f"{node.base}/actor"
    return [await _there(node, order_id(desk, id)) for id in offers]


def _offer(
    node: Node, id: str, who: str, notes: Mapping[str, Any], now: str
) -> Activity:
    desk = f"{node.base}/actor"
    wanted = Thing(order_id(desk, id), "Order", {}, desk, now, now, DRAFT)
    return Activity(id, "Offer", who, now, wanted, notes)


def said_beside(order: Thing, read: Read) -> Beside:
    """What its buyer said beside what they wanted, and since."""
    offer = read.activity(str(order.get("offer", "")))
    code = offer.notes.get("code", "") if offer else ""
    return Beside(code, answers_of(order, offer))


def beside_of(order: Thing, read: Read) -> Sequence[Thing]:
    """The orders that were made together with ``order``: others are paid for them."""
    offer = read.activity(str(order.get("offer", "")))
    told = offer.notes.get("together", ()) if offer else ()
    ids = [order_id(order.owner, id) for id in told]
    known = read.many(ids)
    return [known[id] for id in ids if id in known and id != order.id]


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
        for term in ("lines", "contact", "payAt", "code", "answers")
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


async def answer(node: Node, id: str, answers: Sequence[Answer]) -> Thing:
    """Its buyer says what they were not asked when they ordered, as from elsewhere."""
    token = node.token()

    def work(read: Read, now: str) -> Sequence[Activity]:
        order = _order(id, read)
        if order["state"] != "awaiting":
            raise Refused(f"This order is {order['state']} by now.", 409)
        values = {**order.values, "answers": [dict(each) for each in answers]}
        return [_update(node, token, order, values, now, answered=True)]

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
