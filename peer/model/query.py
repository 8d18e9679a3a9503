"""What a listing asks of the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from peer.protocol.thing import PUBLIC

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Where:
    """Only things whose index key for ``term`` compares so with ``key``.

    A thing without a value (an empty key) compares with nothing.
    """

    term: str
    op: Literal["=", ">=", "<=", "<", ">"]
    key: str


@dataclass(frozen=True, slots=True)
class Query:
    """Things of some kinds, in the order of one indexed term (``-`` for last first).

    ``cursor`` is one that a :class:`Page` of the same query gave.  ``owner``
    and ``related`` narrow: related is (relation, iri) for things that stand in
    ``relation`` to ``iri``; with ``~relation``, those that ``iri`` stands in it to.
    """

    kinds: tuple[str, ...]
    order: str = "-published"
    audiences: tuple[str, ...] = (PUBLIC,)
    owner: str | None = None
    where: tuple[Where, ...] = ()
    related: tuple[str, str] | None = None
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of what was asked for, and how to ask for what lies on either side."""

    items: Sequence[T]
    next: str | None = None
    previous: str | None = None


class BadCursor(ValueError):
    """A cursor that no page of ours gave."""
