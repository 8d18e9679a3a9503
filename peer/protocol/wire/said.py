"""An activity as another server tells it: who does what to what, for whom.

The inbox is busy, so what can be told from the keys alone is, and the rest of the
document is only looked through for what could be read in two ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.protocol.wire.loose import (
    LONGEST_SUMMARY,
    Document,
    Ref,
    Unreadable,
    id_of,
    ids,
    is_address,
    listed,
    moment,
    ref,
    refs,
    text,
)
from peer.protocol.wire.names import ACTIVITIES, type_of
from peer.protocol.wire.words import check_words


@dataclass(frozen=True, slots=True)
class Said:
    """An activity, before anybody believes it.

    Objects are ids, or documents that were brought along.  Without an ``id`` it
    cannot be known again; whoever keeps it has to give it one.  What only some verbs
    ask for is read from ``raw`` when they do.
    """

    id: str | None
    type: str
    actor: str
    objects: tuple[Ref, ...]
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    raw: Document

    @property
    def target(self) -> Ref | None:
        return ref(self.raw.get("target"))

    @property
    def result(self) -> Ref | None:
        return ref(self.raw.get("result"))

    @property
    def instrument(self) -> Ref | None:
        return ref(self.raw.get("instrument"))

    @property
    def bto(self) -> tuple[str, ...]:
        return ids(self.raw.get("bto"))

    @property
    def bcc(self) -> tuple[str, ...]:
        return ids(self.raw.get("bcc"))

    @property
    def published(self) -> datetime | None:
        return moment(self.raw.get("published"))

    @property
    def content(self) -> str | None:
        return text(self.raw, "content", LONGEST_SUMMARY)

    @property
    def summary(self) -> str | None:
        return text(self.raw, "summary", LONGEST_SUMMARY)

    @property
    def object(self) -> Ref | None:
        """The first object; nearly all activities have just one."""
        return self.objects[0] if self.objects else None

    @property
    def object_id(self) -> str | None:
        return id_of(self.object)

    @property
    def target_id(self) -> str | None:
        return id_of(self.target)

    def at(self, now: datetime) -> datetime:
        """When it was published: by its own account, but not in the future."""
        published = self.published
        return min(published, now) if published else now


def read(document: Any) -> Said:
    """The activity that ``document`` is; Unreadable where it is none."""
    if type(document) is not dict:
        raise Unreadable("this is not a JSON object")
    check_words(document)
    return _said(document)


def inner(said: Said) -> Said | None:
    """The activity that ``said`` is about, where it was brought along.

    An Undo, an Accept, an Announce: what they mean depends on what is inside.
    """
    told = said.object
    if not isinstance(told, dict) or not is_activity(told):
        return None
    return _said(told)


def is_activity(document: Document) -> bool:
    """Is it something done?  Pleroma and Mobilizon put ``actor`` on objects too."""
    if document.get("actor") is None:
        return False
    return document.get("attributedTo") is None or type_of(document) in ACTIVITIES


def _said(document: Document) -> Said:
    kind = type_of(document)
    if kind is None:
        raise Unreadable("this has no type")
    if not is_activity(document):
        raise Unreadable(f"this {kind[:40]} is not an activity: nobody does it")
    get = document.get
    return Said(
        id=own_id(document),
        type=kind,
        actor=_actor(get("actor")),
        objects=refs(get("object")),
        to=ids(get("to")),
        cc=ids(get("cc")),
        audience=ids(get("audience")),
        raw=document,
    )


def own_id(document: Document) -> str | None:
    """The id of ``document``; none, null and "" are all the same."""
    told = document.get("id") or document.get("@id")
    if told is None or told == "":
        return None
    id = id_of(told) if type(told) is str else None
    if id is None or not is_address(id):
        raise Unreadable("an id is an http(s) address")
    return id


def _actor(told: Any) -> str:
    """Who does it: one actor, however often and however it is told."""
    who = {id_of(each) for each in listed(told)}
    if len(who) > 1:
        raise Unreadable("an activity has one actor, and this has several")
    id = who.pop() if who else None
    if id is None or not is_address(id):
        raise Unreadable("an actor is an http(s) address")
    return id
