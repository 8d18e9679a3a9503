from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peer.node.people.attempts import Limit, TooOften, forget, network, spend

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
THREE = {"ada": Limit(3)}


@pytest.fixture
def attempt(store):
    async def tried(limits=THREE, now=NOW):
        await store.transact(lambda tx: spend(tx, limits, now))

    return tried


async def test_so_many_attempts_and_no_more(attempt):
    for _ in range(3):
        await attempt()

    with pytest.raises(TooOften, match="Try again in 15 minutes") as refused:
        await attempt()

    assert (refused.value.status, refused.value.wait) == (429, 900)


async def test_after_a_while_there_are_new_attempts(attempt):
    for minutes in (0, 5, 14):
        await attempt(now=NOW + timedelta(minutes=minutes))

    with pytest.raises(TooOften, match="in 1 minute"):
        await attempt(now=NOW + timedelta(minutes=14, seconds=30))
    await attempt(now=NOW + timedelta(minutes=15))


async def test_an_attempt_too_many_uses_up_nothing_else(attempt):
    for _ in range(3):
        await attempt()
    both = {**THREE, "bob": Limit(1)}

    with pytest.raises(TooOften):
        await attempt(both)

    await attempt({"bob": Limit(1)})


async def test_whom_we_know_begins_anew(attempt, store):
    for _ in range(3):
        await attempt()

    await store.transact(lambda tx: forget(tx, "ada"))

    await attempt()


async def test_names_are_not_kept(attempt, store):
    await attempt({"link to ada@example.org": Limit(5)})

    assert "ada" not in repr(await store.read(lambda read: read.recall_all("attempt")))


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "nowhere"),
        (None, "nowhere"),
        ("not an address", "nowhere"),
    ],
)
def test_a_house_is_counted_once(address, counted):
    assert network(address) == counted
