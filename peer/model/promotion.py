"""Promo codes: what an organizer takes off for who knows a word.

A code rides with the places that it is for, between the event and the shop, and stands
in no proposal.  The shop alone says whether it is good: it has the last price, and
counts how often a code was used by what is held, as it counts places.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.model.kinds.kind import LARGEST
from peer.model.reading import Read
from peer.protocol import moment
from peer.protocol.cid import cid
from peer.protocol.thing import Thing

#: So many codes has one kind of ticket; so often one is used at the most.
MOST, MOST_TIMES = 50, 100_000
_WORD = re.compile("[A-Z0-9-]{3,40}")

NO_SUCH = "That code is not known, or not for what you chose."
USED_UP = "That code was used as often as it can be."
OVER = "That code cannot be used any more."
GUESSED = "Too many wrong codes came from your server: order without one, or later."


@dataclass(frozen=True, slots=True)
class Code:
    """So much off every place of a kind: ``percent``, or ``amount`` in minor units."""

    word: str
    percent: int = 0
    amount: int = 0
    times: int | None = None
    until: str = ""

    def off(self, price: int) -> int:
        """What it takes off ``price``; half a unit is taken off whole.

        >>> Code("TEN", percent=10).off(1005), Code("TWO", amount=200).off(150)
        (101, 150)
        """
        part = (price * self.percent * 2 + 100) // 200 if self.percent else self.amount
        return min(price, part)

    def is_over(self, now: datetime) -> bool:
        return bool(self.until) and now >= moment.read(self.until)

    @property
    def row(self) -> dict[str, Any]:
        """As an allotment keeps it."""
        told = {
            "word": self.word,
            "percent": self.percent,
            "amount": self.amount,
            "times": self.times,
            "until": self.until,
        }
        return {name: value for name, value in told.items() if value}


def word_in(text: str) -> str:
    """The code that somebody typed, however they wrote it; empty where it is none.

    >>> word_in(" early bird "), word_in("ü!")
    ('EARLYBIRD', '')
    """
    plain = "".join(unicodedata.normalize("NFKC", text[:200]).upper().split())
    return plain if _WORD.fullmatch(plain) else ""


def codes_of(told: Any) -> list[Code]:
    """The codes among ``told``, which somebody elsewhere may have written."""
    rows = told if isinstance(told, list) else []
    found = (_code(row) for row in rows[:MOST] if isinstance(row, Mapping))
    return [code for code in found if code is not None]


def _code(row: Mapping[str, Any]) -> Code | None:
    word, until = row.get("word"), row.get("until", "")
    percent, amount, times = (row.get(n) for n in ("percent", "amount", "times"))
    fits = (
        isinstance(word, str)
        and word_in(word) == word != ""
        and _is_count(percent, 100)
        and _is_count(amount, LARGEST)
        and bool(percent) != bool(amount)
        and _is_count(times, MOST_TIMES)
        and _is_moment(until)
    )
    if not fits:
        return None
    return Code(str(word), percent or 0, amount or 0, times, str(until))


def _is_count(told: Any, most: int) -> bool:
    return told is None or (type(told) is int and 0 < told <= most)


def _is_moment(told: Any) -> bool:
    if not isinstance(told, str):
        return False
    try:
        return not told or moment.read(told).tzinfo is not None
    except ValueError:
        return False


def shared(times: int, places: Mapping[str, int]) -> Mapping[str, int]:
    """How often at each of several shops, so that all of them together keep to it.

    By how many ``places`` each has, and once at least.

    >>> shared(10, {"one": 30, "other": 10}), shared(2, {"one": 99, "other": 1})
    ({'one': 7, 'other': 3}, {'one': 1, 'other': 1})
    """
    more, all_ = times - len(places), max(1, sum(places.values()))
    parts = {shop: divmod(more * count, all_) for shop, count in places.items()}
    rest = more - sum(whole for whole, _ in parts.values())
    first = sorted(parts, key=lambda shop: -parts[shop][1])[:rest]
    return {s: 1 + whole + (s in first) for s, (whole, _) in parts.items()}


# -- at who sells --------------------------------------------------------------------


def code_for(ticket: Thing, word: str, read: Read) -> Code | None:
    """What ``word`` takes off ``ticket``, as far as whoever gave its places says so."""
    return codes_for([ticket], word, read).get(ticket.id)


def codes_for(tickets: Iterable[Thing], word: str, read: Read) -> Mapping[str, Code]:
    """The same by ticket, of those that it takes something off, in one question."""
    by_ticket = {t.id: t["allotment"] for t in tickets if t.get("allotment")}
    given = read.many(by_ticket.values()) if word and by_ticket else {}
    found = {
        id: next((c for c in _agreed(given[of], read) if c.word == word), None)
        for id, of in by_ticket.items()
        if of in given
    }
    return {id: code for id, code in found.items() if code is not None}


def _agreed(allotment: Thing, read: Read) -> list[Code]:
    """The codes of ``allotment``: those that the shop has not heard of yet are none."""
    waits = allotment.get("state") == "offered"
    told = read.activity(allotment.get("agreedOffer") or "") if waits else None
    return codes_of((told.thing if told else allotment).get("codes"))


def uses_of(event: str, word: str) -> str:
    """What an order holds one of that was made with this code."""
    return f"{event}#code-{cid([word])[-16:]}"


def is_used_up(code: Code, event: str, read: Read) -> bool:
    return code.times is not None and read.held(uses_of(event, code.word)) >= code.times
