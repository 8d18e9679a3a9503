"""One delivery: whether to try at all, the attempt, and what its answer means."""

from __future__ import annotations

import asyncio
import errno
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from aiohttp import ClientError

from peer.node.outgoing import backoff
from peer.node.outgoing.breaker import Breaker, Way
from peer.node.outgoing.courier import Answer
from peer.node.outgoing.dial import Unreachable
from peer.node.outgoing.kept import TO_ONE
from peer.node.outgoing.line import Line, Request
from peer.node.outgoing.outcomes import Outcome, is_final, said
from peer.node.outgoing.parcel import Parcel
from peer.node.outgoing.reach import OutOfReach
from peer.node.outgoing.turns import Turns

#: Requests at once, in all.
_AT_ONCE = 256

#: Until there may be room again.
_AWHILE = timedelta(seconds=5)

_DEADLINE = 10.0  # seconds
_NOBODY_THERE = 502  # as what stands before them says
_HEADERS = {"content-type": "application/activity+json"}

#: What it means when we have too much open ourselves: nothing about them.
_OUR_FAULT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sending:
    """``chance`` gives numbers from 0 to 1, so that not all try again at once.

    ``back`` are the origins of hosts that were not there and have answered since.
    """

    line: Line
    chance: Callable[[], float] = random.random
    deadline: float = _DEADLINE
    turns: Turns = field(default_factory=lambda: Turns(TO_ONE, _AT_ONCE))
    breaker: Breaker = field(init=False)
    back: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.breaker = Breaker(self.line.now)

    async def send(self, parcel: Parcel, may_begin: Callable[[], bool]) -> Outcome:
        """What became of it, if only that it is not for now."""
        host = parcel.place.host
        async with self.turns.taken(host):
            if not may_begin():
                return self.put_off(parcel, self.line.now())
            match self.breaker.way(host):
                case Way.WAIT:
                    until = self.breaker.rests(host) or self.line.now()
                    return self.put_off(parcel, until)
                case Way.DOWN:
                    return self.again(parcel, "Not tried: the host does not answer.")
            return await self._attempt(parcel)

    async def _attempt(self, parcel: Parcel) -> Outcome:
        headers = {**_HEADERS, **parcel.headers}
        request = Request("POST", parcel.place, headers, parcel.body)
        try:
            async with asyncio.timeout(self.deadline):
                answer = await self.line.bring(request, parcel.signer)
        except OutOfReach as wrong:
            return self.again(parcel, f"Nothing is sent there: {wrong}.")
        except (ClientError, OSError) as wrong:  # and TimeoutError, which is one
            if isinstance(wrong, OSError) and wrong.errno in _OUR_FAULT:
                log.warning("delivery.no_room", reason=str(wrong))
                return self.put_off(parcel, self.line.now() + _AWHILE)
            missed = isinstance(wrong, Unreachable)
            self.breaker.silent(parcel.place.host, missed)
            return self.again(parcel, _no_answer(wrong))
        return self._judged(parcel, answer)

    def _judged(self, parcel: Parcel, answer: Answer) -> Outcome:
        host, status = parcel.place.host, answer.status
        if status >= 500:
            self.breaker.silent(host, missed=status == _NOBODY_THERE)
        elif self.breaker.answered(host):
            self.back.add(parcel.place.origin)
        if 200 <= status < 300:
            return Outcome(parcel.delivery.id, done=True)
        if is_final(status):
            return Outcome(parcel.delivery.id, error=said(answer), gone=status == 410)
        asked = answer.headers.get("Retry-After", "") if status in (429, 503) else ""
        wait = backoff.retry_after(asked, self.line.now())
        if status == 429 and wait:
            self.breaker.pause(host, wait)
        return self.again(parcel, said(answer), wait)

    def put_off(self, parcel: Parcel, until: datetime) -> Outcome:
        return Outcome(parcel.delivery.id, due=until, tried=False)

    def again(
        self, parcel: Parcel, error: str, at_least: timedelta = timedelta()
    ) -> Outcome:
        """Later; or, after two weeks of that, no more."""
        attempts = parcel.delivery.attempts + 1
        wait = backoff.again(attempts, self.chance())
        due = self.line.now() + max(wait, at_least) if wait else None
        return Outcome(parcel.delivery.id, due=due, error=error)


def _no_answer(wrong: Exception) -> str:
    if isinstance(wrong, TimeoutError):
        return "There was no answer in time."
    return f"There was no answer: {wrong}."
