"""Money that only people can see: staff say that it has come."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from peer.model.ledger import account
from peer.model.permission import Role, Viewer
from peer.node.paying.booking import Begun, Desk, begin, booked
from peer.node.paying.provider import Checkout, Money
from peer.node.paying.ways import way
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from peer.node.node import Node

_SPACE = "marked"
_REMEMBERED = timedelta(days=30)


async def mark_paid(
    node: Node, staff: Viewer, order_id: str, name: str, amount: int, token: str
) -> Thing:
    """So much has come for the order; said again with the same ``token``, once."""
    if staff.role is not Role.OWNER:
        raise Refused("Only those who keep the shop can say what was paid.", 403)
    if not way(node, name).by_hand:
        raise Refused("What is paid there, the provider says and nobody else.", 409)
    if amount < 1:
        said = "Say how much has come."
        raise Refused(said, 422, {"amount": said})
    return await booked(node, partial(_mark, order_id, name, amount, token, staff))


def _mark(
    order_id: str, name: str, amount: int, token: str, staff: Viewer, desk: Desk
) -> Thing:
    tx = desk.tx
    told = tx.recall(_SPACE, token)
    if told is not None and (known := tx.get(str(told["payment"]))):
        return known
    order = tx.get(order_id)
    if order is None or order.kind != "Order":
        raise Refused("There is no such order.", 404)
    payment = _waiting(order, name, desk) or _fresh(order, name, token, desk)
    money = {"amount": amount, "currency": order["total"]["currency"]}
    desk.update(payment, {"state": "paid", "amount": money}, by=staff.id)
    until = wire(desk.now + _REMEMBERED)
    tx.keep(_SPACE, token, {"payment": payment.id}, expires=until)
    return tx.get(payment.id) or payment


def _waiting(order: Thing, name: str, desk: Desk) -> Thing | None:
    """The payment that was begun like this, and has not come until now."""
    waiting = account(order, desk.tx).pending
    return next((each for each in waiting if each["provider"] == name), None)


def _fresh(order: Thing, name: str, token: str, desk: Desk) -> Thing:
    total = order["total"]
    reference = f"{order['number']}-{token[:12]}"
    begun = Begun(
        order.id,
        name,
        Checkout(reference, order.id),
        Money(total["amount"], total["currency"]),
        watched=False,
    )
    return begin(begun, desk)
