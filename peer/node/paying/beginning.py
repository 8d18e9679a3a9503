"""Somebody wants to pay: a checkout is made at the provider, and written down here."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from peer.model.ledger import account
from peer.model.reading import Read
from peer.node.paying.booking import Begun, begin, booked
from peer.node.paying.provider import Bill, Checkout, Declined, Money, Provider
from peer.node.paying.ways import offered
from peer.node.refusal import Refused
from peer.protocol.cid import cid
from peer.protocol.moment import wire
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from peer.node.node import Node

#: How long an order is kept for money that travels between banks.
TRAVELS = timedelta(days=7)


async def begun(node: Node, order_id: str, name: str, back: str) -> Checkout:
    """Where to pay for the order, and the same again for who asks again.

    Refused where there is nothing to pay, Unavailable where the provider is not to be
    had: the order is as it was, and it can be tried again.
    """
    provider = next((p for p in offered(node) if p.name == name), None)
    if provider is None:
        raise Refused("Choose how you would like to pay.", 422)
    bill, known = await node.store.read(partial(_bill, node, order_id, provider, back))
    if known is not None:
        return known
    try:
        checkout = await provider.begin(bill)
    except Declined as wrong:
        raise Refused(str(wrong), 502) from wrong
    until = wire(node.now() + TRAVELS) if provider.by_hand else ""
    begun = Begun(
        order_id,
        name,
        checkout,
        bill.money,
        trusted=provider.trusted,
        watched=not provider.by_hand,
        until=until,
    )
    payment = await booked(node, partial(begin, begun))
    return Checkout(payment["reference"], payment["href"])


def _bill(
    node: Node, order_id: str, provider: Provider, back: str, read: Read
) -> tuple[Bill, Checkout | None]:
    """What is to be paid; and the checkout that was made for it before, if one was."""
    order = _payable(read.get(order_id))
    book = account(order, read)
    if book.due == 0:
        raise Refused("This order is paid.", 409)
    tried = [p for p in book.payments if p["provider"] == provider.name]
    ended = sum(1 for p in tried if p["state"] != "pending")
    waiting = [p for p in tried if p["state"] == "pending" and p.get("href")]
    known = [p for p in waiting if p["amount"]["amount"] == book.due]
    money = Money(book.due, book.currency)
    mark = _mark(order, provider, ended)
    bill = Bill(
        order.id,
        order["number"],
        money,
        mark,
        node.domain.title,
        back,
        f"{node.base}/pay/{provider.name}/notify",
    )
    checkout = Checkout(known[0]["reference"], known[0]["href"]) if known else None
    return bill, checkout


def _payable(order: Thing | None) -> Thing:
    if order is None or order.kind != "Order" or order.deleted:
        raise Refused("There is no such order.", 404)
    if order["state"] not in ("awaiting", "confirmed"):
        raise Refused(f"This order is {order['state']}: there is nothing to pay.", 409)
    return order


def _mark(order: Thing, provider: Provider, ended: int) -> str:
    """The attempt by name: what people write on a slip is the order's number alone."""
    number = str(order["number"])
    if provider.by_hand:
        return number if not ended else f"{number}-{ended + 1}"
    return f"{number}-{cid([order.id, provider.name])[-8:]}-{ended + 1}"
