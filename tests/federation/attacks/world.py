"""What an attack is made with: who attacks, who is attacked, and what must not change.

A is the attacker's server, V the victim's, T the peer that is tested, as in the
corpus whose rows these are (its numbers are their names).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.federation.fediverse import handwriting
from tests.federation.fediverse.actor import Actor
from tests.federation.fediverse.calling import Answer
from tests.federation.fediverse.handwriting import Letter, PrivateKey
from tests.federation.fediverse.ports import listening
from tests.federation.fediverse.server import Server
from tests.federation.fediverse.wording import Document
from tests.federation.peers import Near

FINE = range(200, 500)  # anything but a failure of ours
REFUSED = range(400, 500)


class Canary:
    """An address that nobody has any business at, and who came nevertheless."""

    def __init__(self, port: int) -> None:
        self.base = f"http://canary.localhost:{port}"
        self.url = f"{self.base}/secret"
        self.visits = 0

    def _visited(self, reader: Any, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()

    @asynccontextmanager
    async def singing(self, port: int) -> AsyncIterator[Canary]:
        server = await asyncio.start_server(self._visited, sock=listening(port))
        try:
            yield self
        finally:
            server.close()


@dataclass(slots=True)
class World:
    blog: Near
    evil: Server
    victim: Server
    canary: Canary
    post: str  # of T's
    before: set[str] = field(default_factory=set)  # the state that is to stay

    @property
    def eve(self) -> Actor:
        return self._of(self.evil, "eve")

    @property
    def vic(self) -> Actor:
        return self._of(self.victim, "vic")

    @property
    def sue(self) -> Actor:
        """Another one on the victim's server."""
        return self._of(self.victim, "sue")

    def _of(self, server: Server, name: str) -> Actor:
        known = {actor.name: actor for actor in server.actors.values()}
        return known.get(name) or server.actor(name)

    # -- letters ------------------------------------------------------------------

    def legit(self, said: Document | None = None, by: Actor | None = None) -> Letter:
        """A delivery that is right in all respects, as yet unsigned."""
        by = by or self.eve
        said = said or by.act("Like", self.post)
        letter = Letter("POST", self.blog.inbox, body=json.dumps(said).encode())
        letter.headers["Content-Type"] = handwriting.AS2
        return letter

    def signed(
        self,
        letter: Letter,
        by: Actor | None = None,
        *,
        key_id: str = "",
        key: PrivateKey | None = None,
        **how: Any,
    ) -> Letter:
        by = by or self.eve
        handwriting.sign_cavage(letter, key_id or by.key_id, key or by.rsa, **how)
        return letter

    def says(self, said: Document, by: Actor | None = None) -> Letter:
        return self.signed(self.legit(said, by), by)

    def claims(self, verb: str, object: Any, **more: Any) -> Letter:
        """What the attacker says, properly signed."""
        return self.says(self.eve.act(verb, object, **more))

    async def follow(self, whom: Actor) -> None:
        """T follows ``whom``, so that what they say is of interest."""
        await self.blog.meets(whom.id)
        await self.blog.does("Follow", whom.id)
        await self.blog.comes_to_hold(self.blog.actor, "follows", whom.id)

    async def send(self, letter: Letter) -> Answer:
        return await self.blog.caller.send(letter)

    # -- what must not change ---------------------------------------------------------

    async def state(self) -> set[str]:
        """All relations, and all things but what others say of themselves."""
        store = self.blog.node.store
        edges = {
            f"{each.subject} {each.relation} {each.object}"
            async for each in store.every_edge()
        }
        return edges | {
            f"{each.id} {sorted(each.values.items())!r} {each.deleted}"
            async for each in store.things()
            if each.kind != "Actor"
        }

    async def seen(self) -> None:
        """From here on nothing may change: what was before was to prepare it."""
        self.before = await self.state()

    async def changes(self) -> dict[str, list[str]]:
        now = await self.state()
        return {"gone": sorted(self.before - now), "new": sorted(now - self.before)}

    async def misled(self) -> list[str]:
        """Actors of which T believes what only others say."""
        return [
            f"{each.id}: {each.get('inbox')}"
            async for each in self.blog.node.store.things()
            if each.kind == "Actor"
            and str(each.get("inbox")).split("/")[2] != each.id.split("/")[2]
        ]


Sent = Letter | list[Letter] | None
Craft = Callable[[World], Sent | Awaitable[Sent]]


@dataclass(frozen=True, slots=True)
class Attack:
    """``right`` are the statuses that each letter may be answered with."""

    id: str
    craft: Craft
    right: Collection[int]
    harmless: bool = False  # positive rows: they are to take effect

    @property
    def name(self) -> str:
        return f"{self.id}-{self.craft.__name__}"


def row(
    rows: list[Attack], id: str, *right: int | range, harmless: bool = False
) -> Callable[[Craft], Craft]:
    statuses: set[int] = set()
    for each in right:
        statuses |= set(each) if isinstance(each, range) else {each}

    def kept(craft: Craft) -> Craft:
        rows.append(Attack(id, craft, frozenset(statuses), harmless))
        return craft

    return kept


def at(moment: datetime) -> int:
    return int(moment.timestamp())
