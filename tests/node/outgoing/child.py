"""A process that delivers until it is killed: ``python child.py STORE HOST``."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from peer.node.outgoing.client import calling
from peer.node.outgoing.courier import couriers
from peer.node.outgoing.deliver import Deliverer
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.line import Line
from peer.node.outgoing.parcel import Packing
from peer.node.outgoing.pen import Pen, Signer
from peer.node.outgoing.reach import Reach
from peer.node.outgoing.sending import Sending
from store import open_store

KEY = Ed25519PrivateKey.generate()


def now() -> datetime:
    return datetime.now(UTC)


async def body_of(activity: str) -> bytes:
    return json.dumps({"id": activity, "object": activity}).encode()


async def key_of(sender: str) -> Signer:
    return Signer(f"{sender}#key", KEY)


async def deliver(url: str, host: str) -> None:
    reach = Reach([host])
    to = (reach, "child")
    with Pen() as pen:
        async with (
            open_store(url) as store,
            calling(*to) as session,
            couriers(*to) as courier,
        ):
            line = Line(session, Hosts(store, now), pen, now, courier)
            packing = Packing(reach, body_of, key_of)
            await Deliverer(store, Sending(line), packing, "child").run()


if __name__ == "__main__":
    asyncio.run(deliver(*sys.argv[1:]))
