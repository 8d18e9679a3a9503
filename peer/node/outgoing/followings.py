"""Telling each server whom of its people we have as followers (FEP-8fcf).

Said by a digest with what goes to followers: where it differs from what they have,
they ask for the list.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from peer.model.reading import Read
from peer.node.telling.addressing import followers
from peer.protocol.collection import digest, synchronization
from peer.protocol.iri import origin
from store.interface import Store

_ACTORS = 256
_BELIEVED = timedelta(seconds=5)

#: How many there are, and the latest: another, where somebody came or went.
_Mark = tuple[int, str]


@dataclass(slots=True)
class _Known:
    mark: _Mark
    digests: Mapping[str, str]
    until: datetime


@dataclass(slots=True)
class Followings:
    store: Store
    now: Callable[[], datetime]
    _known: OrderedDict[str, _Known] = field(default_factory=OrderedDict)

    async def header(self, actor: str, host: str) -> str:
        """``Collection-Synchronization``, to the server at the origin ``host``."""
        digests = await self._digests(actor)
        return synchronization(
            f"{actor}/followers",
            f"{actor}/followers_synchronization",
            digests.get(host) or digest(()),
        )

    async def _digests(self, actor: str) -> Mapping[str, str]:
        known = self._known.get(actor)
        if known is None or self.now() >= known.until:
            known = await self.store.read(partial(self._look, actor, known))
            self._known[actor] = known
            if len(self._known) > _ACTORS:
                self._known.popitem(last=False)
        return known.digests

    def _look(self, actor: str, known: _Known | None, read: Read) -> _Known:
        mark, until = _mark(read, actor), self.now() + _BELIEVED
        if known is not None and known.mark == mark:
            return _Known(mark, known.digests, until)
        return _Known(mark, digests(chain.from_iterable(followers(read, actor))), until)


def digests(fans: Iterable[str]) -> Mapping[str, str]:
    """By origin, a number for those of ``fans`` who live there."""
    living: defaultdict[str, list[str]] = defaultdict(list)
    for id in fans:
        if (home := _home(id)) is not None:
            living[home].append(id)
    return {host: digest(ids) for host, ids in living.items()}


def _home(id: str) -> str | None:
    try:
        return origin(id)
    except ValueError:
        return None


def _mark(read: Read, actor: str) -> _Mark:
    newest = read.edges(object=actor, relation="follows", limit=1)
    count = read.degree(object=actor, relation="follows")
    return count, newest[0].id if newest else ""
