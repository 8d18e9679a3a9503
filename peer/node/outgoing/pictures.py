"""A picture of another peer of the cooperative, to keep one of our own of it."""

from __future__ import annotations

import asyncio

from aiohttp import ClientError

from peer.node.node import Node
from peer.node.outgoing.bodies import Unreadable, read_body
from peer.node.outgoing.line import Budget, Request, Spent
from peer.node.outgoing.reach import OutOfReach
from peer.node.pictures.media import LARGEST
from peer.node.refusal import Refused

_DEADLINE = 10.0
_FAILED = Refused("The picture could not be brought here: add it by hand.", 422)


def is_of_the_cooperative(node: Node, url: str) -> bool:
    """Is ``url`` a picture at one of the peers that were named to us?"""
    there = url.partition("/media/")[0]
    return there in node.config.peers.values() and url.startswith(f"{there}/media/")


async def brought(node: Node, url: str) -> bytes:
    """The picture at ``url``, as it is served there; Refused where there is none."""
    outgoing = node.outgoing
    if outgoing is None or not is_of_the_cooperative(node, url):
        raise _FAILED
    try:
        place = outgoing.reach.place(url)
        request = Request("GET", place, {"accept": "image/*"}, budget=Budget(1))
        async with asyncio.timeout(_DEADLINE):
            response = await outgoing.line.ask(request, None)
            try:
                if response.status != 200:
                    raise _FAILED
                return await read_body(response, LARGEST)
            finally:
                response.release()
    except (OutOfReach, Spent, Unreadable, ClientError, OSError, TimeoutError) as wrong:
        raise _FAILED from wrong
