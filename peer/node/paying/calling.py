"""One question to a payment provider, over the client for all that goes out.

Each is asked once: what is repeated without need is money.  There is a deadline for
the whole of it and a limit to what is read, however slowly it drips.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aiohttp import ClientError

from peer.node.outgoing.bodies import Unreadable, read_body
from peer.node.outgoing.reach import OutOfReach
from peer.node.paying.provider import Unavailable

if TYPE_CHECKING:
    from peer.node.outgoing.office import Outgoing

_LARGEST = 256 * 1024
_TOO_MANY, _TOO_LATE = 429, 408


@dataclass(frozen=True, slots=True)
class Answer:
    """``told`` is the JSON of it, with exact decimals; None where there was none."""

    status: int
    told: Any


@dataclass(frozen=True, slots=True)
class Calling:
    """``who`` is called, at ``url``, with a ``key`` that is shown to nobody."""

    who: str
    url: str
    key: str = field(repr=False)
    outgoing: Callable[[], Outgoing | None]
    deadline: float

    async def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        """Their answer; Unavailable where there is none that says anything."""
        try:
            async with asyncio.timeout(self.deadline):
                answer = await self._ask(method, path, body)
        except TimeoutError as wrong:
            raise Unavailable(f"{self.who} gave no answer in time.") from wrong
        except (ClientError, OSError, Unreadable, OutOfReach, ValueError) as wrong:
            raise Unavailable(f"{self.who} gave no answer: {wrong}.") from wrong
        if answer.status >= 500 or answer.status in (_TOO_MANY, _TOO_LATE):
            raise Unavailable(f"{self.who} answers {answer.status}.")
        return answer

    async def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> Answer:
        outgoing = self.outgoing()
        if outgoing is None:
            raise Unavailable(f"{self.who} cannot be asked while this peer starts.")
        place = outgoing.reach.place(f"{self.url}{path}")
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        async with outgoing.session.request(
            method,
            place.url,
            headers=headers,
            data=None if body is None else json_of(body),
            allow_redirects=False,
        ) as response:
            content = await read_body(response, _LARGEST)
            told = json.loads(content, parse_float=Decimal) if content else None
            return Answer(response.status, told)


def json_of(body: Mapping[str, Any]) -> bytes:
    """``body`` as JSON; a Decimal stands in it as it is written."""
    return json.dumps(body, default=_number, ensure_ascii=False).encode()


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")
