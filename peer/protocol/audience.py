"""Whom an activity is for, and what of that the others may know.

Recipients are actors, by id, and the followers of some.  What is for everybody goes
to followers: there is no list of everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from peer.protocol.origin import same
from peer.protocol.terms import PUBLIC
from peer.protocol.wire.loose import ids

_OPEN, _BLIND = ("to", "cc", "audience"), ("bto", "bcc")
_ADDRESSED = ("to", "cc", "bto", "bcc", "audience")
_FOLLOWERS = "/followers"


@dataclass(frozen=True, slots=True)
class Audience:
    """``actors`` to look up one by one; ``followers``: collections that we keep."""

    actors: tuple[str, ...]
    followers: tuple[str, ...]
    public: bool


def audience(
    document: Mapping[str, Any], actor: str, collections: Iterable[str] = ()
) -> Audience:
    """Whom ``document``, which ``actor`` sends, is for; each once, as first named.

    ``collections`` are the other collections of followers that the peer knows, such
    as that of a calendar which passes on what is put on it.
    """
    named = addressed(document)
    own = actor + _FOLLOWERS
    known = {own, *collections}
    public = PUBLIC in named
    chosen = [id for id in named if id in known]
    return Audience(
        actors=tuple(id for id in named if id not in known and _is_other(id, actor)),
        followers=tuple(dict.fromkeys((*chosen, own) if public else chosen)),
        public=public,
    )


def addressed(document: Mapping[str, Any]) -> tuple[str, ...]:
    """All that ``document`` is addressed to, openly or not."""
    told = (id for name in _ADDRESSED for id in _all(document.get(name)))
    return tuple(dict.fromkeys(told))


def _all(told: Any) -> Iterator[str]:
    """Unlike a stranger's, our own lists are read to their end."""
    for each in told if isinstance(told, list) else [told]:
        yield from ids(each)


def _is_other(id: str, actor: str) -> bool:
    """Somebody to send it to.  Whoever keeps a list of followers sends it to them."""
    return id != PUBLIC and not same(id, actor) and not id.endswith(_FOLLOWERS)


def sent(document: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` as others get it: without who else got it in secret."""
    told = {name: value for name, value in document.items() if name not in _BLIND}
    inside = told.get("object")
    if isinstance(inside, Mapping):
        told["object"] = sent(inside)
    elif isinstance(inside, list):
        told["object"] = [sent(o) if isinstance(o, Mapping) else o for o in inside]
    return told


def is_public(document: Mapping[str, Any]) -> bool:
    """May everybody see it?  In ``to``, or, for Mastodon not listed, in ``cc``."""
    return any(PUBLIC in ids(document.get(name)) for name in _OPEN)
