"""An order as what was agreed between its buyer and the shop (FEP-0837).

A list of lines has one end on each side for each of them; what is signed is the same
to the last byte whenever it is made.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any

from peer.model import ordering
from peer.model.kinds.money import shown
from peer.model.reading import Read
from peer.node.keys import ORDERS, keys_of, secret_in
from peer.node.telling.market import (
    CONTEXT,
    PRIMARY,
    RECIPROCAL,
    Document,
    commitment,
    link,
    money,
    one_or_all,
    quantity,
)
from peer.node.trading.order_keys import key_of
from peer.protocol import proof
from peer.protocol.moment import read as moment
from peer.protocol.thing import Thing

_OUTCOME = {
    "awaiting": "Open",
    "confirmed": "Paid",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "expired": "Expired",
    "refunded": "Refunded",
}


def agreement(order: Thing, read: Read) -> Document:
    """The order as it stands, with where it is paid for as long as it can be."""
    lines = ordering.parts_of(order.id, read, "Line")
    buyer = ordering.buyer_of(order, read)
    ends = [line["satisfies"] for line in lines]
    told: Document = {
        "type": "Agreement",
        "id": order.id,
        "attributedTo": order.owner,
        "context": ends[0] if len(ends) == 1 else ends,
        "published": order.published,
        "updated": order.updated,
        "stipulates": one_or_all(list(_given(order, lines))),
        "stipulatesReciprocal": one_or_all(list(_returned(order, lines))),
        "to": [buyer] if buyer else [],
        "preview": {"type": "Note", "name": _outcome(order)},
        "sx:state": order["state"],
        "sx:offer": order["offer"],
        "url": list(_links(order, read)),
    }
    if order["state"] == "awaiting":
        told["endTime"] = order["expires"]
    if reason := order.get("reason"):
        told["preview"]["content"] = html.escape(reason, quote=False)
    return told


def _given(order: Thing, lines: Sequence[Thing]) -> Iterator[Document]:
    for ending, line in zip(_endings(lines), lines, strict=True):
        id = f"{order.id}{PRIMARY}{ending}"
        much = quantity(line["quantity"])
        yield commitment(f"{line['satisfies']}{PRIMARY}", much, id)


def _returned(order: Thing, lines: Sequence[Thing]) -> Iterator[Document]:
    is_paid = order["state"] in ("confirmed", "completed")
    done = {"finished": True} if is_paid and order.get("payAt") != "door" else {}
    for ending, line in zip(_endings(lines), lines, strict=True):
        id = f"{order.id}{RECIPROCAL}{ending}"
        much = money(line["price"], line["quantity"])
        yield commitment(f"{line['satisfies']}{RECIPROCAL}", much, id, **done)


def _endings(lines: Sequence[Thing]) -> list[str]:
    return ["", *(f"-{n}" for n in range(2, len(lines) + 1))]


def _outcome(order: Thing) -> str:
    if order["state"] == "confirmed" and order.get("payAt") == "door":
        return "Confirmed"
    return _OUTCOME[order["state"]]


def _links(order: Thing, read: Read) -> Iterator[Document]:
    secret = secret_in(read, ORDERS)
    query = f"?key={key_of(secret, order.id)}" if secret else ""
    total = shown(order["total"]["amount"], order["total"]["currency"])
    if order["state"] == "awaiting":
        pay = f"{order.id}/pay{query}"
        do = f"Pay {total}" if order["total"]["amount"] else "Answer what is asked"
        yield link(pay, do, "text/html", "payment")
    yield link(f"{order.id}{query}", "Your order", "text/html", "alternate")


def instrument(told: Any, read: Read) -> Document:
    """``told`` with the proof of the desk that says it: always the same."""
    document = {"@context": CONTEXT, **told}
    keys = keys_of(read, told["attributedTo"])
    if keys is None:
        return document
    at = moment(told["updated"])
    return proof.proven(document, keys.ed25519_id, keys.ed25519, at)
