"""What the organizer of an event asks of who comes: at most five questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web

from peer.model.questions import LONGEST, MOST, MOST_CHOICES, Question, questions_of
from peer.node.outbox import Ask
from peer.node.refusal import Refused
from peer.protocol.thing import Thing
from peer.web.exchange.body import Told
from peer.web.pages.allotting import kept_event
from peer.web.parts.around import Around
from peer.web.parts.view import View
from peer.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it was typed."""

    number: int
    ask: str = ""
    choices: str = ""
    required: bool = False
    problem: str = ""

    @property
    def question(self) -> Question:
        chosen = dict.fromkeys(_lines(self.choices))
        return Question(" ".join(self.ask.split()), self.required, tuple(chosen))


@dataclass(frozen=True, slots=True)
class Rows:
    all: Sequence[Row] = field(default_factory=tuple)

    @property
    def asked(self) -> Sequence[Question]:
        return [each.question for each in self.all if each.ask.strip()]

    @property
    def problems(self) -> Mapping[str, str]:
        return {f"ask-{e.number}": e.problem for e in self.all if e.problem}


async def page(visit: Visit) -> web.StreamResponse:
    event = (await visit.read(partial(kept_event, visit))).event
    return _show(visit, event, _rows(questions_of(event)))


async def save(visit: Visit) -> web.StreamResponse:
    """What is asked from now on; who has answered already is not asked again."""
    event = (await visit.read(partial(kept_event, visit))).event
    rows = _told(visit.told)
    if rows.problems:
        return _show(visit, event, rows, Refused("", 422, rows.problems))
    values = {"questions": [each.row for each in rows.asked] or None}
    try:
        await visit.publish(Ask("Update", id=event.id, values=values))
    except Refused as refused:
        return _show(visit, event, rows, refused)
    return visit.go(visit.path, "saved")


def _rows(questions: Sequence[Question]) -> Rows:
    there = [
        Row(n, each.ask, "\n".join(each.choices), each.required)
        for n, each in enumerate(questions, 1)
    ]
    return Rows([*there, *(Row(n) for n in range(len(there) + 1, MOST + 1))])


def _told(told: Told) -> Rows:
    typed = [
        Row(
            n,
            told.get(f"ask-{n}").strip(),
            told.get(f"choices-{n}").strip(),
            told.get(f"required-{n}") == "yes",
        )
        for n in range(1, MOST + 1)
    ]
    before: list[str] = []
    rows = []
    for each in typed:
        problem = _problem(each, before)
        before.append(each.question.ask.casefold())
        rows.append(Row(each.number, each.ask, each.choices, each.required, problem))
    return Rows(rows)


def _problem(row: Row, before: Sequence[str]) -> str:
    question, choices = row.question, _lines(row.choices)
    if not question.ask:
        return f"Question {row.number}: say what is asked." if choices else ""
    if len(question.ask) > LONGEST or not question.ask.isprintable():
        return f"Question {row.number}: ask it in {LONGEST} characters."
    if question.ask.casefold() in before:
        return f"Question {row.number} is asked already."
    if choices and not 1 < len(question.choices) <= MOST_CHOICES:
        return f"Question {row.number}: from two to {MOST_CHOICES} answers, or none."
    if any(len(each) > LONGEST or not each.isprintable() for each in choices):
        return f"Question {row.number}: an answer has {LONGEST} characters at most."
    return ""


def _lines(text: str) -> Sequence[str]:
    return [found for line in text.splitlines() if (found := " ".join(line.split()))]


def _show(
    visit: Visit, event: Thing, rows: Rows, refused: Refused | None = None
) -> web.StreamResponse:
    answer: web.StreamResponse = visit.page(
        "questions.html",
        status=refused.status if refused else 200,
        thing=View(event, Around(), visit.setting),
        rows=rows.all,
        problems=refused.problems if refused else {},
        reason=refused.reason if refused else "",
    )
    return answer
