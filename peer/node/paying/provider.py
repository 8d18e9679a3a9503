"""What a way of paying has to be able to do, whoever is behind it.

It is asked outside of every transaction, and what it answers is booked afterwards
(``booking``): nothing that a provider does or leaves undone keeps the store waiting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Unavailable(Exception):
    """It gave no answer that says anything: ask again later.

    Whether it did what it was asked to do is not known.
    """


class Declined(Exception):
    """It has said no, and why, in words for people."""


class State(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units of a currency."""

    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be paid.

    ``mark`` names the attempt to pay, the same each time it is made; ``number`` is
    that of the order, which people read.  Who has paid is sent back to ``back``.
    """

    order: str
    number: str
    money: Money
    mark: str
    title: str
    back: str
    notify: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """What the provider calls the payment, and where it is made."""

    reference: str
    href: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the provider knows of a payment: the only word that is believed.

    ``money`` is what came in, or is to; ``returned`` how much of it went back, and
    ``extra`` what was paid beyond it for the same checkout.
    """

    state: State
    money: Money
    returned: int = 0
    extra: int = 0


class Provider(Protocol):
    """``name`` stands in addresses and settings, ``label`` and ``about`` on pages.

    Its page to pay on ``lasts`` so long, or for ever (None).

    Where it is ``by_hand`` nobody can be asked: those who keep the shop look, and
    say so.  A ``trusted`` one makes the order good before there is money.
    """

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def about(self) -> str: ...

    @property
    def by_hand(self) -> bool: ...

    @property
    def trusted(self) -> bool: ...

    @property
    def account(self) -> Mapping[str, str]:
        """What a payment keeps of whose account it went to; nothing for the shop's."""
        ...

    @property
    def lasts(self) -> timedelta | None: ...

    async def begin(self, bill: Bill) -> Checkout:
        """The same for the same ``bill.mark``, however often it is asked."""
        ...

    async def status(self, reference: str) -> Standing: ...

    async def refund(self, reference: str, money: Money) -> None:
        """Pay some of it back; after Unavailable nobody knows whether it was."""
        ...
