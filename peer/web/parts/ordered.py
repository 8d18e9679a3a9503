"""An order as its page tells of it: what is in it, what happened to it, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peer.model.kinds.money import shown
from peer.model.ledger import Account, account
from peer.model.ordering import contact_of, parts_of
from peer.model.questions import said
from peer.model.reading import Entry, Read
from peer.protocol.thing import Thing

_MOST_ENTRIES = 200
_TIMES = "\N{MULTIPLICATION SIGN}"
_ENDS = ("satisfies", "event")
_STATES: Mapping[str, str] = {
    "confirmed": "Confirmed.",
    "completed": "Handed over.",
    "cancelled": "Cancelled.",
    "expired": "Your places were released: it was not paid in time.",
    "refunded": "Paid back.",
}
_REQUESTS: Mapping[str, str] = {
    "cancel": "The buyer asked to cancel it.",
    "cancelled": "The event was cancelled.",
    "moved": "The event was moved.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one thing; ``thing`` and ``event`` where they are still known."""

    line: Thing
    thing: Thing | None
    event: Thing | None

    @property
    def words(self) -> str:
        """How many of what, whatever it is for."""
        thing = self.thing
        name = thing.get("name") if thing and not thing.deleted else None
        return f"{self.line.get('quantity', 1)} {_TIMES} {name or self.line['name']}"

    @property
    def price(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.line["price"]
        return found

    @property
    def full(self) -> Mapping[str, Any] | None:
        """What one would cost without a code, where there was one."""
        off = self.line.get("off")
        amount = self.price["amount"] + off["amount"] if off else 0
        return {**self.price, "amount": amount} if off else None

    @property
    def full_sum(self) -> Mapping[str, Any]:
        """What all of them would cost without a code."""
        one = self.full or self.price
        return {**one, "amount": one["amount"] * int(self.line.get("quantity", 1))}

    @property
    def sum(self) -> Mapping[str, Any]:
        count = int(self.line.get("quantity", 1))
        return {**self.price, "amount": self.price["amount"] * count}


@dataclass(frozen=True, slots=True)
class Happened:
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class Ordered:
    order: Thing
    lines: Sequence[Line]
    seats: Sequence[Thing]
    account: Account
    contact: Mapping[str, str]
    history: Sequence[Happened]

    @property
    def slug(self) -> str:
        return self.order.slug

    @property
    def state(self) -> str:
        return str(self.order["state"])

    @property
    def is_waiting(self) -> bool:
        return self.state == "awaiting"

    @property
    def events(self) -> Sequence[Thing]:
        """What it lets somebody in to, each once."""
        found = {each.event.id: each.event for each in self.lines if each.event}
        return list(found.values())

    @property
    def off(self) -> Mapping[str, Any] | None:
        """What a promo code took off altogether."""
        some = [(e.line["off"], e.line) for e in self.lines if e.line.get("off")]
        amounts = [off["amount"] * int(line["quantity"]) for off, line in some]
        return {**some[0][0], "amount": sum(amounts)} if some else None

    @property
    def answers(self) -> Sequence[tuple[str, str]]:
        """What its buyer told the organizers, each once."""
        told = (said(seat.get("answers")) for seat in self.seats)
        return list(dict.fromkeys(pair for pairs in told for pair in pairs))

    @property
    def called_off(self) -> Sequence[Thing]:
        """Those of its events that will not be, while it stands."""
        if self.state not in ("confirmed", "completed"):
            return ()
        return [each for each in self.events if each.get("status") == "CANCELLED"]

    @property
    def moved(self) -> Sequence[Thing]:
        """Those that were moved, which its buyer has not settled yet."""
        is_open = self.state in ("confirmed", "completed")
        if not is_open or self.order.get("request") != "moved":
            return ()
        return [each for each in self.events if each.get("status") != "CANCELLED"]

    @property
    def left_to_return(self) -> bool:
        return self.account.paid > self.account.returned

    @property
    def returned(self) -> Mapping[str, Any]:
        told = self.account
        return {"amount": told.returned, "currency": told.currency}

    @property
    def due(self) -> Mapping[str, Any]:
        return {"amount": self.account.due, "currency": self.account.currency}

    @property
    def words(self) -> str:
        """Where it stands, in a word or two."""
        told = self.account
        match self.state:
            case "awaiting":
                return "Payment under way" if told.pending else "Awaiting payment"
            case "confirmed" | "completed" if told.due:
                return "To be paid when you come"
            case "confirmed" if told.returned:
                return "Partly paid back"
            case "confirmed":
                return "Paid" if told.total else "Confirmed"
            case "completed":
                return "Handed over"
            case "refunded":
                return f"Refunded {shown(told.returned, told.currency)}"
            case other:
                return other.capitalize()


def ordered(order: Thing, read: Read) -> Ordered:
    lines = parts_of(order.id, read, "Line")
    ends = [
        str(line.get(term, "")) for line in lines for term in ("satisfies", "event")
    ]
    known = read.many(filter(None, ends))
    told = account(order, read)
    entries = reversed(read.log(object=order.id, limit=_MOST_ENTRIES))
    happened = [*_payments(told), *_moves(list(entries))]
    return Ordered(
        order,
        [
            Line(
                line,
                known.get(line.get("satisfies", "")),
                known.get(line.get("event", "")),
            )
            for line in lines
        ],
        parts_of(order.id, read, "Seat"),
        told,
        contact_of(order, read),
        sorted(happened, key=lambda each: each.at),
    )


def _moves(entries: Sequence[Entry]) -> Iterator[Happened]:
    """What the log says of it: each change of state, and what was asked for."""
    before: Mapping[str, Any] = {}
    for each in entries:
        done = each.activity
        if done.type in ("Offer", "Create"):
            yield Happened(done.published, "Ordered.")
        if done.type != "Update":
            continue
        yield from _change(done.published, before, done.thing.values)
        before = done.thing.values


def _change(
    at: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Happened]:
    state, request = after.get("state", ""), after.get("request", "")
    if state != before.get("state", "awaiting") and state in _STATES:
        yield Happened(at, _STATES[state])
    if request != before.get("request", "") and request in _REQUESTS:
        yield Happened(at, _REQUESTS[request])


def _payments(told: Account) -> Iterator[Happened]:
    for each in told.came:
        money = shown(each["amount"]["amount"], each["amount"]["currency"])
        doubt = " It is being looked at." if each.get("flag") else ""
        yield Happened(each.updated, f"{money} came in.{doubt}")
    for each in told.refunds:
        money = shown(each["amount"]["amount"], each["amount"]["currency"])
        is_back = each["state"] == "returned"
        said = f"{money} was paid back." if is_back else f"{money} is on its way back."
        yield Happened(each.updated, said)
