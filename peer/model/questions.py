"""What an organizer asks of those who come, and what they have answered.

The questions are the event's, for everybody to read.  An answer goes where a name and
an address go, and no farther: to who sells, and to who keeps the event.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peer.protocol.thing import Activity, Thing

MOST, MOST_CHOICES = 5, 20
LONGEST, LONGEST_ANSWER = 120, 300
#: An order may be for several events, each with questions of its own.
_MOST_ANSWERS = 20

Answer = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """With ``choices`` one of them is chosen; else something is written."""

    ask: str
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def row(self) -> dict[str, Any]:
        """As an event keeps it."""
        told = {
            "ask": self.ask,
            "required": self.required,
            "choices": list(self.choices),
        }
        return {name: value for name, value in told.items() if value}


def questions_of(event: Thing | None) -> list[Question]:
    """What is asked of who comes to ``event``, whoever wrote it."""
    told = event.get("questions") if event is not None and not event.deleted else None
    rows = told if isinstance(told, list) else []
    found = (_question(row) for row in rows[:MOST] if isinstance(row, Mapping))
    return [each for each in found if each is not None]


def _question(row: Mapping[str, Any]) -> Question | None:
    ask, choices = line(row.get("ask"), LONGEST), row.get("choices")
    some = choices if isinstance(choices, list) else []
    there = [found for c in some[:MOST_CHOICES] if (found := line(c, LONGEST))]
    if not ask:
        return None
    return Question(ask, row.get("required") is True, tuple(dict.fromkeys(there)))


def line(told: Any, longest: int = LONGEST_ANSWER) -> str:
    """``told`` in one line, as far as it is words."""
    text = " ".join(told.split()) if isinstance(told, str) else ""
    return text[:longest] if text.isprintable() else ""


def answer(event: str, ask: str, text: str) -> Answer:
    return {"event": event, "ask": ask, "answer": text}


def answers_in(told: Any) -> list[Answer]:
    """What of ``told`` can be believed to be answers, each in a line."""
    rows = told if isinstance(told, list) else []
    found = (
        answer(*(line(row.get(term)) for term in ("event", "ask", "answer")))
        for row in rows[:_MOST_ANSWERS]
        if isinstance(row, Mapping)
    )
    return [each for each in found if all(each.values())]


def answers_for(event: Thing, told: Any) -> list[dict[str, str]]:
    """Those to what ``event`` asks; of others its organizer hears nothing."""
    asked = {question.ask for question in questions_of(event)}
    return [
        {"ask": each["ask"], "answer": each["answer"]}
        for each in answers_in(told)
        if each["event"] == event.id and each["ask"] in asked
    ]


def answers_of(order: Thing, offer: Activity | None) -> Sequence[Answer]:
    """What its buyer has answered: at once, or when all was asked of them since."""
    since = order.get("answers")
    at_once = offer.notes.get("answers") if offer else None
    return answers_in(at_once if since is None else since)


def missing(events: Iterable[Thing], told: Any) -> Sequence[Question]:
    """What ``events`` ask that has to be answered, and is not."""
    known = {(each["event"], each["ask"]) for each in answers_in(told)}
    return [
        question
        for event in events
        for question in questions_of(event)
        if question.required and (event.id, question.ask) not in known
    ]


def said(told: Any) -> Sequence[tuple[str, str]]:
    """Pairs of question and answer, as a seat keeps them."""
    rows: Iterable[Any] = told if isinstance(told, list) else ()
    pairs = (
        (line(row.get("ask")), line(row.get("answer")))
        for row in rows
        if isinstance(row, Mapping)
    )
    return [(ask, text) for ask, text in pairs if ask and text]
