"""The mark by which one knows that nothing has been committed meanwhile."""

from __future__ import annotations

from store import open_store


async def keep(store, key: str) -> None:
    await store.transact(lambda tx: tx.keep("space", key, {"a": 1}))


async def test_it_is_the_same_while_nothing_is_committed(store):
    await keep(store, "one")
    same = []

    for _ in range(100):  # a server of PostgreSQL is shared: others may commit
        before = await store.mark()
        await store.read(lambda read: read.recall("space", "one"))
        same.append(await store.mark() == before)

    assert any(same)


async def test_it_is_another_after_each_commit(store):
    marks = [await store.mark()]
    for key in ("one", "two", "three"):
        await keep(store, key)
        marks.append(await store.mark())

    assert len(set(marks)) == 4


async def test_what_another_process_commits_is_noticed_as_well(store, store_url):
    before = await store.mark()
    async with open_store(store_url, patience=60) as other:
        await keep(other, "one")

    assert await store.mark() != before


async def test_a_store_that_was_opened_again_begins_anew(store):
    before = await store.mark()
    await store.__aexit__()
    await store.__aenter__()

    pairs = [(await store.mark(), await store.mark()) for _ in range(100)]
    assert any(one == other for one, other in pairs)
    assert isinstance(hash(before), int)
