"""One errand to another server: from a URL to a document that stands at its own id."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peer.node.outgoing.backoff import retry_after
from peer.node.outgoing.bodies import Unreadable, Wanted, read_body
from peer.node.outgoing.freshness import Kept
from peer.node.outgoing.line import Budget, Line, Request
from peer.node.outgoing.pen import Signer
from peer.node.outgoing.reach import OutOfReach, Place, Reach
from peer.node.outgoing.turns import Turns
from peer.node.outgoing.unfetched import Slower, Unfit, of_status
from peer.protocol import strict

_HOPS = 3
_MOVED = (301, 302, 303, 307, 308)
_QUICKLY_READ = 64 * 1024  # more than that would keep everybody waiting


@dataclass(frozen=True, slots=True)
class Found:
    """``document`` as it stood at ``place``; ``kept``, as far as it may be."""

    place: Place
    document: Mapping[str, Any]
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Errand:
    """``known`` is what was found there the last time."""

    line: Line
    reach: Reach
    turns: Turns
    signer: Signer | None
    wanted: Wanted
    budget: Budget
    known: Kept | None
    hops: int = _HOPS

    async def run(self, asked: Place) -> Found:
        found = await self._walk(asked)
        if not self.wanted.named:
            return found
        id = self._id(found)
        if id.url in (found.place.url, asked.url):
            return found
        again = await self._walk(id)
        if self._id(again).url in (again.place.url, id.url):
            return again
        raise Unfit(str(id.url), "what stands at its id says that it is something else")

    def _id(self, found: Found) -> Place:
        """What it says it is: only its own server can have it say so."""
        url, told = str(found.place.url), found.document.get("id")
        if not isinstance(told, str):
            raise Unfit(url, "it has no id")
        try:
            id = self.reach.place(told)
        except OutOfReach as wrong:
            raise Unfit(url, f"its id is nowhere: {wrong}") from wrong
        if id.origin != found.place.origin:
            raise Unfit(url, f"its id, {told}, is another server's")
        return id

    # -- from hop to hop ---------------------------------------------------------------

    async def _walk(self, place: Place) -> Found:
        while True:
            answer = await self._get(place)
            if answer.status not in _MOVED:
                return await self._read(place, answer)
            place = self._onward(place, answer)

    def _onward(self, place: Place, answer: _Answer) -> Place:
        url = str(place.url)
        if not self.hops:
            raise Unfit(url, f"it is more than {_HOPS} redirects away")
        self.hops -= 1
        if "Location" not in answer.headers:
            raise Unfit(url, "it leads elsewhere, but does not say where")
        onward = self.reach.onward(place, answer.headers["Location"])
        if place.url.scheme == "https" and onward.url.scheme == "http":
            raise Unfit(url, "it leads from https to http")
        return onward

    async def _get(self, place: Place) -> _Answer:
        headers = {"accept": self.wanted.accept, **self._questions(place)}
        request = Request("GET", place, headers, budget=self.budget)
        async with self.turns.taken(place.host):
            response = await self.line.ask(request, self.signer)
            try:
                body = b""
                if response.status == 200:
                    body = await read_body(response, strict.LARGEST)
                return _Answer(response.status, response.headers, body)
            except Unreadable as wrong:
                raise Unfit(str(place.url), str(wrong)) from wrong
            finally:
                response.release()

    def _questions(self, place: Place) -> Mapping[str, str]:
        """Only who told us a tag is told it again."""
        known = self.known
        return known.questions if known and known.url == str(place.url) else {}

    # -- at the place ------------------------------------------------------------------

    async def _read(self, place: Place, answer: _Answer) -> Found:
        url, now = str(place.url), self.line.now()
        if answer.status == 304 and self.known and self._questions(place):
            known = self.known.again(answer.headers, now)
            return Found(place, known.document, known)
        if answer.status == 429:
            wait = retry_after(answer.headers.get("Retry-After", ""), now)
            raise Slower(url, "they ask us to be slower", wait)
        if answer.status != 200:
            raise of_status(url, answer.status)
        content_type = answer.headers.get("Content-Type", "")
        if not self.wanted.taken(content_type):
            raise Unfit(url, f"it is {content_type[:80] or 'of no kind'!r}")
        document = await _parsed(url, answer.body)
        kept = Kept.of(url, document, answer.headers, now)
        return Found(place, document, kept)


async def _parsed(url: str, body: bytes) -> dict[str, Any]:
    try:
        if len(body) > _QUICKLY_READ:
            return await asyncio.to_thread(strict.read, body)
        return strict.read(body)
    except strict.NotJson as wrong:
        raise Unfit(url, str(wrong)) from wrong
