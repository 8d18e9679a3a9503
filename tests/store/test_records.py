"""Records: what a peer keeps for itself, by space and key, some of it for a time."""

from __future__ import annotations

import pytest

NOON, ONE, TWO = (f"2026-01-01T{hour}:00:00.000Z" for hour in (12, 13, 14))


async def test_what_is_kept_can_be_recalled(store):
    document = {"name": "Ada 🎷", "deep": [{"er": 1.5}], "none": None}

    await store.transact(lambda tx: tx.keep("accounts", "ada", document))

    assert await store.read(lambda read: read.recall("accounts", "ada")) == document
    assert await store.read(lambda read: read.recall("sessions", "ada")) is None
    assert await store.read(lambda read: read.recall("accounts", "bob")) is None


async def test_what_is_kept_again_replaces_it_and_its_time(store):
    await store.transact(lambda tx: tx.keep("s", "k", {"n": 1}, NOON))

    await store.transact(lambda tx: tx.keep("s", "k", {"n": 2}))

    assert await store.read(lambda read: read.recall("s", "k", now=TWO)) == {"n": 2}


async def test_what_has_expired_is_not_recalled(store):
    await store.transact(lambda tx: tx.keep("s", "k", {}, ONE))

    def recall(now):
        return lambda read: read.recall("s", "k", now=now)

    assert await store.read(recall(NOON)) == {}
    assert await store.read(recall(ONE)) is None
    assert await store.read(recall(TWO)) is None
    assert await store.read(lambda read: read.recall("s", "k")) == {}


async def test_what_has_expired_is_tidied_away_and_nothing_else(store):
    def keep(tx):
        for key, expires in (("a", NOON), ("b", ONE), ("c", TWO), ("d", None)):
            tx.keep("s", key, {}, expires)

    await store.transact(keep)

    assert await store.transact(lambda tx: tx.tidy(ONE)) == 2
    assert await store.transact(lambda tx: tx.tidy(ONE)) == 0
    kept = await store.read(lambda read: read.recall_all("s"))
    assert [key for key, _ in kept] == ["c", "d"]


async def test_what_is_dropped_is_gone(store):
    await store.transact(lambda tx: tx.keep("s", "k", {}))

    assert await store.transact(lambda tx: tx.drop("s", "k")) is True
    assert await store.transact(lambda tx: tx.drop("s", "k")) is False
    assert await store.read(lambda read: read.recall("s", "k")) is None


async def test_all_of_a_space_comes_by_key_some_at_a_time(store):
    def keep(tx):
        for n in (3, 1, 2, 5, 4):
            tx.keep("s", f"k{n}", {"n": n})
        tx.keep("t", "k0", {})

    await store.transact(keep)

    first = await store.read(lambda read: read.recall_all("s", limit=3))
    rest = await store.read(lambda read: read.recall_all("s", after=first[-1][0]))
    assert [*first, *rest] == [(f"k{n}", {"n": n}) for n in range(1, 6)]


@pytest.mark.parametrize("space, key", [("", "k"), ("s", ""), ("s", "\0")])
async def test_a_record_has_a_space_and_a_key(store, space, key):
    with pytest.raises(ValueError):
        await store.transact(lambda tx: tx.keep(space, key, {}))


async def test_what_a_record_names_comes_with_it(store):
    def keep(tx):
        tx.keep("account", "ada", {"name": "Ada"})
        tx.keep("session", "one", {"account": "ada"}, "2031-01-01T00:00:00.000Z")
        tx.keep("session", "two", {"account": "nobody's"})

    await store.transact(keep)

    def recall(key, now="2030-01-01T00:00:00.000Z"):
        told = {"field": "account", "other": "account", "now": now}
        return store.read(lambda read: read.recall_with("session", key, **told))

    assert await recall("one") == ({"account": "ada"}, {"name": "Ada"})
    assert await recall("two") == ({"account": "nobody's"}, None)
    assert await recall("three") is None
    assert await recall("one", "2031-01-01T00:00:00.000Z") is None
