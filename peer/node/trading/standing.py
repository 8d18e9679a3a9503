"""Before anybody pays: does the event still let this shop sell?

What somebody agreed to once they may have taken back while we could not hear it.  Who
does not answer is believed as before: an order is not lost because a peer is down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from peer.model.consent import MUTUAL
from peer.model.ordering import SELLS, parts_of
from peer.model.reading import Read
from peer.node.examining import reverify
from peer.node.refusal import Refused
from peer.protocol.thing import Edge, Thing

if TYPE_CHECKING:
    from peer.node.node import Node

_NO_LONGER = "The event no longer lets us sell its tickets, so nothing is to be paid."


async def check_sold(node: Node, order: Thing) -> None:
    """Refused, where what ``order`` is for is not ours to sell any more."""
    for edge in await node.store.read(lambda read: _edges(order, read)):
        standing = await reverify(node, edge)
        if standing.state != MUTUAL:
            raise Refused(_NO_LONGER, 409)


def _edges(order: Thing, read: Read) -> list[Edge]:
    ends = {line.get("satisfies", "") for line in parts_of(order.id, read, "Line")}
    return [edge for id in ends for edge in read.edges(subject=id, relation=SELLS)]
