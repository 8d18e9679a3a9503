"""Taking turns: so many requests at once to one host, to one domain, and in all."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from peer.node.people.attempts import network

#: What most countries call the part of theirs that is for companies, schools, …
_SECOND_LEVEL = frozenset(
    ("ac", "co", "com", "edu", "gob", "gov", "go", "ne", "net", "nom", "or", "org")
)


@dataclass(slots=True)
class _Gate:
    """``free`` places, each handed on to whoever has waited longest.

    asyncio's semaphore looks at all who wait whenever somebody leaves; here those
    are hundreds.
    """

    free: int
    places: int
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    async def enter(self) -> None:
        if self.free:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was just handed to us
                self.leave()
            raise

    def leave(self) -> None:
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.free += 1


@dataclass(slots=True)
class Turns:
    """Whoever owns a wildcard domain has a host for every request: domains count too.

    Without ``per_domain``, hosts of one domain do not wait for each other.
    """

    per_host: int
    in_all: int
    per_domain: int | None = None
    _gates: dict[str, _Gate] = field(default_factory=dict)

    def taken(self, host: str) -> _Taken:
        """Wait for a turn with ``host`` (and its port), and have it meanwhile."""
        return _Taken(self, host)

    async def enter(self, host: str) -> Sequence[_Gate]:
        entered: list[_Gate] = []
        try:
            for gate in self._on_the_way(host):
                await gate.enter()
                entered.append(gate)
        except BaseException:
            self.leave(host, entered)
            raise
        return entered

    def leave(self, host: str, entered: Sequence[_Gate]) -> None:
        for gate in reversed(entered):
            gate.leave()
        self._forget(host)

    def _on_the_way(self, host: str) -> Iterator[_Gate]:
        for name, places in self._wanted(host):
            gate = self._gates.get(name)
            if gate is None:
                gate = self._gates[name] = _Gate(places, places)
            yield gate

    def _wanted(self, host: str) -> Iterator[tuple[str, int]]:
        yield f"host {host}", self.per_host
        if self.per_domain is not None:
            yield f"domain {registered(host)}", self.per_domain
        yield "all", self.in_all

    def _forget(self, host: str) -> None:
        for name, _ in self._wanted(host):
            gate = self._gates.get(name)
            if gate is not None and gate.free == gate.places:
                del self._gates[name]


@dataclass(slots=True)
class _Taken:
    """A turn, which is taken for each request: a generator would cost too much."""

    turns: Turns
    host: str
    _entered: Sequence[_Gate] = ()

    async def __aenter__(self) -> None:
        self._entered = await self.turns.enter(self.host)

    async def __aexit__(self, *exc: object) -> None:
        self.turns.leave(self.host, self._entered)


def registered(host: str) -> str:
    """The part of ``host`` that somebody has registered, as far as names tell.

    There is a list of all suffixes that are open to registration; it changes by the
    week.  For taking turns, those that countries have in common are near enough.

    >>> registered("a.b.example.co.uk:443")
    'example.co.uk'
    """
    name = host.rpartition(":")[0].strip("[]")
    literal = network(name)
    if literal != "nowhere":
        return literal
    labels = name.split(".")
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3:] if shared else labels[-2:])
