"""How often something happens again, as a form asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from peer.model import recurrence
from peer.model.recurrence import EVERY, WEEKDAYS, BadRule, Often
from peer.web.parts.days import days_in

_MOST_TIMES = 400
EVERY_, ON, UNTIL, COUNT, EXCEPT = (
    "repeats.every",
    "repeats.on",
    "repeats.until",
    "repeats.count",
    "repeats.except",
)


@dataclass(frozen=True, slots=True)
class Repeating:
    """What was typed; ``problem`` is a sentence where it means nothing."""

    every: str = ""
    on: tuple[str, ...] = ()
    until: str = ""
    count: str = ""
    without: str = ""
    often: Often | None = None
    problem: str = ""
    choices: Mapping[str, str] = field(default_factory=lambda: EVERY)
    weekdays: Mapping[str, str] = field(default_factory=lambda: WEEKDAYS)

    def values(self, start: str) -> Mapping[str, str]:
        """What a series has of it, for what first starts then, by the clock there."""
        if self.often is None:
            return {}
        first = datetime.fromisoformat(start).date()
        told = {"repeats": recurrence.text_of(self.often, first)}
        return {**told, "except": self.without} if self.without else told


def repeating(told: Mapping[str, str], on: tuple[str, ...], start: str) -> Repeating:
    """``start`` is as it was typed: the first time has to be one of the days."""
    every, until, count, without = (
        told.get(name, "").strip() for name in (EVERY_, UNTIL, COUNT, EXCEPT)
    )
    typed = Repeating(every, on, until, count, without)
    if not typed.every:
        return typed
    try:
        often, left_out = _often(typed), days_in(typed.without, _first(start))
        _check_first(often, start)
    except BadRule as wrong:
        return _with(typed, problem=str(wrong))
    days = " ".join(day.isoformat() for day in sorted(left_out))
    return _with(typed, often=often, without=days)


def _with(
    typed: Repeating,
    *,
    often: Often | None = None,
    problem: str = "",
    without: str = "",
) -> Repeating:
    return Repeating(
        typed.every,
        typed.on,
        typed.until,
        typed.count,
        without or typed.without,
        often,
        problem,
    )


def _often(typed: Repeating) -> Often:
    if typed.every not in EVERY or not set(typed.on) <= set(WEEKDAYS):
        raise BadRule("Choose how often it happens again.")
    if typed.until and typed.count:
        raise BadRule("Say until when, or how many times: not both.")
    return Often(typed.every, typed.on, _day(typed.until), _number(typed.count))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadRule(f"“{text[:40]}” is not a date such as 2031-09-30.") from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_TIMES:
        return int(text)
    raise BadRule(f"It happens from once to {_MOST_TIMES} times.")


def _first(start: str) -> date:
    """The day on which it starts; where that cannot be read, any may be meant."""
    try:
        return datetime.fromisoformat(start).date()
    except ValueError:
        return date.min


def _check_first(often: Often, start: str) -> None:
    try:
        first = datetime.fromisoformat(start).date()
    except ValueError:
        return  # which is said at its own field
    if often.until and often.until < first:
        raise BadRule("The last day is before the first.")
    own = list(WEEKDAYS)[first.weekday()]
    if often.every in ("week", "fortnight") and often.on and own not in often.on:
        name = WEEKDAYS[own]
        raise BadRule(f"It starts on a {name}, which is none of the days chosen.")
