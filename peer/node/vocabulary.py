"""Types and relation kinds as things: from the files into the store, and from there.

After start nothing distinguishes a type that a file declares from one that was
made in the browser.  When a file changes, what people changed stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from peer.model.declaration import Type, declared
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.query import Query
from peer.model.reading import Read
from peer.node.library import Written
from peer.node.outbox import Ask
from peer.protocol.thing import AUDIENCES, Activity, Edge, Thing
from store.interface import Transaction

_SPACE = "declared"  # what each file said when it was last taken over
_CHANGED = ("vocabulary", "changed")  # by which activity, the last time
_TABLES = ("fields", "relations", "permits", "listing")
_MOST = 1000


def load(read: Read) -> Lexicon:
    """The vocabulary, as the store has it."""
    types = {}
    parents = _parents(read)
    for thing in _all(read, "Type"):
        kind = _declared(orjson.dumps(thing.values))
        also = [name for name in parents.get(thing.id, ()) if name not in kind.extends]
        types[kind.name] = replace(kind, extends=(*kind.extends, *also))
    relations = {
        thing["name"]: RelationKind.of(thing.id, thing.values)
        for thing in _all(read, "Relation")
    }
    return Lexicon(types, relations)


@lru_cache(maxsize=256)
def _declared(told: bytes) -> Type:
    """Most types are the same from one change of the vocabulary to the next."""
    return declared(orjson.loads(told))


def _all(read: Read, kind: str) -> Iterator[Thing]:
    cursor = None
    while True:
        query = Query((kind,), "published", AUDIENCES, cursor=cursor, limit=_MOST)
        page = read.find(query)
        yield from page.items
        if page.next is None:
            return
        cursor = page.next


def _parents(read: Read) -> Mapping[str, list[str]]:
    """The names of the types that each type was related to by ``subtypeOf``."""
    edges = read.edges(relation="subtypeOf", limit=_MOST)
    there = read.many(edge.object for edge in edges)
    found: dict[str, list[str]] = {}
    for edge in edges:
        other = there.get(edge.object)
        if other is not None and other.kind == "Type" and not other.deleted:
            found.setdefault(edge.subject, []).append(other["name"])
    return found


def changes(activity: Activity) -> bool:
    """Is the vocabulary another one once ``activity`` was carried out?"""
    match activity.object:
        case Thing(kind=kind):
            return kind in ("Type", "Relation")
        case Edge(relation=relation):
            return relation == "subtypeOf"
        case inner:
            return changes(inner)


def mark(read: Read) -> str:
    """Says which vocabulary it is: another one after every change, by whomever."""
    told = read.recall(*_CHANGED)
    return told["by"] if told else ""


def note_change(tx: Transaction, activity: Activity) -> None:
    tx.keep(*_CHANGED, {"by": activity.id})


def asks(base: str, written: Mapping[str, Written], tx: Transaction) -> Iterator[Ask]:
    """What to publish so that the store says of each type what its file says.

    What a type extends comes before it.
    """
    known = Lexicon({name: file.type for name, file in written.items()})
    for name in dict.fromkeys(
        n for each in written for n in known.lineage([each])[::-1]
    ):
        file = written[name]
        id = f"{base}/types/{name.lower()}"
        there, taken = tx.get(id), tx.recall(_SPACE, name)
        if taken == file.told or (there and there.deleted):
            continue
        if there is None:
            yield Ask("Create", id=id, kind="Type", values=file.told)
        else:
            after = merged(taken or {}, file.told, there.values)
            gone = {term: None for term in there.values if term not in after}
            yield Ask("Update", id=id, values={**after, **gone})
        tx.keep(_SPACE, name, file.told)


def merged(
    old: Mapping[str, Any], new: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """``now``, with what changed from ``old`` to ``new`` and people left alone.

    >>> merged({"label": "Post"}, {"label": "Entry"}, {"label": "Post", "about": "x"})
    {'label': 'Entry', 'about': 'x'}
    """
    found: dict[str, Any] = {}
    for key in [*new, *(key for key in now if key not in new)]:
        if key in _TABLES:
            found[key] = merged(old.get(key, {}), new.get(key, {}), now.get(key, {}))
        elif now.get(key) == old.get(key):
            found[key] = new.get(key)
        else:
            found[key] = now.get(key)
    return {key: value for key, value in found.items() if value is not None}
