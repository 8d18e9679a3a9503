"""User names: what stands before the @ where others mention an actor of ours.

Whoever comes first is called by the last part of their address, the next one gets
another name.  A name is never given to anybody else: others keep it with their posts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from peer.model.indexing import ELSEWHERE
from peer.model.lexicon import Lexicon
from peer.model.query import Query, Where
from peer.model.reading import Read
from peer.model.voice import CALLED
from peer.protocol.actor import is_username
from peer.protocol.iri import origin
from peer.protocol.thing import Thing
from store.interface import Store, Transaction

#: Who has a name, by the name; and what somebody is called, by their id.
_TAKEN, _CALLED = "user-name", CALLED

_LONGEST = 64
_OTHER = re.compile(r"[^a-z0-9_.-]+")


def find(read: Read, user: str) -> str | None:
    """The id of the actor who is called ``user``, in large or small letters."""
    kept = read.recall(_TAKEN, user.lower())
    return kept["actor"] if kept else None


def of(read: Read, actor: str) -> str | None:
    """What ``actor`` is called, once that is settled."""
    kept = read.recall(_CALLED, actor)
    return kept["user"] if kept else None


def known(read: Read, handle: str) -> str | None:
    """Whom on another server we know by ``ana@blog.example``, @ before it or not."""
    name = handle.strip().removeprefix("@").lower()
    where = (Where("handle", "=", name),)
    query = Query(("Actor",), audiences=(ELSEWHERE,), where=where, limit=1)
    return next((actor.id for actor in read.find(query).items), None)


def claim(tx: Transaction, thing: Thing, wanted: str = "") -> str:
    """The user name of the actor ``thing``, settled now if it was not.

    ``wanted`` is what it would be called, instead of the last part of its address.
    """
    settled = of(tx, thing.id)
    if settled:
        return settled
    user = next(name for name in _names(wanted or thing.slug) if not find(tx, name))
    tx.keep(_TAKEN, user, {"actor": thing.id})
    tx.keep(_CALLED, thing.id, {"user": user})
    return user


def _names(wanted: str) -> Iterator[str]:
    """``wanted`` as a user name, then others like it."""
    plain = _OTHER.sub("-", wanted.lower())[:_LONGEST].strip("-.")
    name = plain if is_username(plain) else "actor"
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


async def settle(store: Store, thing: Thing, wanted: str = "") -> str:
    """The same, where nothing else is to be written."""
    settled = await store.read(partial(of, actor=thing.id))
    if settled:
        return settled
    return await store.transact(partial(claim, thing=thing, wanted=wanted))


def unsettled(read: Read, user: str, base: str, lexicon: Lexicon) -> Thing | None:
    """Who would be called ``user``, but has not been asked for by any name so far."""
    if find(read, user) is not None:
        return None
    kinds = [kind for kind in lexicon.types.values() if lexicon.is_actor(kind.name)]
    ids = [f"{base}/{kind.path}/{user.lower()}" for kind in kinds]
    known = read.many(ids)
    for id in ids:
        there = known.get(id)
        if there is not None and _is_free(read, there, lexicon):
            return there
    return None


def _is_free(read: Read, thing: Thing, lexicon: Lexicon) -> bool:
    acts = lexicon.is_actor(thing.kind) and not thing.deleted
    return acts and of(read, thing.id) is None


def address_of(user: str, actor: str) -> str:
    """How ``user`` is mentioned on other servers: ``ana@blog.example``."""
    return f"{user}@{origin(actor).partition('://')[2]}"
