"""The rest of a conversation, of which this peer has only heard a part.

Upwards by what answers what, downwards by what a thing says its answers are.  Both
end: after so many requests, and before whoever asked has to wait for long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from peer.model.reading import Read
from peer.node.incoming.strangers import Strangers
from peer.node.outgoing.line import Budget
from peer.node.outgoing.unfetched import NotFetched
from peer.node.refusal import Refused
from peer.protocol.origin import same_origin
from peer.protocol.wire import gathered
from peer.protocol.wire.gathered import Gathered
from peer.protocol.wire.loose import Unreadable, address, id_of

if TYPE_CHECKING:
    from peer.node.node import Node

log = structlog.get_logger(__name__)

_UPWARDS = 5
_PAGES = 3
#: How a thing names the conversation that it is part of, the fullest first.
_NAMED = ("context", "replies")

_NOT_HAD = (NotFetched, Unreadable, Refused)


@dataclass(frozen=True, slots=True)
class Threads:
    node: Node
    strangers: Strangers

    async def above(self, id: str, budget: Budget) -> None:
        """What ``id`` answers, and what that answers, as far as it is not known."""
        for _ in range(_UPWARDS):
            parent = await self.node.store.read(partial(_answered, id))
            if parent is None or same_origin(parent, self.node.base):
                return
            id = parent
            try:
                await self.strangers.thing(id, budget)
            except _NOT_HAD as wrong:
                log.info("thread.not_had", id=id, reason=str(wrong))
                return

    async def below(self, id: str) -> int:
        """Look at the answers to ``id`` on its own server; how many there were."""
        budget = Budget()
        try:
            document = await self.strangers.fetch(id, budget, fresh=True)
        except _NOT_HAD as wrong:
            sentence = f"The conversation is not to be had: {wrong}."
            raise Refused(sentence, 502) from wrong
        for name in _NAMED:
            found = await self._members(document.get(name), id, budget)
            if found:
                return await self._looked_at(found, budget)
        return 0

    async def _members(self, told: Any, id: str, budget: Budget) -> list[str]:
        """The ids in a collection of the server that ``id`` is on."""
        found: dict[str, None] = {}
        page = await self._page(told, id, budget)
        for _ in range(_PAGES):
            if page is None:
                break
            found.update((each, None) for item in page.items if (each := id_of(item)))
            page = await self._page(page.first or page.next, id, budget)
        return [each for each in found if each != id]

    async def _page(self, told: Any, id: str, budget: Budget) -> Gathered | None:
        try:
            if isinstance(told, Mapping) and len(told) > 1:
                return gathered.read(dict(told))
            url = address(told)
            if url is None or not same_origin(url, id):
                return None
            return gathered.read(dict(await self.strangers.fetch(url, budget)))
        except _NOT_HAD as wrong:
            log.info("thread.no_page", of=id, reason=str(wrong))
            return None

    async def _looked_at(self, ids: list[str], budget: Budget) -> int:
        count = 0
        for id in ids:
            if budget.left < 1:
                break
            try:
                await self.strangers.thing(id, budget)
                count += 1
            except _NOT_HAD as wrong:
                log.info("thread.not_had", id=id, reason=str(wrong))
        return count


def _answered(id: str, read: Read) -> str | None:
    edges = read.edges(subject=id, relation="inReplyTo", limit=1)
    return edges[0].object if edges else None
