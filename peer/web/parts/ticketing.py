"""The rows of a form in which tickets are named: what was typed, and what it means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from peer.model.declaration import Type
from peer.model.form import form_of, submitted
from peer.model.kinds import Control, Site
from peer.model.kinds.money import amount_text
from peer.protocol.thing import Thing

#: So many rows are there for who has no scripts; so many are read at the most.
ROWS, MOST = 3, 12
_NAMED = re.compile(
    r"ticket-([1-9][0-9]?)\.(?:name|price\.amount|quantity|shop|salesStart|salesEnd|most)"
)
#: What few need: when it is sold, and how many at a time.
MORE = ("salesStart", "salesEnd", "most")
_FIELDS = ("name", "price", "quantity", *MORE)
_FIRST = "Standard"


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of ticket as it was typed."""

    number: int
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    controls: Mapping[str, Control] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        told = (self.texts.get(name, "") for name in ("name", "price.amount"))
        return not any(told) and not self.texts.get("quantity")

    @property
    def is_folded(self) -> bool:
        """Is it not the first, and nobody has written into it?"""
        return self.number > 1 and self.is_empty

    @property
    def says_more(self) -> bool:
        return any(self.texts.get(term) for term in MORE)

    @property
    def more(self) -> Mapping[str, Any]:
        """What the shop is told beside name, price and number."""
        return {term: self.values[term] for term in MORE if term in self.values}

    @property
    def shop(self) -> str:
        return self.texts.get("shop", "")


def rows_of(kind: Type, told: Mapping[str, str], site: Site) -> Sequence[Row]:
    """The rows that were sent, and empty ones up to those that are always there."""
    numbers = {int(each[1]) for each in map(_NAMED.fullmatch, told) if each}
    last = min(max([ROWS, *numbers]), MOST)
    return [_row(kind, number, told, site) for number in range(1, last + 1)]


def changing(kind: Type) -> Type:
    """What may be otherwise once a shop has it: all but its name."""
    fields = {term: kind.fields[term] for term in _FIELDS if term != "name"}
    return replace(kind, fields=fields, relations={})


def typed(allotments: Iterable[Thing]) -> Mapping[str, str]:
    """What somebody would type to have tickets like those of another event."""
    return dict(_typed(allotments))


def _typed(allotments: Iterable[Thing]) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(allotments, 1):
        prefix, price = f"ticket-{number}.", each["price"]
        yield f"{prefix}name", each["name"]
        yield f"{prefix}price.amount", amount_text(price["amount"], price["currency"])
        yield f"{prefix}quantity", str(each["quantity"])
        yield f"{prefix}shop", each["shop"]
        if each.get("most"):
            yield f"{prefix}most", str(each["most"])


def _row(kind: Type, number: int, told: Mapping[str, str], site: Site) -> Row:
    prefix = f"ticket-{number}."
    texts = {
        name.removeprefix(prefix): text.strip()
        for name, text in told.items()
        if name.startswith(prefix)
    }
    row = Row(number, texts)
    asked = replace(
        kind, fields={term: kind.fields[term] for term in _FIELDS}, relations={}
    )
    if row.is_empty:
        return replace(row, controls=_controls(asked, prefix, texts, site))
    if number == 1:
        texts = {**texts, "name": texts.get("name") or _FIRST}
    found = submitted(asked, texts, site)
    return replace(
        row,
        texts=texts,
        values=found.values,
        problems=found.problems,
        controls=_controls(asked, prefix, texts, site),
    )


def _controls(
    kind: Type, prefix: str, texts: Mapping[str, str], site: Site
) -> Mapping[str, Control]:
    return dict(_each(kind, prefix, texts, site))


def _each(
    kind: Type, prefix: str, texts: Mapping[str, str], site: Site
) -> Iterator[tuple[str, Control]]:
    """One control a field, under the name that it has in this row.

    None is required: a row that is left empty is no ticket.
    """
    for question in form_of(kind, site, told=texts).questions:
        first = question.controls[0]
        name = f"{prefix}{first.name}"
        yield question.term, replace(first, name=name, required=False)
