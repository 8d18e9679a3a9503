"""Until everybody has said what they had to say."""

from __future__ import annotations

from tests.federation.peers import Near, soon

WITHIN = 20.0

#: So many looks at which nothing has changed, and the clocks are turned.
_PATIENCE = 3


async def settled(*peers: Near, within: float = WITHIN) -> None:
    """Nothing waits any more; what is to be tried again later is tried now.

    Twice in a row, because what arrives may be answered.
    """
    quiet, stuck = 0, 0
    last: list[tuple[int, int]] = []

    async def nothing_waits() -> bool:
        nonlocal quiet, stuck, last
        waiting = [each for peer in peers for each in await peer.waiting()]
        given_up = [each for each in waiting if not each.due]
        assert not given_up, given_up
        now = [(each.id, each.attempts) for each in waiting]
        stuck = stuck + 1 if now == last else 0
        quiet = 0 if waiting else quiet + 1
        last = now
        if stuck > _PATIENCE and any(each.attempts for each in waiting):
            turn(*peers, seconds=61)
            stuck = 0
        return quiet >= 2

    await soon(nothing_waits, "all has been said", within)


def turn(*peers: Near, **how_much: float) -> None:
    """Turn the clocks of all, and let them see what is due."""
    for peer in peers:
        peer.later(**how_much)
