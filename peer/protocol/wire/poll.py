"""The choices of a Question, as Mastodon and Pleroma tell them (FEP-9967)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peer.protocol.wire.loose import Document, first, listed, moment, number, text

_MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    votes: int


@dataclass(frozen=True, slots=True)
class Poll:
    """``ends`` is None for one that has no end, and ``closed`` for one that is open."""

    choices: tuple[Choice, ...]
    many: bool
    ends: datetime | None
    closed: datetime | None
    voters: int | None


def poll_of(document: Document) -> Poll | None:
    """The poll in ``document``; None where it has nothing to choose from."""
    told = first(document, "oneOf", "anyOf")
    choices = tuple(_choices(told))[:_MOST_CHOICES]
    if not choices:
        return None
    return Poll(
        choices=choices,
        many=document.get("oneOf") is None,
        ends=moment(document.get("endTime")),
        closed=moment(document.get("closed")),
        voters=number(first(document, "votersCount", "toot:votersCount")),
    )


def _choices(told: object) -> list[Choice]:
    options = [each for each in listed(told) if type(each) is dict]
    return [Choice(name, _votes(o)) for o in options if (name := text(o, "name"))]


def _votes(option: Document) -> int:
    replies = option.get("replies")
    total = replies.get("totalItems") if type(replies) is dict else None
    return number(total) or 0
