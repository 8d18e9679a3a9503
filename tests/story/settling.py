"""Until everybody has said what they had to say."""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.reading import Delivery
from peer.protocol.moment import wire
from tests.federation.peers import Near, soon

WITHIN = 120.0

#: So many looks at which nothing has changed, and the clocks are turned.
_PATIENCE = 3


async def settled(*peers: Near, within: float = WITHIN) -> None:
    """Nothing waits any more; what is to be tried again later is tried now.

    Twice in a row, because what arrives may be answered.  The clocks are turned only
    while nothing is under way: else a slow machine would see hours go by.
    """
    quiet, stuck = 0, 0
    last: list[tuple[int, int]] = []

    async def nothing_waits() -> bool:
        nonlocal quiet, stuck, last
        rows = [(peer, await peer.waiting()) for peer in peers]
        waiting = [each for _, theirs in rows for each in theirs]
        given_up = [each for each in waiting if not each.due]
        assert not given_up, given_up
        now = [(each.id, each.attempts) for each in waiting]
        stuck = stuck + 1 if now == last else 0
        quiet = 0 if waiting else quiet + 1
        last = now
        busy = any(under_way(peer, theirs) for peer, theirs in rows)
        if stuck > _PATIENCE and not busy and any(each.attempts for each in waiting):
            turn(*peers, seconds=61)
            stuck = 0
        return quiet >= 2

    await soon(nothing_waits, "all has been said", within)


def under_way(peer: Near, waiting: Sequence[Delivery]) -> bool:
    """Is any of it due, and behind nothing else that is about the same?"""
    now = wire(peer.clock())
    lanes: set[tuple[str, str]] = set()
    for each in sorted(waiting, key=lambda each: each.id):
        lane = each.host, each.about
        if each.due <= now and not (each.about and lane in lanes):
            return True
        lanes.add(lane)
    return False


def turn(*peers: Near, **how_much: float) -> None:
    """Turn the clocks of all, and let them see what is due."""
    for peer in peers:
        peer.later(**how_much)
