"""Processes that belong together: who of them is over is known, each once."""

from __future__ import annotations

import os

from peer.cli.crew import Crew, Member


async def test_each_that_stops_is_told_of_though_nobody_asked_by_then():
    members = [
        Member(name, dict(os.environ), ("--version",), lambda name, line: None)
        for name in ("a", "b")
    ]

    async with Crew(members) as crew:
        for member in members:
            assert await member.over() == 0
        told = [await crew.next_over() for _ in members]

    assert sorted(member.name for member, _ in told) == ["a", "b"]
    assert [status for _, status in told] == [0, 0]
