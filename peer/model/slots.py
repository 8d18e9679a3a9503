"""Times at which a place is taken, and the next at which it is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

#: What says no end is taken to last so long.
USUAL = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Slot:
    """From ``start`` until just before ``end``; ``of`` is what takes it."""

    start: datetime
    end: datetime
    of: str = ""

    @property
    def lasts(self) -> timedelta:
        return self.end - self.start

    def meets(self, other: Slot) -> bool:
        return self.start < other.end and other.start < self.end


def slot(start: datetime, end: datetime | None, of: str = "") -> Slot:
    return Slot(start, end if end is not None and end > start else start + USUAL, of)


def clashes(wanted: Iterable[Slot], taken: Sequence[Slot]) -> Sequence[Slot]:
    """Those of ``taken`` that any of ``wanted`` meets, each once, the first first."""
    asked = list(wanted)
    found = [each for each in taken if any(each.meets(one) for one in asked)]
    return sorted(set(found), key=lambda each: (each.start, each.end, each.of))


def next_free(wanted: Slot, taken: Iterable[Slot]) -> Slot:
    """The same length, as soon as nothing else is there: then, or later."""
    start = wanted.start
    for each in sorted(taken, key=lambda each: (each.start, each.end)):
        if each.end <= start:
            continue
        if each.start >= start + wanted.lasts:
            break
        start = each.end
    return Slot(start, start + wanted.lasts, wanted.of)
