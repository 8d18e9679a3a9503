"""What somebody elsewhere means by what they say, in terms of what is known here.

Functions of the store, without asking anybody: where something has to be looked at
first, they say so (:class:`Need`), and are asked again when it has been.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.protocol.moment import wire
from peer.protocol.origin import same, same_origin
from peer.protocol.proof import method_of
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing
from peer.protocol.wire.loose import Document
from peer.protocol.wire.said import Said


@dataclass(frozen=True, slots=True)
class Do:
    """Carry this out, as though they had pressed a button here."""

    activity: Activity


@dataclass(frozen=True, slots=True)
class Need:
    """Look at these first; ``fresh`` whatever is known of them already."""

    ids: tuple[str, ...] = ()
    fresh: bool = False
    documents: tuple[str, ...] = ()  # what is no thing, to be judged as it stands there
    proof: Document | None = None  # whose key it was that signed this


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at so far: what stood where, and what who has signed."""

    tried: frozenset[str] = field(default_factory=frozenset)
    documents: Mapping[str, Document] = field(default_factory=dict)
    proven: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # the keys

    def at(self, *ids: str) -> Looked:
        return replace(self, tried=self.tried.union(ids))


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to do, and why; for who is told, it is done."""

    reason: str
    status: int = 202


Meant = Do | Need | Nothing


@dataclass(frozen=True, slots=True)
class Answer:
    """``done`` is whether anything was; the reason is for the log, and for them."""

    status: int
    reason: str = ""
    done: bool = False


#: The reason of a :class:`Nothing` after which the id is kept as :data:`GONE`.
FORGET = "it is gone before it came"
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Meaning:
    """``said`` is by who signed it; ``tried`` is what was looked at for it already."""

    said: Said
    lexicon: Lexicon
    base: str
    now: datetime
    read: Read
    tried: frozenset[str] = field(default_factory=frozenset)
    looked: Looked = field(default_factory=Looked)

    # -- what all of them need -------------------------------------------------------

    @property
    def id(self) -> str:
        return id_given(self.said)

    def is_ours(self, id: str | None) -> bool:
        return id is not None and same_origin(id, self.base)

    def ours(self, id: str | None) -> Thing | None:
        """Something of our own that is still there, and not kept back."""
        thing = self.read.get(id) if id and self.is_ours(id) else None
        if thing is None or thing.deleted or thing.audience != PUBLIC:
            return None
        return thing

    def known(self, id: str | None) -> Thing | None:
        thing = self.read.get(id) if id else None
        return thing if thing and not thing.deleted else None

    def actor_of_ours(self, id: str | None) -> Thing | None:
        thing = self.ours(id)
        return thing if thing and self.lexicon.is_actor(thing.kind) else None

    def do(
        self, object: Thing | Edge | Activity, verb: str = "", **notes: Any
    ) -> Meant:
        """Done by an actor of whom we know what to show and where to answer."""
        said = self.said
        if unseen := self._unseen(said.actor):
            return unseen
        told = {name: value for name, value in notes.items() if value}
        verb = verb or said.type
        if verb != said.type:
            told["said"] = said.type
        if said.id is None:
            told["nameless"] = True
        told["received"] = True
        at = wire(self.now)
        return Do(Activity(self.id, verb, said.actor, at, object, told))

    def not_had(self, id: str, reason: str) -> Nothing:
        """Of what did not answer they should tell again; else that was all."""
        later = unreached(id) in self.tried
        return Nothing(reason, 503 if later else 403)

    def has_departed(self, id: str) -> bool:
        """Was it looked at, and had been there once?"""
        return departed(id) in self.tried

    def _unseen(self, actor: str) -> Need | Nothing | None:
        known = self.read.get(actor)
        if known is not None and not known.deleted:
            return None
        if actor in self.tried:
            return Nothing("who you are is not to be had from your server", 401)
        return Need((actor,))

    # -- what is signed inside ---------------------------------------------------------

    def proven(self, document: Document, by: str) -> bool | Need:
        """Has ``by`` signed ``document``?  Not to be known before it was looked at."""
        if not same_origin(method_of(document), by):
            return False  # nobody is asked for a key that is another server's
        mark = mark_of(document)
        if mark not in self.tried:
            return Need(proof=document)
        return same(self.looked.proven.get(mark, {}).get("owner"), by)

    def key_of(self, document: Document) -> Mapping[str, str] | None:
        """With which key that was proven: it may be looked at when they have others."""
        return self.looked.proven.get(mark_of(document))

    def document(self, id: str) -> Document | Need | None:
        """What stands at ``id`` and is no thing; None where it is not to be had."""
        if id not in self.tried:
            return Need(documents=(id,))
        return self.looked.documents.get(id)

    def is_followed(self, actor: str) -> bool:
        """Does anybody here follow them?"""
        return bool(self.read.edges(object=actor, relation="follows", limit=1))


def unreached(id: str) -> str:
    """The mark of what did not answer: it may another time."""
    return f"unreached {id}"


def departed(id: str) -> str:
    """The mark of what was there, as its own server says, and is not any more."""
    return f"departed {id}"


def mark_of(document: Document) -> str:
    """Of what is signed, another for each byte that differs."""
    said = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return f"proof {hashlib.sha256(said).hexdigest()}"


def id_given(told: Said) -> str:
    """The id of the activity; one that has none is known by what it says."""
    if told.id is not None:
        return told.id
    raw = {n: v for n, v in told.raw.items() if n not in ("signature", "proof")}
    said = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    return f"{told.actor}#nameless-{hashlib.sha256(said).hexdigest()[:32]}"
