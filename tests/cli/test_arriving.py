"""Measuring what comes in: a peer as a process, beside one that only verifies."""

from __future__ import annotations

import pytest

from peer.cli.measuring.arriving import arriving
from tests.federation.fediverse.ports import reserved


@pytest.mark.slow
async def test_what_comes_in_is_held_against_who_only_verifies(tmp_path):
    with reserved(("events",)) as ports:
        settings = {
            "SX_DOMAIN": "events",
            "SX_BASE": "http://events.localhost:8802",
            "SX_LISTEN": f"127.0.0.1:{ports['events']}",
            "SX_VAR": str(tmp_path / "events"),
        }

        figures = [each async for each in arriving(settings, 30)]

    assert [each.name for each in figures] == [
        "requests verified, and no more",
        "inbox activities",
        "documents that are ready, bare",
        "actor GETs",
        "WebFinger GETs",
        "object GETs",
    ]
    assert all(each.value > 0 for each in figures)
    assert all("processor" in each.beside for each in figures if "GETs" in each.name)
