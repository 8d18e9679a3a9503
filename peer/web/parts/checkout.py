"""How many of what, and for whom: what every form says that something is bought with.

Nothing in such a form says a price.  What was typed stays as it was typed until it
can be read, whatever else is wrong.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from peer.node.people import accounts
from peer.node.refusal import Refused
from peer.protocol.cid import cid
from peer.web.exchange.body import Told

#: So many of one thing at a time; who wants more had better talk to somebody.
MOST = 100
_WHOLE = re.compile("[0-9]{1,12}")
_TOKEN = re.compile("[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is for sale; ``told`` is how many, as somebody typed it.

    ``elsewhere`` is what the same is at others who sell it, by who they are.
    """

    id: str
    name: str
    price: Mapping[str, Any]
    seller: str  # the actor that sells it
    note: str = ""
    most: int = MOST
    told: str = ""
    error: str = ""
    href: str = ""
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> Mapping[str, str]:
        """Its id by who sells it."""
        return {self.seller: self.id, **self.elsewhere}

    @property
    def field(self) -> str:
        return f"n-{cid([self.id])[-10:]}"

    @property
    def count(self) -> int:
        return _count(self.told)[0]

    @property
    def sum(self) -> Mapping[str, Any]:
        return {**self.price, "amount": self.price["amount"] * self.count}

    def typed(self, told: str) -> Choice:
        """The same, once somebody has typed how many."""
        count, error = _count(told)
        if not error and count > self.most:
            error = _too_many(self.most)
        named = f"{self.name}: {error[:1].lower()}{error[1:]}" if error else ""
        return replace(self, told=told, error=named)


def _count(told: str) -> tuple[int, str]:
    """How many ``told`` says; or what is wrong with it."""
    text = told.strip()
    if not text:
        return 0, ""
    if not _WHOLE.fullmatch(text):
        return 0, "How many is a whole number, like 2."
    return int(text), ""


def _too_many(most: int) -> str:
    if not most:
        return "There are none left."
    return f"No more than {most} at a time."


@dataclass(frozen=True)
class Checkout:
    """A form as it stands: ``token`` makes what is sent with it one order, for ever."""

    choices: Sequence[Choice]
    token: str
    name: str = ""
    email: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> Sequence[tuple[str, int]]:
        return [(each.id, each.count) for each in self.choices if each.count]

    @property
    def sellers(self) -> Sequence[str]:
        """Who sells all that was chosen; for each form in an order of its own."""
        some = [set(each.ids) for each in self.chosen]
        all_of_them = set.intersection(*some) if some else set()
        return sorted(all_of_them, key=lambda seller: cid([self.token, seller]))

    def lines_at(self, seller: str) -> Sequence[tuple[str, int]]:
        return [(each.ids[seller], each.count) for each in self.chosen]

    @property
    def chosen(self) -> Sequence[Choice]:
        return [each for each in self.choices if each.count]

    @property
    def contact(self) -> Mapping[str, str]:
        return {"name": self.name, "email": self.email}

    @property
    def currency(self) -> str:
        return str(self.choices[0].price["currency"]) if self.choices else ""

    @property
    def total(self) -> Mapping[str, Any]:
        """What all of it comes to, in whole minor units."""
        amounts = (each.sum["amount"] for each in self.choices if not each.error)
        return {"amount": sum(amounts), "currency": self.currency}

    @cached_property
    def errors(self) -> Mapping[str, str]:
        """What is wrong, by the field that it is about, from the top of the form."""
        found = {each.field: each.error for each in self.choices if each.error}
        if not found and self.choices and not self.lines:
            found[self.choices[0].field] = "Choose how many: one at least."
        if self.chosen and not self.sellers:
            found[self.chosen[1].field] = (
                "These are sold by two shops, so they take two orders. "
                "Take those of one shop first."
            )
        return {**found, **self.problems}


def fresh(
    choices: Sequence[Choice], name: str = "", email: str = "", token: str = ""
) -> Checkout:
    """The form as it is drawn first, with a token of its own unless there is one."""
    return Checkout(choices, token or secrets.token_urlsafe(18), name, email)


def anew(form: Checkout) -> Checkout:
    """The same with another token: what was sent with the old one stays as it is."""
    return replace(form, token=secrets.token_urlsafe(18))


#: Why a form is not taken that was sent already, saying something else.
SENT_BEFORE = (
    "You sent this form before, with something else in it, and that order stands. "
    "Send it again if you want this as well."
)


def told(form: Told, choices: Sequence[Choice]) -> Checkout:
    """The form as it was sent."""
    token = form.get("token")
    return Checkout(
        choices=[each.typed(form.get(each.field)) for each in choices],
        token=token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(18),
        **_contact(form),
    )


def _contact(form: Told) -> Mapping[str, Any]:
    """Who buys, and where we write to; and what is wrong with either."""
    readers = {"name": accounts.name_in, "email": accounts.address_in}
    problems: dict[str, str] = {}
    found: dict[str, Any] = {"problems": problems}
    for term, read in readers.items():
        found[term] = form.get(term)
        try:
            found[term] = read(form.get(term))
        except Refused as refused:
            problems[term] = refused.reason
    return found
