"""People of other servers, and what they do here: as if brought by an inbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from peer.node.node import Node
from peer.protocol.moment import wire
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing

_NUMBERS = count(1)


@dataclass
class Stranger:
    """Somebody on another server, known here."""

    node: Node
    id: str
    name: str = "Ana"
    handle: str = "ana@far.example"
    values: dict[str, Any] = field(default_factory=dict)

    async def seen(self) -> Stranger:
        told = {"name": self.name, "handle": self.handle, "inbox": f"{self.id}/inbox"}
        await self._carry("View", _thing(self, self.id, "Actor", told | self.values))
        return self

    async def says(
        self,
        text: str,
        to: str = "",
        *,
        kind: str = "Note",
        audience: str = PUBLIC,
        mentions: str = "",
        **values: Any,
    ) -> Thing:
        """Write something; ``to`` is what it answers."""
        number = next(_NUMBERS)
        id = f"{self.id}/notes/{number}"
        told = {"content": text, "url": f"{id}.html", **values}
        thing = _thing(self, id, kind, told, audience)
        related: dict[str, Any] = {}
        if to:
            related["inReplyTo"] = [to]
        if mentions:
            related["mentions"] = [mentions]
        await self._carry("Create", thing, related=related)
        return thing

    async def does(self, verb: str, id: str, **notes: Any) -> Activity:
        thing = await self.node.store.read(lambda read: read.get(id))
        assert thing is not None
        return await self._carry(verb, thing, **notes)

    async def _carry(
        self, verb: str, object: Thing | Edge | Activity, **notes: Any
    ) -> Activity:
        activity = Activity(
            f"{self.id}/activities/{next(_NUMBERS)}",
            verb,
            self.id,
            wire(self.node.now()),
            object,
            {"received": True, **notes},
        )
        await self.node.store.transact(
            lambda tx: self.node.door(tx).carry_out([activity], tx)
        )
        return activity


def _thing(
    who: Stranger, id: str, kind: str, values: dict[str, Any], audience: str = PUBLIC
) -> Thing:
    now = wire(who.node.now())
    return Thing(id, kind, values, who.id, now, now, audience)


async def stranger(peer: Any, name: str = "Ana", host: str = "far.example") -> Stranger:
    """Somebody of ``host``, of whom ``peer`` has seen who they are."""
    user = name.lower().replace(" ", "-")
    found = Stranger(peer.node, f"https://{host}/{user}", name, f"{user}@{host}")
    return await found.seen()
