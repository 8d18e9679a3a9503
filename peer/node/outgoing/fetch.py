"""Fetching documents of other servers, and remembering what they were.

A document is believed to be what it says it is only where it stands at its own id,
or where its id, asked in turn, says the same (``errand``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson
from aiohttp import ClientError

from peer.node.outgoing import freshness
from peer.node.outgoing.bodies import AS2, Wanted
from peer.node.outgoing.errand import Errand, Found
from peer.node.outgoing.freshness import Kept
from peer.node.outgoing.line import Budget, Line, Spent
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.reach import OutOfReach, Place, Reach
from peer.node.outgoing.turns import Turns
from peer.node.outgoing.unfetched import Failure, OffLimits, Overrun, Refusal, Refusals
from store.interface import Busy, Store

_DEADLINE = 10.0  # seconds, for all that one fetch does
_LARGEST_KEPT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Fetched:
    """``document`` as it stands at ``url``, which is or has become its id."""

    document: Mapping[str, Any]
    url: str


@dataclass(slots=True)
class Fetcher:
    store: Store
    line: Line
    reach: Reach
    turns: Turns = field(default_factory=lambda: Turns(4, 200, per_domain=8))
    deadline: float = _DEADLINE
    _refusals: Refusals = field(init=False)

    def __post_init__(self) -> None:
        self._refusals = Refusals(self.line.now)

    async def fetch(
        self,
        url: str,
        signer: Signer | None = None,
        *,
        budget: Budget | None = None,
        wanted: Wanted = AS2,
        fresh: bool = False,
    ) -> Fetched:
        """The document at ``url``; NotFetched says why there is none.

        With ``fresh`` they are asked, whatever is remembered of an earlier answer.
        """
        place = self._place(url)
        url = str(place.url)
        # Nothing that was taken for one reader, or one purpose, serves another.
        reader = f"{signer.key_id if signer else ''} {wanted.accept}"
        known = await self._recalled(reader, url)
        if not fresh:
            self._refusals.check(reader, url)
            if known is not None and known.is_fresh(self.line.now()):
                return Fetched(known.document, known.url)
        errand = Errand(
            self.line, self.reach, self.turns, signer, wanted, budget or Budget(), known
        )
        try:
            found = await self._sent(errand, place)
        except Refusal as refusal:
            self._refusals.remember(reader, url, refusal)
            raise
        self._refusals.forget(reader, url)
        await self._keep(reader, url, found)
        return Fetched(found.document, str(found.place.url))

    def _place(self, url: str) -> Place:
        try:
            return self.reach.place(url)
        except OutOfReach as wrong:
            raise OffLimits(url, str(wrong)) from wrong

    async def _sent(self, errand: Errand, place: Place) -> Found:
        """What ``errand`` brings, or in our own words why it brings nothing."""
        url = str(place.url)
        try:
            async with asyncio.timeout(self.deadline):
                return await errand.run(place)
        except OutOfReach as wrong:
            raise OffLimits(url, str(wrong)) from wrong
        except Spent as wrong:
            raise Overrun(url, str(wrong)) from wrong
        except TimeoutError as wrong:
            raise Failure(url, "there was no answer in time") from wrong
        except (ClientError, OSError) as wrong:
            raise Failure(url, f"there was no answer: {wrong}") from wrong

    async def _recalled(self, reader: str, url: str) -> Kept | None:
        now = self.line.now()
        return await self.store.read(
            lambda read: freshness.recall(read, reader, url, now)
        )

    async def _keep(self, reader: str, url: str, found: Found) -> None:
        kept = found.kept
        if kept is None or len(orjson.dumps(kept.document)) > _LARGEST_KEPT:
            return
        work = partial(
            freshness.keep, reader=reader, url=url, kept=kept, now=self.line.now()
        )
        with suppress(Busy):  # it is only a cache
            await self.store.transact(work)
