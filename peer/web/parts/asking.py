"""What an organizer asks of buyers, as fields of a form, and what was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from peer.model.questions import LONGEST_ANSWER, Answer, answer, line, questions_of
from peer.protocol.cid import cid
from peer.protocol.thing import Thing
from peer.web.exchange.body import Told


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; ``told`` is what was typed, ``error`` what is wrong with it.

    ``of`` names the event, where a form is about several.
    """

    event: str
    ask: str
    required: bool = False
    choices: Sequence[str] = ()
    of: str = ""
    told: str = ""
    error: str = ""

    @property
    def field(self) -> str:
        return f"q-{cid([self.event, self.ask])[-10:]}"

    @property
    def answer(self) -> Answer | None:
        text = line(self.told)
        return answer(self.event, self.ask, text) if text else None

    def typed(self, text: str) -> Asked:
        """The same, once somebody has answered."""
        return replace(self, told=text, error=self._wrong(text))

    def _wrong(self, text: str) -> str:
        plain = " ".join(text.split())
        if not plain:
            return f"{self.ask}: this has to be answered." if self.required else ""
        if self.choices and plain not in self.choices:
            return f"{self.ask}: choose one of those."
        if len(plain) > LONGEST_ANSWER or not plain.isprintable():
            return f"{self.ask}: say it in {LONGEST_ANSWER} characters."
        return ""


def asked_of(events: Iterable[Thing]) -> Sequence[Asked]:
    """What those of ``events`` ask who ask something."""
    there = {event.id: event for event in events}
    return [
        Asked(
            event.id,
            each.ask,
            each.required,
            each.choices,
            str(event.get("name") or "") if len(there) > 1 else "",
        )
        for event in there.values()
        for each in questions_of(event)
    ]


def typed(asked: Sequence[Asked], form: Told) -> Sequence[Asked]:
    return [each.typed(form.get(each.field)) for each in asked]


def filled(
    asked: Sequence[Asked], answers: Sequence[Mapping[str, str]]
) -> Sequence[Asked]:
    """With what somebody has answered before."""
    known = {(each["event"], each["ask"]): each["answer"] for each in answers}
    return [replace(each, told=known.get((each.event, each.ask), "")) for each in asked]
