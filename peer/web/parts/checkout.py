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
from peer.node.trading.contact import typed_code
from peer.node.trading.orders import Beside
from peer.protocol.cid import cid
from peer.web.exchange.body import Told
from peer.web.parts.asking import Asked, typed

#: So many of one thing at a time; who wants more had better talk to somebody.
MOST = 100
_WHOLE = re.compile("[0-9]{1,12}")
_LONGEST_CODE = 80
NOTHING: Mapping[str, str] = {}
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
    was: Mapping[str, Any] | None = None  # the price, before a code took something off
    named: str = ""  # its field, where that is not what its id makes it
    are_left: bool = False  # is ``most`` all that there is, or what one may take?

    @property
    def ids(self) -> Mapping[str, str]:
        """Its id by who sells it."""
        return {self.seller: self.id, **self.elsewhere}

    @property
    def field(self) -> str:
        return self.named or f"n-{cid([self.id])[-10:]}"

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
            error = _too_many(self.most, self.are_left)
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


def _too_many(most: int, are_left: bool) -> str:
    if not most:
        return "There are none left."
    if are_left:
        return f"No more than {most}: that is all there is."
    return f"No more than {most} at a time."


@dataclass(frozen=True)
class Checkout:
    """A form as it stands: ``token`` makes what is sent with it one order, for ever."""

    choices: Sequence[Choice]
    token: str
    name: str = ""
    email: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    is_sent: bool = False  # before, nobody is told that they have chosen nothing
    code: str = ""  # as it was typed
    asked: Sequence[Asked] = ()

    @property
    def beside(self) -> Beside:
        """What is said to the shop beside how many of what, and for whom."""
        answers = [said for each in self.asked if (said := each.answer)]
        return Beside(typed_code(self.code), answers)

    @property
    def off(self) -> Mapping[str, Any] | None:
        """What the code takes off altogether."""
        amounts = [
            (e.was["amount"] - e.price["amount"]) * e.count
            for e in self.chosen
            if e.was
        ]
        return {"amount": sum(amounts), "currency": self.currency} if amounts else None

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

    @property
    def unfinished(self) -> Checkout:
        """The same for who has only asked what it comes to: a code may be wrong."""
        about = {n: wrong for n, wrong in self.problems.items() if n == "code"}
        plain = [replace(each, error="") for each in self.asked]
        return replace(self, problems=about, asked=plain, is_sent=False)

    @cached_property
    def errors(self) -> Mapping[str, str]:
        """What is wrong, by the field that it is about, from the top of the form."""
        found = {each.field: each.error for each in self.choices if each.error}
        if self.is_sent and not found and self.choices and not self.lines:
            found[self.choices[0].field] = "Choose how many: one at least."
        if self.chosen and not self.sellers:
            found[self.chosen[1].field] = (
                "These are sold by two shops, so they take two orders. "
                "Take those of one shop first."
            )
        asked = {each.field: each.error for each in self.asked if each.error}
        return {**found, **self.problems, **asked}


def fresh(
    choices: Sequence[Choice], name: str = "", email: str = "", token: str = ""
) -> Checkout:
    """The form as it is drawn first, with a token of its own unless there is one."""
    return Checkout(choices, token or secrets.token_urlsafe(18), name, email)


def anew(form: Checkout, problems: Mapping[str, str] = NOTHING) -> Checkout:
    """The same with another token: what was sent with the old one stays as it is."""
    about = {name: problems[name] for name in ("code",) if name in problems}
    wrong = {**form.problems, **about}
    return replace(form, token=secrets.token_urlsafe(18), problems=wrong)


#: Why a form is not taken that was sent already, saying something else.
SENT_BEFORE = (
    "You sent this form before, with something else in it, and that order stands. "
    "Send it again if you want this as well."
)


def told(
    form: Told, choices: Sequence[Choice], asked: Sequence[Asked] = ()
) -> Checkout:
    """The form as it was sent."""
    token = form.get("token")
    return Checkout(
        choices=[each.typed(form.get(each.field)) for each in choices],
        token=token if _TOKEN.fullmatch(token) else secrets.token_urlsafe(18),
        is_sent=True,
        code=form.get("code")[:_LONGEST_CODE],
        asked=typed(asked, form),
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
