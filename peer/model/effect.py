"""What a behavior may ask for.  Nothing here does anything: ``node/apply.py`` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.thing import Activity, Edge, Thing

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Put:
    """Keep this version of a thing."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class Erase:
    """Take a thing away, with every edge it is an end of; its id stays used."""

    id: str
    at: str


@dataclass(frozen=True, slots=True)
class Relate:
    """State an edge."""

    edge: Edge

    @classmethod
    def said(
        cls, activity: Activity, subject: str, relation: str, object: str, nth: int = 0
    ) -> Relate:
        """The edge that ``activity`` states by being done; the ``nth`` of several."""
        return cls(
            Edge(
                id=f"{activity.id}#{relation}" + (f"-{nth}" if nth else ""),
                subject=subject,
                relation=relation,
                object=object,
                by=activity.actor,
                since=activity.published,
                activity=activity.id,
            )
        )


@dataclass(frozen=True, slots=True)
class Unrelate:
    """Take an edge back, whoever's activity stated it."""

    subject: str
    relation: str
    object: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Give ``holder`` so many units of ``thing``, of which there are ``limit``.

    The store refuses the whole transaction where there are not enough, even
    when the behavior that read before it asked believed that there were.
    """

    thing: str
    holder: str
    count: int
    limit: int


@dataclass(frozen=True, slots=True)
class Release:
    """Give back all that ``holder`` holds of ``thing``."""

    thing: str
    holder: str


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell a person of this peer that the activity happened."""

    person: str


@dataclass(frozen=True, slots=True)
class Send:
    """Do what follows from it, in the name of an actor of ours, and tell others."""

    activity: Activity

    @classmethod
    def answer(
        cls,
        verb: str,
        to: Activity,
        by: str,
        notes: Mapping[str, Any] = _NOTHING,
    ) -> Send:
        """What ``by`` answers: its id follows from what it answers, so it is one."""
        return cls(follows_from(to, verb, by, to, notes))


def follows_from(
    cause: Activity,
    verb: str,
    actor: str,
    object: Thing | Edge | Activity,
    notes: Mapping[str, Any] = _NOTHING,
) -> Activity:
    """What ``actor``, one of ours, does because of ``cause``; the same every time."""
    mark = cid([cause.id, verb, actor, object.id])[-24:]
    id = f"{origin(actor)}/activities/{mark}"
    return Activity(id, verb, actor, cause.published, object, notes)


@dataclass(frozen=True, slots=True)
class Later:
    """Do this when it is ``due``, unless it was withdrawn: by the peer itself, unasked.

    What it says is held against what is there by then.
    """

    due: str
    activity: Activity


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do nothing, and say why, and which field it is about if it is about one."""

    reason: str
    status: int = 409
    problems: Mapping[str, str] = field(default_factory=dict)


Effect = (
    Put | Erase | Relate | Unrelate | Hold | Release | Notify | Send | Later | Refuse
)
