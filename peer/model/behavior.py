"""Behaviors: which activities they answer to, and the function that answers.

A behavior is declared by the shape of the activity it answers to::

    @on("Join", object="Event")
    def join(activity, read): ...

The decorator returns a :class:`Behavior` and registers nothing: the node
collects the behaviors of the modules it is given, so a test can hand it one.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from peer.model.effect import Effect
from peer.model.reading import Read
from peer.protocol.thing import Activity

Answer = Callable[[Activity, Read], Sequence[Effect]]
_EFFECTS = get_args(Effect)
_GIVEN = ("activity", "read")


class ClashError(ValueError):
    """Two behaviors for one shape: one would be chosen by accident."""


@dataclass(frozen=True, slots=True)
class Behavior:
    """``answer`` says what follows when a ``verb`` is done to an ``object``."""

    name: str
    module: str
    verb: str
    object: str | None
    answer: Answer

    def answers_to(self, verb: str, kinds: Sequence[str]) -> bool:
        """Does it answer to ``verb`` on something that is of all of ``kinds``?"""
        return verb == self.verb and (self.object is None or self.object in kinds)

    def effects(self, activity: Activity, read: Read) -> Sequence[Effect]:
        """What follows from ``activity``; TypeError where the answer is no effects."""
        answer = self.answer(activity, read)
        if not isinstance(answer, Sequence):
            wrong = answer
        elif all(isinstance(each, _EFFECTS) for each in answer):
            return answer
        else:
            wrong = next(each for each in answer if not isinstance(each, _EFFECTS))
        name = f"{self.module}.{self.name}"
        raise TypeError(f"{name} should return a list of effects, not {wrong!r}")

    @property
    def about(self) -> str:
        """The first sentence of what its author says of it."""
        said = inspect.getdoc(self.answer) or inspect.getdoc(
            inspect.getmodule(self.answer)
        )
        return (said or "").partition("\n\n")[0].replace("\n", " ")


def on(verb: str, *, object: str | None = None) -> Callable[[Answer], Behavior]:
    def declare(answer: Answer) -> Behavior:
        if inspect.iscoroutinefunction(answer):
            raise TypeError(f"{answer.__name__} is async: a behavior only reads")
        if len(inspect.signature(answer).parameters) != len(_GIVEN):
            raise TypeError(f"{answer.__name__} should take {' and '.join(_GIVEN)}")
        return Behavior(answer.__name__, answer.__module__, verb, object, answer)

    return declare


def found_in(modules: Iterable[object]) -> Sequence[Behavior]:
    """The behaviors of ``modules``: those for any object first, then the special.

    All that answer to an activity are heard in this order, each seeing what
    the ones before it have done.
    """
    found = [b for m in modules for b in vars(m).values() if isinstance(b, Behavior)]
    shapes: dict[tuple[str, str | None], Behavior] = {}
    for behavior in found:
        other = shapes.setdefault((behavior.verb, behavior.object), behavior)
        if other is not behavior:
            raise ClashError(
                f"{behavior.module}.{behavior.name} and {other.module}.{other.name}"
                f" both answer to {behavior.verb} of {behavior.object or 'anything'}"
            )
    return sorted(found, key=lambda b: (b.verb, b.object is not None, b.object or ""))
