"""The office for all that goes out: one client, one fetcher, one deliverer.

Every process of a peer that speaks to other servers has one open, as
``node.outgoing``; ``chores`` has it deliver.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from ssl import SSLContext
from typing import TYPE_CHECKING

from aiohttp import ClientSession
from aiohttp.abc import AbstractResolver

from peer import __version__
from peer.model.reading import Delivery
from peer.node.keys import settle_keys
from peer.node.outgoing.client import calling
from peer.node.outgoing.courier import couriers
from peer.node.outgoing.deliver import Deliverer
from peer.node.outgoing.fetch import Fetcher
from peer.node.outgoing.followings import Followings
from peer.node.outgoing.gone import forget_gone
from peer.node.outgoing.hosts import Hosts
from peer.node.outgoing.line import Line
from peer.node.outgoing.parcel import Packing
from peer.node.outgoing.pen import Pen, Signer
from peer.node.outgoing.reach import OutOfReach, Place, Reach
from peer.node.outgoing.saying import Saying
from peer.node.outgoing.sending import Sending

if TYPE_CHECKING:
    from peer.node.node import Node


@dataclass(frozen=True, slots=True)
class Outgoing:
    session: ClientSession
    line: Line
    reach: Reach
    fetcher: Fetcher
    deliverer: Deliverer

    def wake(self) -> None:
        """Something was enqueued and committed: deliver it now."""
        self.deliverer.wake()

    def heard(self, url: str) -> None:
        """The server at ``url`` has just spoken to us, so it is there."""
        if (place := self._place(url)) is not None:
            self.deliverer.heard(place)

    def answered(self, url: str) -> None:
        """The server at ``url`` has just answered us: what waits for it goes now."""
        if (place := self._place(url)) is not None:
            self.deliverer.answered(place)

    def missed(self, url: str) -> bool:
        """Was nobody there, when something was last brought to ``url``?"""
        place = self._place(url)
        return place is not None and self.deliverer.sending.breaker.missed(place.host)

    def try_again(self, origin: str | None) -> None:
        """Leave nobody in peace any longer; or, with an ``origin``, that one."""
        place = self._place(origin) if origin else None
        self.deliverer.sending.breaker.forget(place.host if place else None)
        self.wake()

    def rests_until(self, origin: str) -> datetime | None:
        """Until when the host is left in peace by this process, if it is."""
        place = self._place(origin)
        return self.deliverer.sending.breaker.rests(place.host) if place else None

    def _place(self, url: str) -> Place | None:
        try:
            return self.reach.place(url)
        except OutOfReach:
            return None


@asynccontextmanager
async def opened(
    node: Node,
    resolver: AbstractResolver | None = None,
    trust: SSLContext | None = None,
) -> AsyncIterator[Outgoing]:
    """``node.outgoing``, while this lasts; it delivers once ``chores`` have it run.

    For ``resolver`` and ``trust`` see ``calling``.
    """
    reach = Reach(node.config.dev_allow)
    agent = f"sx-peer/{__version__} (+{node.base}/)"
    with Pen() as pen:
        to = (reach, agent, resolver, trust)
        async with calling(*to) as session, couriers(*to) as courier:
            hosts = Hosts(node.store, node.now)
            line = Line(session, hosts, pen, node.now, courier)
            fetcher = Fetcher(node.store, line, reach)
            deliverer = _deliverer(node, fetcher)
            node.outgoing = Outgoing(session, line, reach, fetcher, deliverer)
            try:
                yield node.outgoing
            finally:
                await node.incoming.rest()
                await node.settling.rest()
                node.outgoing = None


def _deliverer(node: Node, fetcher: Fetcher) -> Deliverer:
    async def key_of(sender: str) -> Signer | None:
        if not sender.startswith(f"{node.base}/"):
            return None
        keys = await settle_keys(node.store, sender)
        return Signer(keys.rsa_id, keys.rsa)

    followings = Followings(node.store, node.now)

    async def headers_of(delivery: Delivery, body: bytes) -> Mapping[str, str]:
        """With what goes to followers, who they are."""
        if f'"{delivery.sender}/followers"'.encode() not in body:
            return {}
        told = await followings.header(delivery.sender, delivery.host)
        return {"collection-synchronization": told}

    packing = Packing(fetcher.reach, Saying(node).body_of, key_of, headers_of)
    alone = node.config.sqlite_file is not None
    return Deliverer(
        node.store,
        Sending(fetcher.line),
        packing,
        _worker(),
        alone,
        partial(forget_gone, node, fetcher),
    )


def _worker() -> str:
    """A name that no other process has, or ever had."""
    return f"{socket.gethostname()}/{os.getpid()}/{secrets.token_hex(4)}"
