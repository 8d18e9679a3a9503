"""Proposals, offers and agreements as servers write them (FEP-0837, Valueflows).

Names come with this prefix or that, or none; one line stands alone or in a list.  What
a number is worth is for others to say: here it stays the text that it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from peer.protocol.wire.loose import Document, first, id_of, listed, moment
from peer.protocol.wire.names import type_of

_VF = "https://w3id.org/valueflows/ont/vf#"
_OM2 = "http://www.ontology-of-units-of-measure.org/resource/om-2/"
_PREFIXES = ("", "vf:", "om2:", "ValueFlows:", "sx:", _VF, _OM2)
_LONGEST = 40
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a unit: as text, and as a number where it is one above zero."""

    text: str
    unit: str

    @property
    def amount(self) -> Decimal | None:
        plain = self.text.isascii() and self.text.replace(".", "", 1).isdigit()
        if not plain or len(self.text) > _MOST_DIGITS:
            return None
        try:
            return Decimal(self.text)
        except InvalidOperation:
            return None


@dataclass(frozen=True, slots=True)
class Committed:
    """Somebody undertakes so much of what ``satisfies`` names."""

    satisfies: str
    much: Quantity


@dataclass(frozen=True, slots=True)
class Agreement:
    """What is given, and what for; without an ``id`` it is only offered."""

    id: str | None
    by: str | None
    given: tuple[Committed, ...]
    returned: tuple[Committed, ...]
    state: str
    offer: str | None
    pay: str | None
    page: str | None
    at: datetime | None


def told(document: Document, name: str) -> Any:
    """What ``document`` says under ``name``, with whatever prefix."""
    return first(document, *(f"{prefix}{name}" for prefix in _PREFIXES))


def is_agreement(document: Any) -> bool:
    return isinstance(document, dict) and type_of(document) == "Agreement"


def is_proposal(document: Any) -> bool:
    return isinstance(document, dict) and type_of(document) == "Proposal"


def agreement(document: Document) -> Agreement:
    return Agreement(
        id=id_of(document.get("id") or document.get("@id")),
        by=id_of(document.get("attributedTo")),
        given=tuple(_committed(told(document, "stipulates"))),
        returned=tuple(_committed(told(document, "stipulatesReciprocal"))),
        state=_state(document),
        offer=id_of(told(document, "offer")),
        pay=_linked(document, "payment"),
        page=_linked(document, "alternate"),
        at=moment(document.get("updated")) or moment(document.get("published")),
    )


def quantity(document: Any, name: str = "resourceQuantity") -> Quantity:
    """How much ``document`` says of something; nothing at all, where it does not."""
    said = told(document, name) if isinstance(document, dict) else None
    if not isinstance(said, dict):
        return Quantity("", "")
    number = told(said, "hasNumericalValue")
    unit = id_of(told(said, "hasUnit")) or ""
    return Quantity(
        _number(number), unit.rpartition(":")[2] if "/" not in unit else unit
    )


def _number(said: Any) -> str:
    if isinstance(said, dict):
        said = said.get("@value")
    if isinstance(said, int) and not isinstance(said, bool):
        said = str(said) if abs(said) < 10**_MOST_DIGITS else ""
    text = said if isinstance(said, str) else ""
    return text[:_LONGEST] if text.isprintable() else ""


def _committed(said: Any) -> Iterator[Committed]:
    for each in listed(said):
        if isinstance(each, dict):
            satisfies = id_of(told(each, "satisfies")) or ""
            yield Committed(satisfies, quantity(each))


#: What Mitra calls how it stands, in the name of a preview.
_OUTCOMES = {
    "open": "awaiting",
    "paid": "confirmed",
    "confirmed": "confirmed",
    "completed": "completed",
    "cancelled": "cancelled",
    "expired": "expired",
    "refunded": "refunded",
}


def _state(document: Document) -> str:
    preview = document.get("preview")
    name = preview.get("name") if isinstance(preview, dict) else None
    said = told(document, "state")
    if isinstance(said, str) and said in _OUTCOMES.values():
        return said
    return _OUTCOMES.get(name.lower(), "") if isinstance(name, str) else ""


def _linked(document: Document, rel: str) -> str | None:
    for each in listed(document.get("url")):
        rels = listed(each.get("rel")) if isinstance(each, dict) else []
        if rel in rels:
            return id_of(each.get("href"))
    return None
