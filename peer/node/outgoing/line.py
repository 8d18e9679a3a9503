"""One request to another server, signed in a way that it understands.

There are two ways to sign.  The one that nearly all understand goes first; who
answers that they did not gets the other, once, and what helped is remembered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from aiohttp import (
    ClientConnectorError,
    ClientOSError,
    ClientResponse,
    ClientSession,
    ServerDisconnectedError,
)

from peer.node.outgoing.courier import Answer, Courier
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.pen import Dialect, Pen, Signer
from peer.node.outgoing.reach import Place
from peer.protocol.signature import Message

_NOT_UNDERSTOOD = (400, 401)
_PROVES_NOTHING = (400, 401, 403, 429)


class Spent(Exception):
    """All requests that were allowed for one errand have been made."""


@dataclass(slots=True)
class Budget:
    """How many requests may follow from one delivery that came in."""

    left: int = 20

    def spend(self) -> None:
        if self.left < 1:
            raise Spent("as many requests as one errand may make have been made")
        self.left -= 1


@dataclass(frozen=True, slots=True)
class Request:
    """``place`` is the word of a Reach that the request may go there."""

    method: str
    place: Place
    headers: Mapping[str, str]
    body: bytes = b""
    budget: Budget | None = None

    @property
    def message(self) -> Message:
        headers = {"host": self.place.authority, **self.headers}
        return Message(
            self.method, self.place.target, self.place.origin, headers, self.body
        )


class _Answered(Protocol):
    @property
    def status(self) -> int: ...

    def release(self) -> object:
        """Whoever answered is not listened to any longer."""


_A = TypeVar("_A", bound=_Answered)
_Way = Callable[[Request, Mapping[str, str]], Awaitable[_A]]


@dataclass(frozen=True, slots=True)
class Line:
    """``session`` asks and ``courier`` brings; neither follows redirects."""

    session: ClientSession
    hosts: Hosts
    pen: Pen
    now: Callable[[], datetime]
    courier: Courier

    async def ask(self, request: Request, signer: Signer | None) -> ClientResponse:
        """What is answered; the caller lets go of it."""
        if signer is None:
            return await _sent(self._asked, request, request.message.headers)
        return await self._understood(self._asked, request, signer)

    async def bring(self, request: Request, signer: Signer) -> Answer:
        return await self._understood(self._brought, request, signer)

    async def _understood(self, way: _Way[_A], request: Request, signer: Signer) -> _A:
        first, *others = await self.hosts.knocks(request.place.host, signer)
        answer = await self._knock(way, request, signer, first)
        if answer.status not in _NOT_UNDERSTOOD or not others:
            return answer
        try:
            second = await self._knock(way, request, signer, others[0])
        except BaseException:
            answer.release()
            raise
        if second.status in _NOT_UNDERSTOOD:  # what was wrong is something else
            second.release()
            return answer
        answer.release()
        if second.status < 500 and second.status not in _PROVES_NOTHING:
            await self.hosts.learn(request.place.host, others[0])
        return second

    async def _knock(
        self, way: _Way[_A], request: Request, signer: Signer, dialect: Dialect
    ) -> _A:
        message, now = request.message, self.now()
        headers = await self.pen.signed(message, signer, dialect, now)
        return await _sent(way, request, headers)

    async def _asked(
        self, request: Request, headers: Mapping[str, str]
    ) -> ClientResponse:
        if request.budget is not None:
            request.budget.spend()
        return await self.session.request(
            request.method,
            request.place.url,
            headers=headers,
            data=request.body or None,
            allow_redirects=False,
        )

    async def _brought(self, request: Request, headers: Mapping[str, str]) -> Answer:
        return await self.courier.bring(request.place, headers, request.body)


async def _sent(way: _Way[_A], request: Request, headers: Mapping[str, str]) -> _A:
    try:
        return await way(request, headers)
    except ClientConnectorError:
        raise
    except (ClientOSError, ServerDisconnectedError):
        # A connection that was kept open, and closed by them at this moment.
        # What we send has an id, so that nothing happens twice.
        return await way(request, headers)
