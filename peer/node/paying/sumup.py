"""SumUp: a checkout on a page of theirs, by their HTTP API as they document it.

After a refund their checkout still says that it is paid: what went back stands in the
events of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote, urlencode

from peer.model.kinds.money import amount_text, decimals
from peer.node.paying.calling import Answer, Calling
from peer.node.paying.provider import (
    Bill,
    Checkout,
    Declined,
    Money,
    Standing,
    State,
    Unavailable,
)

_STATES = {
    "PENDING": State.PENDING,
    "PAID": State.PAID,
    "FAILED": State.FAILED,
    "EXPIRED": State.FAILED,
}
_LONGEST_REFERENCE = 64
#: Theirs is half an hour; nobody is sent to a page that is about to end.
_LASTS = timedelta(minutes=25)
_TAKEN = 409
#: So many checkouts are made for one attempt, where nobody can be sent to the first.
_TRIES = 3
#: With what was paid back whole the money has come in as well.
_CAME = ("SUCCESSFUL", "REFUNDED")
_MOST = 10**15  # minor units: more than that nobody has paid for a ticket


@dataclass(frozen=True, slots=True)
class SumUp:
    """``merchant`` is the seller's code; ``calling`` has the seller's key."""

    calling: Calling
    merchant: str
    name: str = "sumup"
    label: str = "Card"
    about: str = "By card, on a page of SumUp."
    by_hand: bool = False
    trusted: bool = False
    lasts: timedelta | None = _LASTS
    account: Mapping[str, str] = field(default_factory=dict)

    async def begin(self, bill: Bill) -> Checkout:
        for number in range(_TRIES):
            mark = f"{bill.mark}/{number}" if number else bill.mark
            made = await self._begun(bill, mark[-_LONGEST_REFERENCE:])
            if made is not None:
                return made
        raise Unavailable("SumUp gave no page to pay on.")

    async def _begun(self, bill: Bill, mark: str) -> Checkout | None:
        """None, where there is one by that mark that nobody can pay at any more."""
        asked = {
            "checkout_reference": mark,
            "amount": _major(bill.money),
            "currency": bill.money.currency,
            "merchant_code": self.merchant,
            "description": f"{bill.title}, {bill.number}",
            "return_url": bill.notify,
            "redirect_url": bill.back,
            "hosted_checkout": {"enabled": True},
        }
        answer = await self.calling.ask("POST", "/v0.1/checkouts", asked)
        if answer.status == _TAKEN:  # it was made, and we never heard the answer
            return await self._made(mark)
        return _checkout(_good(answer))

    async def _made(self, mark: str) -> Checkout | None:
        query = urlencode({"checkout_reference": mark})
        answer = await self.calling.ask("GET", f"/v0.1/checkouts?{query}")
        for each in _list(_good(answer)):
            if each.get("checkout_reference") == mark:
                is_over = each.get("status") == "EXPIRED"
                has_page = bool(each.get("hosted_checkout_url"))
                return _checkout(each) if has_page and not is_over else None
        raise Unavailable("SumUp has such a checkout and does not show it.")

    async def status(self, reference: str) -> Standing:
        told = await self._look(reference)
        state = _STATES.get(_text(told, "status"))
        if state is None or _text(told, "id") != reference:
            raise Unavailable("SumUp says something of this payment that is new to us.")
        if state is not State.PAID:
            return Standing(state, _money(told))
        paid = list(_successful(told))
        if not paid:
            raise Unavailable("SumUp says that it is paid, and shows no payment.")
        moneys = [_money(each) for each in paid]
        extra = sum(each.amount for each in moneys[1:])
        return Standing(state, moneys[0], await self._returned(paid), extra)

    async def refund(self, reference: str, money: Money) -> None:
        told = await self._look(reference)
        for each in reversed(list(_successful(told))):
            if _money(each).amount - await self._returned([each]) >= money.amount:
                id = quote(_text(each, "id"), safe="")
                path = f"/v1.0/merchants/{self._code}/payments/{id}/refunds"
                body = {"amount": _major(money)}
                _good(await self.calling.ask("POST", path, body))
                return
        raise Declined("SumUp has no payment of which so much can be paid back.")

    async def check(self) -> str:
        """The currency of the account, if the key opens it; Declined says why not."""
        path = f"/v1/merchants/{self._code}"
        told = _object(_good(await self.calling.ask("GET", path)))
        if _text(told, "merchant_code") != self.merchant:
            raise Declined("SumUp says that this is the key of another account.")
        return _text(told, "default_currency")

    @property
    def _code(self) -> str:
        return quote(self.merchant, safe="")

    async def _look(self, reference: str) -> Mapping[str, Any]:
        path = f"/v0.1/checkouts/{quote(reference, safe='')}"
        return _object(_good(await self.calling.ask("GET", path)))

    async def _returned(self, paid: Sequence[Mapping[str, Any]]) -> int:
        total = 0
        for each in paid:
            query = urlencode({"id": _text(each, "id")})
            path = f"/v2.1/merchants/{self._code}/transactions"
            told = _object(_good(await self.calling.ask("GET", f"{path}?{query}")))
            total += sum(_refunds(told, _money(each).currency))
        return total


# -- reading what they answer ------------------------------------------------------


def _good(answer: Answer) -> Any:
    """What they said, where it is an answer; Declined in their words where it is no."""
    if answer.status < 300:
        return answer.told
    raise Declined(f"SumUp says no: {_reason(answer)}.")


def _reason(answer: Answer) -> str:
    told = answer.told if isinstance(answer.told, Mapping) else {}
    for name in ("message", "detail", "error_message", "title", "error_code"):
        if isinstance(told.get(name), str):
            return str(told[name])[:200].rstrip(".")
    return f"it answers {answer.status}"


def _checkout(told: Any) -> Checkout:
    told = _object(told)
    href = _text(told, "hosted_checkout_url")
    if not href.startswith(("https://", "http://")):
        raise Unavailable("SumUp gave no page to pay on.")
    return Checkout(_text(told, "id"), href)


def _successful(told: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in _list(told.get("transactions") or []):
        if each.get("status") in _CAME:
            yield each


def _refunds(told: Mapping[str, Any], currency: str) -> Iterator[int]:
    """What went back, or is on its way; what was refused is not among it."""
    events = told.get("transaction_events") or told.get("events") or []
    for each in _list(events):
        kind = each.get("event_type") or each.get("type")
        if kind == "REFUND" and each.get("status") != "FAILED":
            yield _minor(each.get("amount"), currency)


def _object(told: Any) -> Mapping[str, Any]:
    if not isinstance(told, Mapping):
        raise Unavailable("SumUp gave an answer that cannot be read.")
    return told


def _list(told: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise Unavailable("SumUp gave an answer that cannot be read.")
    return [_object(each) for each in told]


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise Unavailable(f"SumUp gave an answer without {name}.")
    return value


def _money(told: Mapping[str, Any]) -> Money:
    currency = _text(told, "currency")
    return Money(_minor(told.get("amount"), currency), currency)


def _minor(told: Any, currency: str) -> int:
    """Minor units of what JSON has as a number: read as decimals, never as a float."""
    if isinstance(told, bool):
        raise Unavailable("SumUp named an amount that is no number.")
    try:
        scaled = Decimal(told) * 10 ** decimals(currency)
    except (InvalidOperation, TypeError, ValueError) as wrong:
        raise Unavailable("SumUp named an amount that is no number.") from wrong
    if not scaled.is_finite() or abs(scaled) > _MOST or scaled != int(scaled):
        raise Unavailable("SumUp named an amount that nobody could pay.")
    return int(scaled)


def _major(money: Money) -> Decimal:
    return Decimal(amount_text(money.amount, money.currency))
