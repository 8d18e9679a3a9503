"""Money is paid back, whole or in part, by those who keep the shop.

A refund is written down before the provider is asked, and asked for once: whoever does
not hear the answer looks at what went back, and never pays twice to be sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model.kinds.money import shown
from peer.model.ledger import Account, account
from peer.model.permission import Role, Viewer
from peer.model.reading import Read
from peer.node.paying import watching
from peer.node.paying.booking import Desk, booked, payment_id
from peer.node.paying.provider import Declined, Money, Unavailable
from peer.node.paying.ways import way, way_of
from peer.node.refusal import Refused
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from peer.node.node import Node

#: After so long without a sign of it, people are asked to look.
_LOOK_AFTER = timedelta(minutes=10)
_UNSEEN = "Nobody knows whether it went back: look at the provider's, then say so here."
_MORE = "+"  # of what was paid twice for one checkout: ``booking``


@dataclass(frozen=True, slots=True)
class Refund:
    """``amount`` of what was paid with ``payment``; ``token`` makes it happen once.

    ``void`` ends ``seats``, or all of an order that is paid back whole; ``units`` is
    how many goods came back, by line.  ``restock`` gives what was kept for either to
    others; of what is not sold again now, nothing is when the rest is paid back.
    """

    payment: str
    amount: int
    reason: str
    token: str
    seats: Sequence[str] = ()
    units: Mapping[str, int] = field(default_factory=dict)
    void: bool = True
    restock: bool = True


async def refund(node: Node, staff: Viewer, asked: Refund) -> Thing:
    """The refund as it stands: returned, or pending where nobody knows yet."""
    if staff.role is not Role.OWNER:
        raise Refused("Only those who keep the shop pay money back.", 403)
    paid = await _payment(node, asked.payment)
    try:
        provider = await way_of(node, paid)
    except Unavailable as wrong:
        raise Refused(str(wrong), 409) from wrong
    begun, is_new = await booked(node, partial(_begin, asked, staff))
    if not is_new:
        return begun
    money = Money(asked.amount, paid["amount"]["currency"])
    try:
        await provider.refund(reference_of(paid), money)
    except Declined as wrong:
        await booked(node, partial(_end, begun.id, "failed", str(wrong)))
        raise Refused(str(wrong), 502) from wrong
    except Unavailable:
        return begun  # the chore looks what became of it
    return await booked(node, partial(_end, begun.id, "returned", ""))


async def decide(node: Node, staff: Viewer, id: str, *, went: bool) -> Thing:
    """Staff have looked: it went back, or it did not."""
    if staff.role is not Role.OWNER:
        raise Refused("Only those who keep the shop can say this.", 403)
    state, why = ("returned", "") if went else ("failed", "It did not go back.")
    return await booked(node, partial(_end, id, state, why))


def reference_of(payment: Thing) -> str:
    """What the provider calls the checkout that ``payment`` was made with."""
    return str(payment["reference"]).removesuffix(_MORE)


async def _payment(node: Node, id: str) -> Thing:
    found = await node.store.read(lambda read: read.get(id))
    if found is None:
        raise Refused("There is no such payment.", 404)
    return found


def _begin(asked: Refund, staff: Viewer, desk: Desk) -> tuple[Thing, bool]:
    """Write down that it is to be; whether this is the first time it was asked."""
    tx, base = desk.tx, desk.node.base
    id = payment_id(base, "refund", f"{asked.payment} {asked.token}")
    known = tx.get(id)
    if known is not None:
        return known, False
    paid, order = _paid(asked.payment, tx)
    book = account(order, tx)
    _check(asked, paid, book)
    values = {
        "reference": f"back-{id[-12:]}",
        "provider": paid["provider"],
        "amount": {"amount": asked.amount, "currency": paid["amount"]["currency"]},
        "state": "pending",
        "returns": paid.id,
        "reason": asked.reason or None,
    }
    notes = {
        "order": order.id,
        "by": staff.id,
        "void": asked.void,
        "restock": asked.restock,
        "seats": list(asked.seats),
        "units": dict(asked.units),
    }
    made = desk.create(id, values, **notes)
    if not way(desk.node, paid["provider"]).by_hand:
        watching.watch(tx, id, desk.now)
    return made, True


def _paid(id: str, read: Read) -> tuple[Thing, Thing]:
    paid = read.get(id)
    if paid is None or paid.kind != "Payment" or paid.get("returns"):
        raise Refused("There is no such payment.", 404)
    [*edges] = read.edges(subject=id, relation="pays", limit=1)
    order = read.get(edges[0].object) if edges else None
    if order is None:
        raise Refused("This payment is for no order that is here.", 409)
    return paid, order


def _check(asked: Refund, paid: Thing, book: Account) -> None:
    if paid["state"] != "paid":
        raise Refused("This money has not come in: there is nothing to pay back.", 409)
    left = book.left_of(paid)
    if 0 < asked.amount <= left:
        return
    words = shown(left, paid["amount"]["currency"])
    said = f"Of this payment {words} can still be paid back."
    raise Refused(said, 422, {"amount": said})


def _end(id: str, state: str, why: str, desk: Desk) -> Thing:
    """It went back, or it did not; what was decided about seats goes with it."""
    made = desk.tx.get(id)
    if made is None or not made.get("returns"):
        raise Refused("There is no such refund.", 404)
    if made["state"] == "returned" or made["state"] == state:
        return made
    values: dict[str, Any] = {"state": state, "flag": None}
    if why:
        values["reason"] = why[:300]
    desk.update(made, values, **_decided(made, desk.tx))
    watching.end(desk.tx, id)
    return desk.tx.get(id) or made


def _decided(refund: Thing, read: Read) -> dict[str, Any]:
    [*edges] = read.edges(subject=refund.id, relation="pays", limit=1)
    asked = read.activity(edges[0].activity) if edges else None
    names = ("void", "restock", "seats", "units")
    return {name: asked.notes[name] for name in names if asked and name in asked.notes}


def looked(id: str, returned: int, desk: Desk) -> Thing | None:
    """The provider says how much went back for this checkout: was this among it?"""
    made = desk.tx.get(id)
    if made is None or made["state"] != "pending":
        return made
    paid, order = _paid(made["returns"], desk.tx)
    book = account(order, desk.tx)
    known = sum(
        book.returned_of(each)
        for each in book.came
        if reference_of(each) == reference_of(paid)
    )
    if known + made["amount"]["amount"] <= returned:
        return _end(id, "returned", "", desk)
    since = watching.since(desk.tx, id)
    if since is not None and desk.now - since > _LOOK_AFTER and not made.get("flag"):
        desk.update(made, {"flag": _UNSEEN})
    return desk.tx.get(id)
