"""Money: whole minor units of a currency, so that no cent is ever lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model.kinds.kind import (
    LARGEST,
    Control,
    Kind,
    Site,
    Wrong,
    datatype,
    inside,
    right,
    silent,
    whole,
)

if TYPE_CHECKING:
    from peer.model.declaration import Field

_CURRENCY = re.compile("[A-Z]{3}")
_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")

# ISO 4217 gives two decimals to every currency but these.
_DECIMALS = {
    code: decimals
    for codes, decimals in (
        ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 0),
        ("BHD IQD JOD KWD LYD OMR TND", 3),
        ("CLF UYW", 4),
    )
    for code in codes.split()
}
_MOST_DECIMALS = 4
_PADDED = 10**20
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


def decimals(currency: str) -> int:
    return _DECIMALS.get(currency, 2)


def amount_text(amount: int, currency: str) -> str:
    """``amount`` as it is written.

    >>> amount_text(-1005, "GBP"), amount_text(500, "JPY")
    ('-10.05', '500')
    """
    places = decimals(currency)
    if not places:
        return str(amount)
    units, rest = divmod(abs(amount), 10**places)
    return f"{'-' if amount < 0 else ''}{units}.{rest:0{places}d}"


def amount_of(text: str, currency: str) -> int | None:
    """The minor units that ``text`` says; nothing where it is no such amount."""
    match = _AMOUNT.fullmatch(text)
    places = decimals(currency)
    if not match or (match[3] is not None and len(match[3]) != places):
        return None
    digits = match[2] + (match[3] or "0" * places)
    if len(digits) > len(str(LARGEST)):
        return None
    amount = int(match[1] + digits)
    return None if match[1] and not amount else amount


def shown(amount: int, currency: str) -> str:
    sign = _SIGNS.get(currency)
    text = amount_text(abs(amount), currency)
    minus = "-" if amount < 0 else ""
    return f"{minus}{sign}{text}" if sign else f"{minus}{text} {currency}"


def _wrong(field: Field, value: Any) -> str | None:
    if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
        return f"{field.label} is an amount and its currency."
    amount, currency = value["amount"], value["currency"]
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        return f"{field.label} needs a currency of three capital letters, such as EUR."
    if field.currency and currency != field.currency:
        return f"{field.label} is in {field.currency}."
    if not whole(amount):
        return f"{field.label} is a whole number of the smallest unit of {currency}."
    return inside(field, amount, partial(shown, currency=currency))


def _controls(field: Field, value: Any, site: Site) -> Sequence[Control]:
    currency = value["currency"] if value else field.currency or site.currency
    amount = Control(
        f"{field.term}.amount",
        "text",
        amount_text(value["amount"], currency) if value else "",
        label=f"in {currency}",
        required=field.required,
        attributes={"inputmode": "decimal", "autocomplete": "off"},
    )
    if field.currency:
        return [amount]
    return [amount, Control(f"{field.term}.currency", "hidden", currency)]


def _parse(field: Field, told: Mapping[str, str], site: Site) -> Any:
    text = told.get(f"{field.term}.amount", "").strip()
    if not text:
        return None
    typed = told.get(f"{field.term}.currency", "").strip().upper()
    currency = typed or field.currency or site.currency
    return _checked(field, text, currency)


def _checked(field: Field, text: str, currency: str) -> Any:
    value = {"amount": 0, "currency": currency}
    if not _CURRENCY.fullmatch(currency):
        return right(field, value, _wrong)
    amount = amount_of(text, currency)
    if amount is None:
        such = amount_text(10 ** (decimals(currency) + 1), currency)
        raise Wrong(f"{field.label} is an amount such as {such}.")
    return right(field, {**value, "amount": amount}, _wrong)


def _key(value: Mapping[str, Any]) -> str:
    currency = value["currency"]
    scaled = value["amount"] * 10 ** (_MOST_DECIMALS - decimals(currency))
    return f"{_PADDED + scaled:021d} {currency}"


def _said(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "type": "schema:PriceSpecification",
        "schema:price": amount_text(value["amount"], value["currency"]),
        "schema:priceCurrency": value["currency"],
    }


def _read(field: Field, told: Any) -> Any:
    if not isinstance(told, Mapping):
        raise Wrong(f"{field.label} is an amount and its currency.")
    amount = told.get("schema:price", told.get("price"))
    currency = told.get("schema:priceCurrency", told.get("priceCurrency"))
    if whole(amount):
        amount = str(amount)
    if not isinstance(amount, str) or not isinstance(currency, str):
        raise Wrong(f"{field.label} is an amount and its currency.")
    return _checked(field, amount.strip(), currency)


def _shape(field: Field) -> Mapping[str, Any]:
    price = {
        "sh:path": {"@id": "schema:price"},
        **datatype("xsd:decimal"),
        "sh:minCount": 1,
        "sh:maxCount": 1,
        **_bounds(field),
    }
    currency: dict[str, Any] = {
        "sh:path": {"@id": "schema:priceCurrency"},
        "sh:pattern": f"^{field.currency or _CURRENCY.pattern}$",
        "sh:minCount": 1,
        "sh:maxCount": 1,
    }
    return {"sh:node": {"sh:property": [price, currency]}}


def _bound(field: Field, amount: int) -> str:
    if field.currency:
        return shown(amount, field.currency)
    return f"{amount} of the smallest unit of the currency"


def _bounds(field: Field) -> Mapping[str, Any]:
    """The bounds in major units: what they are without a currency nobody knows."""
    bounds = {"sh:minInclusive": field.min, "sh:maxInclusive": field.max}
    return {
        name: {
            "@type": "xsd:decimal",
            "@value": amount_text(bound, field.currency or "EUR"),
        }
        for name, bound in bounds.items()
        if bound is not None and (field.currency or bound == 0)
    }


MONEY = Kind(
    name="money",
    wrong=_wrong,
    controls=_controls,
    parse=_parse,
    show=lambda _field, value: shown(value["amount"], value["currency"]),
    key=_key,
    words=silent,
    read=_read,
    shape=_shape,
    said=_said,
    terms={"schema:price": {"@id": "schema:price", "@type": "xsd:decimal"}},
    bound=_bound,
    ordered=True,
)
