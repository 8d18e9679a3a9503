"""Money, for who keeps the shop: what came, what is in question, what goes back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from peer.model.kinds.money import amount_of, amount_text
from peer.model.ledger import Account, account
from peer.model.ordering import parts_of
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.node.paying import marking, refunding, ways
from peer.node.paying.refunding import Refund
from peer.node.refusal import Refused
from peer.node.trading import orders
from peer.protocol.thing import DRAFT, Thing
from peer.web.exchange.caching import OWN
from peer.web.pages.ordering import Opened, asked, payee_of
from peer.web.visit import Visit

_MOST = 200
_LONGEST_TOKEN, _LONGEST_REASON = 64, 300
_ENDED = ("cancelled", "expired")
_COUNT = re.compile("[0-9]{1,6}")


_ASKED = {
    "cancel": "The buyer asks to cancel it.",
    "cancelled": "The event was cancelled.",
    "moved": "The event was moved: ask the buyer, or leave it as it is.",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """An order about whose money somebody has to do something."""

    order: Thing
    book: Account
    why: Sequence[str]

    @property
    def path(self) -> str:
        return f"/orders/{self.order.slug}/settle"

    @property
    def reason(self) -> str:
        """What the buyer is told when all of it goes back."""
        if self.order.get("request") == "cancelled":
            return _ASKED["cancelled"]
        return str(self.order.get("reason", ""))

    @property
    def whole(self) -> Sequence[tuple[Thing, int]]:
        """What goes back where nothing of the order stays, payment by payment."""
        is_off = (
            self.order["state"] in _ENDED or self.order.get("request") == "cancelled"
        )
        paid = self.book.came if is_off else ()
        return [(each, left) for each in paid if (left := self.book.left_of(each))]

    def token(self, paid: Thing, left: int) -> str:
        """What makes a button pressed twice one; another, after it went wrong."""
        again = [r for r in self.book.refunds if r.get("returns") == paid.id]
        failed = sum(refund["state"] == "failed" for refund in again)
        return f"all-{left}-of-{paid.slug}" + (f"-{failed}" if failed else "")


async def waiting(visit: Visit) -> web.StreamResponse:
    """Every order about whose money somebody has to do something, newest first."""
    matters = await visit.read(_matters)
    answer = visit.page("settling.html", matters=matters, most=_MOST, text=amount_text)
    answer.headers["Cache-Control"] = OWN
    return answer


def _matters(read: Read) -> Sequence[Matter]:
    found = []
    for order in _looked_at(read).values():
        book = account(order, read)
        if why := _why(order, book):
            found.append(Matter(order, book, why))
    return sorted(found, key=lambda each: each.order.published, reverse=True)


def _looked_at(read: Read) -> Mapping[str, Thing]:
    """All that somebody may have to do something about, however long ago it came.

    Of the rest the newest: one that has ended may have been paid all the same.
    """
    payments = [
        *_found("Payment", read),
        *_found("Payment", read, Where("flag", ">=", " ")),
        *_found("Payment", read, Where("state", "=", "pending")),
    ]
    edges = read.edges_from({payment.id for payment in payments}, ("pays",))
    orders = read.many(edge.object for edge in edges)
    stands = Where("state", "=", "confirmed")
    asked = [_found("Order", read, stands, Where("request", "=", w)) for w in _ASKED]
    return {**orders, **{each.id: each for some in asked for each in some}}


def _found(kind: str, read: Read, *where: Where) -> Sequence[Thing]:
    query = Query((kind,), audiences=(DRAFT,), where=where, limit=_MOST)
    return read.find(query).items


def _why(order: Thing, book: Account) -> Sequence[str]:
    why = [str(payment["flag"]) for payment in book.flagged]
    why += [str(refund["flag"]) for refund in book.refunds if refund.get("flag")]
    if order["state"] == "confirmed" and order.get("request") in _ASKED:
        why.append(_ASKED[str(order["request"])])
    if order["state"] in _ENDED and book.paid > book.returned:
        why.append(f"It is {order['state']} and was paid: pay it back.")
    hand = [p for p in book.pending if p["provider"] in ("door", "transfer")]
    if hand and order["state"] in ("awaiting", "confirmed") and book.due:
        ways_ = {"door": "at the door", "transfer": "by bank transfer"}
        why.append(f"It is to be paid {ways_[hand[-1]['provider']]}.")
    return why


# -- one order ----------------------------------------------------------------------


async def page(visit: Visit) -> web.StreamResponse:
    """What was paid for this order and what went back, with what can be done."""
    return await _page(visit, await asked(visit))


async def _page(
    visit: Visit, opened: Opened, refused: Refused | None = None
) -> web.StreamResponse:
    book, seats, goods = await visit.read(partial(_books, opened.order))
    known = {each.name: each for each in ways.offered(visit.node)}
    answer = visit.page(
        "settle.html",
        status=refused.status if refused and refused.status < 500 else 200,
        problem=refused.reason if refused else "",
        order=opened.order,
        path=f"/orders/{opened.order.slug}",
        book=book,
        left={each.id: book.left_of(each) for each in book.came},
        text=lambda amount: amount_text(amount, book.currency),
        money=lambda amount: {"amount": amount, "currency": book.currency},
        seats=[seat for seat in seats if seat["state"] == "valid"],
        goods=goods,
        payee=await payee_of(visit, opened.order),
        labels={name: each.label for name, each in known.items()},
        by_hand=[ways.way(visit.node, name) for name in ("door", "transfer")],
        request=_ASKED.get(str(opened.order.get("request"))),
        token=secrets.token_urlsafe(16),
    )
    answer.headers["Cache-Control"] = OWN
    return answer


def _books(
    order: Thing, read: Read
) -> tuple[Account, Sequence[Thing], Sequence[Thing]]:
    """Its account, its seats, and the lines of goods that did not all come back."""
    lines = parts_of(order.id, read, "Line")
    goods = [
        line
        for line in lines
        if not line.get("event") and line["quantity"] > line.get("returned", 0)
    ]
    return account(order, read), parts_of(order.id, read, "Seat"), goods


async def mark(visit: Visit) -> web.StreamResponse:
    """Money that nobody else sees has come."""
    opened = await asked(visit)
    try:
        await marking.mark_paid(
            visit.node,
            visit.viewer,
            opened.order.id,
            visit.told.get("provider"),
            _amount(visit, opened),
            _token(visit),
        )
    except Refused as refused:
        return await _page(visit, opened, refused)
    return visit.go(f"/orders/{opened.order.slug}/settle", "marked-paid")


async def pay_back(visit: Visit) -> web.StreamResponse:
    """Some of it goes back, or all; and what that does to the tickets."""
    opened = await asked(visit)
    told = visit.told
    try:
        refund = Refund(
            payment=told.get("payment"),
            amount=_amount(visit, opened),
            reason=" ".join(told.get("reason").split())[:_LONGEST_REASON],
            token=_token(visit),
            seats=told.all("seat"),
            units=await _units(visit, opened),
            void=bool(told.get("void")),
            restock=bool(told.get("restock")),
        )
        await visit.read(partial(_check, opened.order, refund))
        made = await refunding.refund(visit.node, visit.viewer, refund)
    except Refused as refused:
        return await _page(visit, opened, refused)
    said = "paid-back" if made["state"] == "returned" else "looking"
    return visit.go(f"/orders/{opened.order.slug}/settle", said)


def _check(order: Thing, refund: Refund, read: Read) -> None:
    """The payment and the tickets are those of this order."""
    book, seats, _ = _books(order, read)
    if refund.payment not in {each.id for each in book.payments}:
        raise Refused("Choose what is to be paid back.", 422)
    if not set(refund.seats) <= {each.id for each in seats}:
        raise Refused("These are not tickets of this order.", 422)


async def ask(visit: Visit) -> web.StreamResponse:
    """Ask the provider now, of one payment or refund."""
    opened = await asked(visit)
    id = await _entry(visit, opened)
    settled = await visit.node.settling.settle(id)
    if settled.trouble:
        return await _page(visit, opened, Refused(settled.trouble, 409))
    return visit.go(f"/orders/{opened.order.slug}/settle", "looked-there")


async def leave(visit: Visit) -> web.StreamResponse:
    """Whatever was asked for, the order stays as it is."""
    opened = await asked(visit)
    await orders.settle_request(visit.node, opened.order.id)
    return visit.go(f"/orders/{opened.order.slug}/settle", "left-as-it-is")


async def decide(visit: Visit) -> web.StreamResponse:
    """Staff have looked at the provider's: it went back, or it did not."""
    opened = await asked(visit)
    id = await _entry(visit, opened)
    went = visit.told.get("went") == "yes"
    await refunding.decide(visit.node, visit.viewer, id, went=went)
    return visit.go(f"/orders/{opened.order.slug}/settle", "done")


async def _entry(visit: Visit, opened: Opened) -> str:
    """The payment that the form is about, if it is one of this order."""
    id = visit.told.get("payment")
    book, *_ = await visit.read(partial(_books, opened.order))
    if id not in {each.id for each in (*book.payments, *book.refunds)}:
        raise Refused("There is no such payment.", 404)
    return id


async def _units(visit: Visit, opened: Opened) -> Mapping[str, int]:
    """How many goods came back, by line."""
    *_, goods = await visit.read(partial(_books, opened.order))
    found = {}
    for line in goods:
        told = visit.told.get(f"units-{line.slug}").strip() or "0"
        most = line["quantity"] - line.get("returned", 0)
        if not _COUNT.fullmatch(told) or int(told) > most:
            raise Refused(f"Of “{line['name']}”, from 0 to {most} can come back.", 422)
        if int(told):
            found[line.id] = int(told)
    return found


def _amount(visit: Visit, opened: Opened) -> int:
    """What was typed, in minor units."""
    currency = str(opened.order["total"]["currency"])
    amount = amount_of(visit.told.get("amount").strip(), currency)
    if amount is None or amount < 1:
        such = amount_text(1000, currency)
        said = f"Say how much, as an amount such as {such}."
        raise Refused(said, 422, {"amount": said})
    return amount


def _token(visit: Visit) -> str:
    """What makes a form that was sent twice one."""
    token = visit.told.get("token")
    if not 8 <= len(token) <= _LONGEST_TOKEN or not token.isascii():
        raise Refused("This form is not whole. Load the page anew.", 400)
    return token
