"""The four nouns: things, edges between them, activities about them, and time.

All are read-only values.  Each says itself as plain JSON (``document``) and is
read back from it (``of``): that is what the log and the store keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PUBLIC, MEMBERS, DRAFT = "public", "members", "draft"
AUDIENCES = (PUBLIC, MEMBERS, DRAFT)


@dataclass(frozen=True, slots=True)
class Thing:
    """What we know of ``id``, as it stood when it was read.

    ``kind`` is the name of our type (``Post``), ``values`` is by term, and
    ``owner`` is the actor it is attributed to.  A thing that was taken away
    keeps its id, kind and owner, and says when.
    """

    id: str
    kind: str
    values: Mapping[str, Any]
    owner: str
    published: str
    updated: str
    audience: str = PUBLIC
    deleted: str | None = None

    def __getitem__(self, term: str) -> Any:
        return self.values[term]

    def get(self, term: str, default: Any = None) -> Any:
        return self.values.get(term, default)

    @property
    def slug(self) -> str:
        return self.id.rstrip("/").rpartition("/")[2]

    def document(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "values": dict(self.values),
            "owner": self.owner,
            "published": self.published,
            "updated": self.updated,
            "audience": self.audience,
        }
        if self.deleted:
            told["deleted"] = self.deleted
        return told

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Thing:
        return cls(**told)


@dataclass(frozen=True, slots=True)
class Edge:
    """*subject* stands in *relation* to *object*, says ``by``.

    The ends may live on different peers.  ``activity`` is what stated it, so
    that undoing the activity takes exactly its edges back.
    """

    id: str
    subject: str
    relation: str
    object: str
    by: str
    since: str
    activity: str

    kind = "Relationship"

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "subject": self.subject,
            "relation": self.relation,
            "object": self.object,
            "by": self.by,
            "since": self.since,
            "activity": self.activity,
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Edge:
        return cls(**{k: v for k, v in told.items() if k != "kind"})


@dataclass(frozen=True, slots=True)
class Activity:
    """Something an actor did: the only way anything changes.

    Its object is a thing, an edge, or another activity (an Undo's), as it is
    to be once the activity has been carried out.  ``notes`` is what the verb
    needs beside its object: the reason of a Flag, say.
    """

    id: str
    type: str
    actor: str
    published: str
    object: Thing | Edge | Activity
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.type

    @property
    def is_received(self) -> bool:
        """Did it come from another server?"""
        return bool(self.notes.get("received"))

    @property
    def thing(self) -> Thing:
        """The object, where the verb is about a thing."""
        if not isinstance(self.object, Thing):
            raise TypeError(f"{self.type} {self.id} is not about a thing")
        return self.object

    @property
    def edge(self) -> Edge:
        if not isinstance(self.object, Edge):
            raise TypeError(f"{self.type} {self.id} is not about an edge")
        return self.object

    @property
    def inner(self) -> Activity:
        if not isinstance(self.object, Activity):
            raise TypeError(f"{self.type} {self.id} is not about an activity")
        return self.object

    def document(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.type,
            "actor": self.actor,
            "published": self.published,
            "object": self.object.document(),
            "notes": dict(self.notes),
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Activity:
        return cls(**{**told, "object": _object_of(told["object"])})


def _object_of(told: Mapping[str, Any]) -> Thing | Edge | Activity:
    if "actor" in told:
        return Activity.of(told)
    return Edge.of(told) if told["kind"] == Edge.kind else Thing.of(told)
