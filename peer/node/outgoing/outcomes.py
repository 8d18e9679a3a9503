"""What became of a delivery, and how it is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peer.node.outgoing.courier import Answer
from peer.protocol.moment import wire
from store.interface import Transaction

_LONGEST = 300
_NOT_FINAL = (401, 408, 429)
_READABLE = ("text/plain", "application/json", "application/problem+json")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Either ``done``, or to be tried again when ``due``, or else given up.

    What was not ``tried`` had no turn, which is no failure; where the inbox is
    ``gone``, it was there once.
    """

    id: int
    done: bool = False
    due: datetime | None = None
    error: str = ""
    tried: bool = True
    gone: bool = False

    def write(self, tx: Transaction) -> None:
        due = wire(self.due) if self.due else None
        if due and not self.tried:
            tx.put_off(self.id, due)
        else:
            tx.failed(self.id, due, _printable(self.error)[:_LONGEST])


def write(outcomes: Sequence[Outcome], tx: Transaction) -> None:
    tx.delivered(*(each.id for each in outcomes if each.done))
    for each in outcomes:
        if not each.done:
            each.write(tx)


@dataclass(slots=True)
class Counts:
    """Since this process began."""

    delivered: int = 0
    failed: int = 0  # and to be tried again
    given_up: int = 0
    put_off: int = 0

    def count(self, outcome: Outcome) -> None:
        if outcome.done:
            self.delivered += 1
        elif not outcome.tried:
            self.put_off += 1
        elif outcome.due:
            self.failed += 1
        else:
            self.given_up += 1


def is_final(status: int) -> bool:
    """Would they answer the same to the same, however often it came?"""
    return 400 <= status < 500 and status not in _NOT_FINAL


def said(answer: Answer) -> str:
    """What they say is wrong, as far as it has come and is for people to read."""
    status = f"They answered {answer.status}"
    packed = "Content-Encoding" in answer.headers
    if packed or answer.content_type not in _READABLE:
        return f"{status}."
    text = answer.excerpt.decode(errors="replace")
    shown = _printable(text).strip()
    return f"{status}: {shown}" if shown else f"{status}."


def _printable(text: str) -> str:
    """What strangers say may hold what no store takes."""
    return "".join(each if each.isprintable() else " " for each in text)
