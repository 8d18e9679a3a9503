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

from peer.model.effect import Effect
from peer.model.reading import Read
from peer.protocol.thing import Activity

Answer = Callable[[Activity, Read], Sequence[Effect]]


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
