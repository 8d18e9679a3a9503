"""Letters to who bought something: what became of the order, or of the event.

They are written in the transaction of what they tell, with the address that came with
the Offer.  An address that no mail can reach keeps nothing from happening.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from peer.model.kinds.money import shown
from peer.model.ledger import account
from peer.model.ordering import ENDED, contact_of, lines_of, parts_of, unanswered
from peer.node.keys import ORDERS, secret_in
from peer.node.letters import mail, rationing
from peer.node.letters.by_organizers import written
from peer.node.letters.changes import changes_of, when
from peer.node.letters.to_waiting import waited
from peer.node.trading import order_keys, tickets
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.origin import same_origin
from peer.protocol.thing import Activity, Thing
from store.interface import Transaction

log = structlog.get_logger(__name__)

_PAGE = 500

_SUBJECTS = {
    "awaiting": "Your order {number}: how to pay",
    "asked": "Your order {number}: the organizer asks something first",
    "extended": "Your order {number} waits for your payment",
    "confirmed": "Your order {number} is confirmed",
    "cancelled": "Your order {number} was cancelled",
    "expired": "Your order {number} was not paid in time",
    "refunded": "Your order {number} was paid back",
    "returned": "Money back for your order {number}",
    "late": "Your payment for order {number} came too late",
    "twice": "You paid twice for order {number}",
    "otherwise": "Your payment for order {number}",
}
_OPENINGS = {
    "awaiting": "thank you for your order. It is kept for you, and waits to be paid.",
    "asked": "thank you for your order. It is kept for you, and yours once you have "
    "answered what the organizer asks.",
    "extended": "thank you for your order. Please write its number on what you send.",
    "confirmed": "thank you: your order is confirmed.",
    "cancelled": "your order was cancelled.{reason}{back}",
    "expired": "your order was not paid in time, so it is no longer kept for you.",
    "refunded": "what you paid for this order was paid back.{reason}",
    "returned": "we have paid {amount} back to you.{reason}",
    "late": "{amount} came in for this order, which is no longer kept for you: it is "
    "{state}. You will be paid back, and need not do anything.",
    "twice": "{amount} came in for this order, which was paid before. You will be paid "
    "back, and need not do anything.",
    "otherwise": "{amount} came in for this order, and {due} was to be paid. We look "
    "at it, and write to you.",
}
_BACK = " What you have paid will be paid back to you."


@dataclass(frozen=True, slots=True)
class Desk:
    """What is written with: one activity, and what is there after it."""

    base: str
    now: str
    tx: Transaction

    def write(self, activity: Activity) -> None:
        """Tell those of ``activity`` who bought what it is about."""
        for order, template, words in self._letters(activity):
            contact = contact_of(order, self.tx)
            frame = {"number": order["number"], "link": self._link(order.id)}
            told = {**frame, **words}
            is_sure = not (told.get("pay") or _came_to_nothing(activity, order))
            self._post(activity, contact, template, told, is_sure=is_sure)
        match activity:
            case Activity(type="Reject", object=Activity() as asked):
                self._refused(activity, asked)
        for to, words in written(activity, self.tx):
            self._post(activity, to, "message", words)
        for to, words in waited(activity, self.tx):
            self._post(activity, to, "waited", words)

    def _letters(
        self, activity: Activity
    ) -> Iterator[tuple[Thing, str, Mapping[str, Any]]]:
        match activity:
            case Activity(type="Accept", object=Activity() as asked):
                yield from self._accepted(asked)
            case Activity(type="Update", object=Thing(kind="Order") as order):
                yield from self._moved(activity, order)
            case Activity(type="Update", object=Thing(kind="Payment") as payment):
                yield from self._returned(activity, payment)
                yield from self._in_question(payment)
            case Activity(type="Update" | "View", object=Thing(kind="Event") as event):
                yield from self._changed(activity, event)

    # -- which letter --------------------------------------------------------------

    def _accepted(self, asked: Activity) -> Iterator[tuple[Thing, str, Any]]:
        """What costs nothing is confirmed at once, and that is what is told."""
        order = self._ours(asked.object.id)
        if order is None or order["state"] != "awaiting":
            return
        if order["total"]["amount"] and order.get("payAt") != "door":
            yield order, "order", self._order("awaiting", order, pay=True)
        elif unanswered(order, lines_of(order.id, self.tx), self.tx):
            yield order, "order", self._order("asked", order, pay=True)

    def _refused(self, activity: Activity, asked: Activity) -> None:
        """There is no order to tell of; what they typed came with what they asked."""
        contact = asked.notes.get("contact")
        is_order = asked.type == "Offer" and asked.object.kind == "Order"
        if is_order and not activity.is_received and isinstance(contact, Mapping):
            words = {"reason": mail.one_line(str(activity.notes.get("content") or ""))}
            self._post(activity, contact, "refused", words, is_sure=False)

    def _moved(
        self, activity: Activity, told: Thing
    ) -> Iterator[tuple[Thing, str, Any]]:
        order, was = self._ours(told.id), activity.notes.get("was")
        if order is None:
            return
        if activity.notes.get("extended"):
            yield order, "order", self._order("extended", order, pay=True)
        elif was != order["state"] and order["state"] in _SUBJECTS:
            yield order, "order", self._order(order["state"], order)

    def _returned(
        self, activity: Activity, payment: Thing
    ) -> Iterator[tuple[Thing, str, Any]]:
        """A part came back; where it is all, the order says so itself."""
        is_new = activity.notes.get("was") != payment["state"] == "returned"
        if not is_new or not payment.get("returns"):
            return
        [*edges] = self.tx.edges(subject=payment.id, relation="pays", limit=1)
        order = self._ours(edges[0].object) if edges else None
        if order is not None and order["state"] != "refunded":
            money = payment["amount"]
            amount = shown(money["amount"], money["currency"])
            reason = _sentence(payment.get("reason"))
            words = self._order("returned", order, amount=amount, reason=reason)
            yield order, "order", words

    def _in_question(self, payment: Thing) -> Iterator[tuple[Thing, str, Any]]:
        """Money came that makes no order good: whoever paid is not left alone."""
        if not payment.get("flag") or payment["state"] != "paid":
            return
        [*edges] = self.tx.edges(subject=payment.id, relation="pays", limit=1)
        order = self._ours(edges[0].object) if edges else None
        if order is None:
            return
        book, money = account(order, self.tx), payment["amount"]
        what = "late" if order["state"] in ENDED else "otherwise"
        if what == "otherwise" and book.is_paid:
            what = "twice"
        amount = shown(money["amount"], money["currency"])
        yield order, "order", self._order(what, order, amount=amount)

    def _changed(
        self, activity: Activity, event: Thing
    ) -> Iterator[tuple[Thing, str, Any]]:
        """Cancelled, or at another time or place: who has tickets is told."""
        changes = changes_of(activity, self.tx)
        if not changes:
            return
        is_off = event.get("status") == "CANCELLED"
        for id in self._orders_for(event.id):
            order = self._ours(id)
            if order is not None:
                name = mail.one_line(str(event.get("name") or "The event"))
                seats = [s for s in self._tickets(order) if s["event"] == event.id]
                words = {"event": name, "changes": changes, "tickets": seats}
                paid = account(order, self.tx).paid
                yield order, "event", {**words, "is_off": is_off, "paid": paid}

    def _orders_for(self, event: str) -> Sequence[str]:
        """The orders with a ticket for ``event``, each once."""
        found: dict[str, None] = {}
        before = None
        while page := self.tx.edges(
            relation="admits", object=event, limit=_PAGE, before=before
        ):
            seats = self.tx.many(edge.subject for edge in page)
            valid = (seat for seat in seats.values() if seat.get("state") == "valid")
            found |= dict.fromkeys(str(seat.get("order")) for seat in valid)
            before = page[-1].id
        return list(found)

    def _ours(self, id: str) -> Thing | None:
        """The order, where it is this shop's; its buyer is nobody else's to tell."""
        found = self.tx.get(id) if same_origin(id, self.base) else None
        return found if found is not None and found.kind == "Order" else None

    # -- what it says ---------------------------------------------------------------

    def _frame(self, contact: Mapping[str, Any]) -> Mapping[str, Any]:
        site = self.tx.get(f"{self.base}/actor")
        return {
            "base": self.base,
            "title": site.get("name", "") if site else "",
            "name": mail.one_line(str(contact.get("name") or "")),
        }

    def _order(
        self,
        state: str,
        order: Thing,
        *,
        pay: bool = False,
        amount: str = "",
        reason: str = "",
    ) -> Mapping[str, Any]:
        why, book = reason or _sentence(order.get("reason")), account(order, self.tx)
        told = {
            "number": order["number"],
            "amount": amount,
            "reason": why,
            "back": _BACK if book.paid else "",
            "state": order["state"],
            "due": shown(book.due, book.currency),
        }
        is_good = state in ("confirmed", "returned")
        held = self._tickets(order) if is_good else []
        return {
            "subject": _SUBJECTS[state].format(**told),
            "opening": _OPENINGS[state].format(**told),
            "lines": [_line(each) for each in parts_of(order.id, self.tx, "Line")],
            "total": _money(order["total"]),
            "code": order.get("code", ""),
            "until": self._until(order) if pay else "",
            "pay": self._link(order.id, "/pay") if pay else "",
            "is_asked": state == "asked",
            "tickets": held,
            "calendars": list(dict.fromkeys(t["calendar"] for t in held[:1])),
        }

    def _until(self, order: Thing) -> str:
        """By the clocks where the event is, as far as there is one."""
        lines = parts_of(order.id, self.tx, "Line")
        events = self.tx.many(str(each.get("event", "")) for each in lines)
        zones = [str(e["timezone"]) for e in events.values() if e.get("timezone")]
        return when(order.get("expires", ""), zones[0] if zones else "UTC")

    def _tickets(self, order: Thing) -> list[Mapping[str, str]]:
        secret = secret_in(self.tx, ORDERS)
        seats = parts_of(order.id, self.tx, "Seat") if secret else []
        return [
            {
                "name": mail.one_line(str(seat.get("name") or seat["code"])),
                "holder": str(seat.get("holder") or ""),
                "event": seat["event"],
                "link": tickets.link_of(seat, secret or b""),
                "calendar": tickets.calendar_link_of(seat, secret or b""),
            }
            for seat in seats
            if seat["state"] == "valid" and not seat.get("passed")
        ]

    def _link(self, id: str, below: str = "") -> str:
        secret = secret_in(self.tx, ORDERS)
        key = f"?key={order_keys.key_of(secret, id)}" if secret else ""
        return f"{id}{below}{key}"

    def _post(
        self,
        activity: Activity,
        contact: Mapping[str, Any],
        template: str,
        words: Mapping[str, Any],
        *,
        is_sure: bool = True,
    ) -> None:
        """Write it; where anybody may have typed the address, not too often."""
        to = contact.get("email")
        if not isinstance(to, str) or not to:
            return
        left = 2 if is_sure else rationing.left(self.tx, to, moment.read(self.now))
        if not left:
            log.info("letters.rationed", about=activity.id)
            return
        frame = {**self._frame(contact), "is_last": left == 1}
        subject, text = mail.written(template, {**frame, **words})
        token = cid([activity.id, words.get("number", ""), to])[-16:]
        now = moment.read(self.now)
        try:
            mail.post(self.tx, to, subject, text, now=now, token=token)
        except ValueError as wrong:
            log.warning("letters.unsendable", about=activity.id, reason=str(wrong))


def _came_to_nothing(activity: Activity, order: Thing) -> bool:
    """Whoever orders in the name of another can bring that about as often as it."""
    return order["state"] in ENDED and activity.notes.get("was") == "awaiting"


def _line(line: Thing) -> Mapping[str, Any]:
    return {
        "count": line.get("quantity", 1),
        "name": mail.one_line(line["name"]),
        "price": _money(line["price"]),
    }


def _money(money: Mapping[str, Any]) -> str:
    return shown(money["amount"], money["currency"])


def _sentence(text: Any) -> str:
    """``text`` as it follows a full stop."""
    words = mail.one_line(str(text or "")).rstrip(".")
    return f" {words}." if words else ""
