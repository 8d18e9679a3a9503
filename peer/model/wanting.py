"""Lines of an order: how many of what, for which event, and what each comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peer.model.effect import Hold
from peer.model.promotion import (
    MOST_TIMES,
    NO_SUCH,
    OVER,
    USED_UP,
    Code,
    code_for,
    codes_for,
    is_used_up,
    uses_of,
)
from peer.model.reading import Read
from peer.protocol.thing import Thing


class CannotBe(ValueError):
    """What is asked for is not to be had, and why, as a sentence for who asks."""

    def __init__(self, sentence: str, about: str = "lines") -> None:
        super().__init__(sentence)
        self.about = about


class NotYet(CannotBe):
    """It may well be to be had in a moment: who asks then is told anew."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of ``thing``, a ticket or a product; with the event it is for.

    ``code`` takes something off each, where the buyer knew one.
    """

    thing: Thing
    count: int
    event: Thing | None = None
    code: Code | None = None

    @property
    def off(self) -> int:
        return self.code.off(self.thing["price"]["amount"]) if self.code else 0

    @property
    def price(self) -> dict[str, Any]:
        """Of one of them."""
        price = self.thing["price"]
        return {**price, "amount": price["amount"] - self.off}


def total(lines: Sequence[Wanted]) -> dict[str, Any]:
    """What ``lines`` come to, in whole minor units."""
    amount = sum(each.price["amount"] * each.count for each in lines)
    return {"amount": amount, "currency": lines[0].thing["price"]["currency"]}


# -- codes ---------------------------------------------------------------------------
def reduced(
    lines: Sequence[Wanted], word: str, now: datetime, read: Read
) -> list[Wanted]:
    """The same with what the code ``word`` takes off; CannotBe says why it does not."""
    codes = codes_for((each.thing for each in lines), word, read)
    found = [replace(each, code=codes.get(each.thing.id)) for each in lines]
    coded = [(e.code, e.event) for e in found if e.code and e.event]
    if word and not coded:
        raise CannotBe(NO_SUCH, "code")
    for code, event in coded:
        if code.is_over(now):
            raise CannotBe(OVER, "code")
        if is_used_up(code, event.id, read):
            raise CannotBe(USED_UP, "code")
    return found


def uses(order: str, lines: Sequence[Wanted]) -> Iterator[Hold]:
    """One use of each code that takes something off ``lines``, however many."""
    coded = [(e.code, e.event) for e in lines if e.code and e.event]
    codes = {uses_of(event.id, code.word): code for code, event in coded}
    for id, code in codes.items():
        yield Hold(id, order, 1, code.times or MOST_TIMES)


def noted(thing: Thing, line: Thing, word: str, read: Read) -> Code | None:
    """The code that took something off ``line`` of an order, be it gone by now."""
    off = line.get("off")
    if not off or not word:
        return None
    return code_for(thing, word, read) or Code(word, amount=off["amount"])
