"""Measuring deliveries: real sockets, real signatures, and a server that takes all."""

from __future__ import annotations

import gc

import pytest

from peer.cli.measuring.fanout import fanout


@pytest.fixture
def garbage():
    """Collected as it was before, whatever is done to it meanwhile."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.slow
async def test_a_post_is_delivered_to_as_many_hosts_as_are_wanted(tmp_path, garbage):
    settings = {
        "SX_DOMAIN": "blog",
        "SX_BASE": "http://blog.localhost:8801",
        "SX_VAR": str(tmp_path / "blog"),
    }

    figures = [each async for each in fanout(settings, (5, 100))]

    assert [each.name for each in figures] == [
        "RSA signatures, all cores",
        "a post for 5 hosts, committed",
        "deliveries to 5 hosts",
        "a post for 5 hosts, committed",
        "deliveries to 5 hosts, again",
        "a post for 100 hosts, committed",
        "deliveries to 100 hosts",
        "a post for 100 hosts, committed",
        "deliveries to 100 hosts, again",
    ]
    assert all(each.value > 0 for each in figures)
