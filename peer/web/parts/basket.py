"""What somebody wants to buy here, as a cookie keeps it: ids and how many, no prices.

Whatever a browser sends is read as though a stranger had written it: what is not on
sale here is not in the basket, and of each there is a number that can be ordered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from peer.model.lexicon import Lexicon
from peer.model.ordering import MOST, MOST_LINES

COOKIE = "basket"
LIVES = timedelta(days=30)
#: What can lie in a basket.
KINDS = ("Product", "Ticket")
_BETWEEN, _PARTS = "~", "."
_ITEM = re.compile(r"(?P<path>[a-z][a-z0-9-]{0,39})\.(?P<slug>[A-Za-z0-9_-]{1,200})")
_COUNT = re.compile("[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class Basket:
    """How many of what, by the last two parts of its address (``products.rye``)."""

    counts: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(self.counts.values())

    @property
    def cookie(self) -> str:
        lines = (f"{item}{_PARTS}{count}" for item, count in self.counts.items())
        return _BETWEEN.join(lines)

    def ids(self, base: str) -> Mapping[str, int]:
        """How many of what, by id."""
        return {id_of(item, base): count for item, count in self.counts.items()}

    def with_more(self, item: str, count: int) -> Basket:
        return self.having(item, self.counts.get(item, 0) + count)

    def having(self, item: str, count: int) -> Basket:
        """So many of ``item``; none of it where that is nothing."""
        counts = {**self.counts, item: min(count, MOST)}
        return Basket({key: many for key, many in counts.items() if many > 0})

    @property
    def is_full(self) -> bool:
        return len(self.counts) >= MOST_LINES


def read(cookie: str) -> Basket:
    """The basket in ``cookie``; what cannot be read is left out."""
    counts: dict[str, int] = {}
    for line in cookie.split(_BETWEEN)[:MOST_LINES]:
        item, _, count = line.rpartition(_PARTS)
        if _ITEM.fullmatch(item) and _COUNT.fullmatch(count):
            counts[item] = min(int(count), MOST)
    return Basket(counts)


def item_of(id: str, base: str) -> str:
    """How ``id`` stands in a basket; nothing where it is no address of this peer."""
    item = id.removeprefix(f"{base}/").replace("/", _PARTS)
    return item if id.startswith(f"{base}/") and _ITEM.fullmatch(item) else ""


def id_of(item: str, base: str) -> str:
    return f"{base}/{item.replace(_PARTS, '/', 1)}"


def sells(kinds: Iterable[str]) -> bool:
    """Are there orders at a peer that knows ``kinds``?"""
    return "Order" in kinds


def held(lexicon: Lexicon, cookie: str) -> int | None:
    """How many things are in the basket; nothing where nothing is sold."""
    return len(read(cookie)) if sells(lexicon.types) else None
