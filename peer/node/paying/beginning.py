"""Somebody wants to pay: a checkout is made at the provider, and written down here."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from peer.model import ordering
from peer.model.ledger import account
from peer.model.reading import Read
from peer.node.paying.booking import Begun, begin, booked
from peer.node.paying.provider import Bill, Checkout, Declined, Money, Provider
from peer.node.paying.ways import offered_for
from peer.node.refusal import Refused
from peer.node.trading.standing import check_sold
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.moment import wire
from peer.protocol.thing import Thing

if TYPE_CHECKING:
    from peer.node.node import Node

#: Who is on a page to pay by card has until that page ends, and a little to be heard
#: of; but from when it was ordered no longer than this.
_SLACK, _LONGEST = timedelta(minutes=5), timedelta(hours=1)


async def begun(node: Node, order_id: str, name: str, back: str) -> Checkout:
    """Where to pay for the order, and the same again for who asks again.

    Refused where there is nothing to pay, Unavailable where the provider is not to be
    had: the order is as it was, and it can be tried again.
    """
    order = await node.store.read(lambda read: _payable(read.get(order_id)))
    ways = await offered_for(node, order.get("payee"))
    provider = next((p for p in ways if p.name == name), None)
    if provider is None:
        raise Refused("Choose how you would like to pay.", 422)
    bill, known = await node.store.read(partial(_bill, node, order_id, provider, back))
    if known is not None:
        return known
    await check_sold(node, order)
    until = await kept_until(node, provider, order)
    try:
        checkout = await provider.begin(bill)
    except Declined as wrong:
        raise Refused(str(wrong), 502) from wrong
    begun = Begun(
        order_id,
        name,
        checkout,
        bill.money,
        trusted=provider.trusted,
        watched=not provider.by_hand,
        until=until,
        account=provider.account,
    )
    payment = await booked(node, partial(begin, begun))
    return Checkout(payment["reference"], payment["href"])


async def kept_until(node: Node, provider: Provider, order: Thing) -> str:
    """How long ``order`` is kept for who pays like this; nothing: as long as it is.

    Money that travels between banks takes days, but not beyond what it is for.
    """
    now = node.now()
    if provider.by_hand:
        arrives = wire(now + timedelta(days=node.config.transfer_days))
        starts = await node.store.read(partial(ordering.begins, order.id))
        return min(arrives, starts or arrives)
    if provider.lasts is None:
        return ""
    ends = moment.read(order.published) + _LONGEST
    return wire(min(now + provider.lasts + _SLACK, ends))


def _bill(
    node: Node, order_id: str, provider: Provider, back: str, read: Read
) -> tuple[Bill, Checkout | None]:
    """What is to be paid; and the checkout that was made for it before, if one was."""
    order = _payable(read.get(order_id))
    book = account(order, read)
    if book.due == 0:
        raise Refused("This order is paid.", 409)
    tried = [p for p in book.payments if p["provider"] == provider.name]
    money = Money(book.due, book.currency)
    known = [p for p in tried if _is_good(p, money, provider, node.now())]
    mark = _mark(order, provider, len(tried) - len(known))
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


def _is_good(payment: Thing, money: Money, provider: Provider, now: datetime) -> bool:
    """Can what is due still be paid there?"""
    if payment["state"] != "pending" or not payment.get("href"):
        return False
    age = now - moment.read(payment.published)
    is_there = provider.lasts is None or age < provider.lasts
    is_theirs = payment.get("merchant") == provider.account.get("merchant")
    return is_there and is_theirs and payment["amount"]["amount"] == money.amount


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
