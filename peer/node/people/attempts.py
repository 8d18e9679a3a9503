"""How often somebody may try something: counted in the store, for all workers."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from peer.model.reading import Read
from peer.node.records import digest
from peer.node.refusal import Refused
from peer.protocol import moment
from store.interface import Transaction

_SPACE = "attempt"
_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    times: int
    within: timedelta = _WINDOW


#: An address is one person's; behind one network there may be a whole house.
BY_ADDRESS, BY_NETWORK = Limit(5), Limit(20)


class TooOften(Refused):
    """Try again in ``wait`` seconds: the value of a Retry-After."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = max(1, math.ceil(wait.total_seconds()))
        minutes = math.ceil(self.wait / 60)
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(f"That was too often. Try again in {minutes} {unit}.", 429)


def spend(tx: Transaction, limits: Mapping[str, Limit], now: datetime) -> None:
    """Count an attempt against each name in ``limits``; TooOften counts none."""
    spent = {name: _spent(tx, name, limit, now) for name, limit in limits.items()}
    waits = [
        until - now
        for name, (count, until) in spent.items()
        if count >= limits[name].times
    ]
    if waits:
        raise TooOften(max(waits))
    for name, (count, until) in spent.items():
        end = moment.wire(until)
        tx.keep(_SPACE, digest(name), {"count": count + 1, "until": end}, expires=end)


def is_spent(read: Read, name: str, limit: Limit, now: datetime) -> bool:
    """Would one more be too often?"""
    return _spent(read, name, limit, now)[0] >= limit.times


def forget(tx: Transaction, name: str) -> None:
    """Begin to count anew: it was them."""
    tx.drop(_SPACE, digest(name))


def _spent(read: Read, name: str, limit: Limit, now: datetime) -> tuple[int, datetime]:
    told = read.recall(_SPACE, digest(name), now=moment.wire(now))
    if told is None:
        return 0, now + limit.within
    return told["count"], moment.read(told["until"])


def network(address: str | None) -> str:
    """What one person has of the internet: an IPv4 address, or an IPv6 /64.

    >>> network("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    """
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return "nowhere"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((int(ip), 64), strict=False))
    return str(ip)
