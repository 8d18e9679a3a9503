"""Blocks: actors and whole domains that this peer has nothing to do with.

A block of a domain holds for all hosts below it, where it has two or three labels
(``evil.example``, ``evil.co.uk``); a longer one holds for that host alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from peer.model.reading import Read
from peer.node.moderation import audit
from peer.node.records import each
from peer.node.refusal import Refused
from peer.protocol.moment import wire
from peer.protocol.wire.loose import is_address
from store.interface import Transaction

_SPACE, _STATE, _CHANGES = "block", "moderation", "blocks"
_LONGEST = 2048
_REMEMBERED = 4096
_LONGEST_WHY = 2000
_DOMAIN = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
    r"(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+"
)


@dataclass(frozen=True, slots=True)
class Block:
    """``what`` is the id of an actor, or a domain."""

    what: str
    by: str
    why: str
    since: str

    @property
    def is_domain(self) -> bool:
        return "/" not in self.what


# -- asking ------------------------------------------------------------------------


def is_blocked(read: Read, actor: str) -> bool:
    """Is the actor blocked, or its host, or the domain that its host is of?"""
    if read.recall(_STATE, _CHANGES) is None:
        return False  # nothing ever was
    return any(read.recall(_SPACE, name) is not None for name in _names(actor))


@lru_cache(_REMEMBERED)
def _names(actor: str) -> tuple[str, ...]:
    """What a block of ``actor`` may be kept under: four names at the most."""
    host = host_of(actor)
    labels = host.split(".")
    parents = (".".join(labels[-n:]) for n in (2, 3) if n < len(labels))
    return (actor, host, *parents) if host else (actor,)


@lru_cache(_REMEMBERED)
def host_of(iri: str) -> str:
    """The host that speaks for ``iri``, in small letters; empty where none does.

    >>> host_of("https://Social.Evil.example:8443/users/eve")
    'social.evil.example'
    """
    try:
        host = urlsplit(iri).hostname or ""
        return host.rstrip(".").encode("idna").decode().lower()
    except ValueError:  # UnicodeError is one
        return ""


# -- changing ----------------------------------------------------------------------


def named(told: str) -> str:
    """What is meant by who typed ``told``: the id of an actor, or a domain."""
    name = told.strip()
    if "/" in name or len(name) > _LONGEST:
        if is_address(name) and len(name) <= _LONGEST and host_of(name):
            return name
        raise _bad("An actor is named by its address, which begins with https://.")
    try:
        domain = name.removeprefix("*.").strip(".").encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise _bad("This is neither a domain, like evil.example, nor an address.")
    return domain


def reason_in(told: str) -> str:
    """Why, in words for those who keep this peer after us."""
    why = " ".join(told.split())
    if len(why) > _LONGEST_WHY:
        sentence = f"A reason has at most {_LONGEST_WHY} characters."
        raise Refused(sentence, 422, {"why": sentence})
    return why


def block(tx: Transaction, what: str, by: str, why: str, now: datetime) -> bool:
    """Block ``what``; False where it was blocked already."""
    if tx.recall(_SPACE, what) is not None:
        return False
    tx.keep(_SPACE, what, asdict(Block(what, by, why, wire(now))))
    _changed(tx, by, "block", what, why, now)
    return True


def unblock(tx: Transaction, what: str, by: str, why: str, now: datetime) -> bool:
    """Take the block of ``what`` back; False where there was none."""
    if not tx.drop(_SPACE, what):
        return False
    _changed(tx, by, "unblock", what, why, now)
    return True


def _changed(
    tx: Transaction, by: str, did: str, what: str, why: str, now: datetime
) -> None:
    audit.note(tx, by, did, what, why, now)
    count = (tx.recall(_STATE, _CHANGES) or {}).get("count", 0)
    tx.keep(_STATE, _CHANGES, {"count": count + 1})


def _bad(sentence: str) -> Refused:
    return Refused(sentence, 422, {"what": sentence})


# -- all of them -------------------------------------------------------------------


def everything(read: Read) -> Iterator[Block]:
    """All blocks, by what they are of."""
    for _, told in each(read, _SPACE):
        yield Block(**told)


def some(
    read: Read, *, after: str = "", limit: int = 200
) -> tuple[Sequence[Block], str]:
    """Blocks by what they are of, and what to give as ``after`` for the next."""
    kept = read.recall_all(_SPACE, after=after, limit=limit + 1)
    more = kept[limit - 1][0] if len(kept) > limit else ""
    return [Block(**told) for _, told in kept[:limit]], more


@dataclass(frozen=True, slots=True)
class Blocklist:
    """All blocks at one time, for pages that have many actors to ask about."""

    names: frozenset[str] = frozenset()
    mark: int = 0

    def holds(self, actor: str) -> bool:
        return bool(self.names) and not self.names.isdisjoint(_names(actor))


def current(read: Read, known: Blocklist) -> Blocklist:
    """The blocks as they are now, which may well be those that are ``known``."""
    told: Mapping[str, int] = read.recall(_STATE, _CHANGES) or {}
    mark = told.get("count", 0)
    if mark == known.mark:
        return known
    return Blocklist(frozenset(block.what for block in everything(read)), mark)
