"""Brief work is done with others like it, and is work like any other all the same."""

from __future__ import annotations

import asyncio
import threading
import time
from contextvars import ContextVar

import pytest

from store import open_store


def keep(key: str):
    return lambda tx: tx.keep("s", key, {})


def add_one(tx):
    count = (tx.recall("s", "count") or {"n": 0})["n"]
    tx.keep("s", "count", {"n": count + 1})
    return count


@pytest.fixture
def kept(store):
    async def look() -> list[str]:
        return [k for k, _ in await store.read(lambda read: read.recall_all("s"))]

    return look


async def test_brief_work_and_other_work_take_turns(store):
    told = await asyncio.gather(
        *(store.transact(add_one, brief=n % 3 > 0) for n in range(150))
    )

    assert sorted(told) == list(range(150))
    assert await store.read(lambda read: read.recall("s", "count")) == {"n": 150}


async def test_brief_work_in_several_processes_takes_turns(store, store_url):
    async with open_store(store_url, patience=60) as other:
        told = await asyncio.gather(
            *((store, other)[n % 2].transact(add_one, brief=True) for n in range(60))
        )

    assert sorted(told) == list(range(60))


async def test_what_was_undone_is_not_known_to_who_comes_after(store, thing, index):
    one, other = thing("one", text="a"), thing("one", text="b")

    def put(tx):
        tx.put(one, index(one))
        tx.keep("s", "k", {"is": "a"})

    def put_and_fail(tx):
        seen = tx.get(one.id), tx.recall("s", "k")
        tx.put(other, index(other))
        tx.keep("s", "k", {"is": "b"})
        assert (tx.get(one.id), tx.recall("s", "k")) != seen
        raise ZeroDivisionError

    def look(tx):
        return tx.get(one.id), tx.recall("s", "k")

    *before, first, _, last = await asyncio.gather(
        *(store.transact(work, brief=True) for work in (look, put, look)),
        store.transact(put_and_fail, brief=True),
        store.transact(look, brief=True),
        return_exceptions=True,
    )

    assert before[0] == (None, None)
    assert first == last == (one, {"is": "a"})


async def test_what_came_to_be_and_went_can_come_again(store, thing, index):
    one = thing("one")

    def put(tx):
        assert tx.get(one.id) is None
        tx.put(one, index(one))

    def put_and_fail(tx):
        put(tx)
        raise ZeroDivisionError

    told = await asyncio.gather(
        *(store.transact(work, brief=True) for work in (put_and_fail, put)),
        return_exceptions=True,
    )

    assert isinstance(told[0], ZeroDivisionError) and told[1] is None
    assert await store.read(lambda read: read.get(one.id)) == one


async def test_brief_work_is_not_done_in_the_name_of_whoever_came_first(store):
    """What is logged there would bear the mark of somebody else's request."""
    request = ContextVar("request", default="")

    async def ask(mark):
        request.set(mark)
        return await store.transact(lambda tx: request.get(), brief=True)

    told = await asyncio.gather(ask("one"), ask("other"))

    assert told == ["", ""]


async def test_several_loops_in_several_threads_do_brief_work(store, kept):
    def elsewhere(n):
        async def work():
            works = (keep(f"{n}-{m}") for m in range(20))
            await asyncio.gather(*(store.transact(w, brief=True) for w in works))

        asyncio.run(work())

    threads = [threading.Thread(target=elsewhere, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    await store.transact(keep("after"), brief=True)

    assert len(await kept()) == 81


async def test_brief_work_of_one_who_gave_up_stops_nobody(store, kept):
    tasks = [
        asyncio.ensure_future(store.transact(keep(f"{n}"), brief=True))
        for n in range(10)
    ]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()

    told = await asyncio.gather(*tasks, return_exceptions=True)

    assert {f"{n}" for n in range(1, 10, 2)} <= set(await kept())
    assert all(answer is None for answer in told[1::2])


async def test_closing_waits_for_brief_work_that_was_asked_for(new_url, backend):
    url = new_url(backend)
    async with open_store(url) as store:
        waiting = [
            asyncio.ensure_future(store.transact(keep(f"{n:03}"), brief=True))
            for n in range(300)
        ]
        await asyncio.sleep(0)

    await asyncio.gather(*waiting)
    async with open_store(url) as store:
        assert len(await store.read(lambda read: read.recall_all("s"))) == 300


async def test_work_that_takes_long_comes_in_between_brief_work(store):
    enough = False

    async def again_and_again():
        while not enough:
            await store.transact(add_one, brief=True)

    busy = [asyncio.ensure_future(again_and_again()) for _ in range(20)]
    try:
        async with asyncio.timeout(120):
            for n in range(20):
                await store.transact(keep(f"{n}"))
    finally:
        enough = True
        await asyncio.gather(*busy)


async def test_brief_work_comes_in_between_work_that_takes_long(store):
    enough = False

    async def again_and_again():
        while not enough:
            await store.transact(add_one)

    busy = [asyncio.ensure_future(again_and_again()) for _ in range(20)]
    try:
        async with asyncio.timeout(120):
            for n in range(20):
                await store.transact(keep(f"{n}"), brief=True)
    finally:
        enough = True
        await asyncio.gather(*busy)


async def test_who_waits_for_another_process_with_brief_work_keeps_nobody(new_url):
    store_url = new_url("sqlite")
    begun, enough = threading.Event(), threading.Event()

    def hog(tx):
        begun.set()
        assert enough.wait(120)

    async with open_store(store_url) as slow, open_store(store_url, 60) as other:
        long = asyncio.ensure_future(slow.transact(hog))
        await asyncio.to_thread(begun.wait, 120)

        waiting = asyncio.ensure_future(other.transact(keep("k"), brief=True))
        longest = 0.0
        for _ in range(20):
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)

        assert not waiting.done()
        enough.set()
        await asyncio.gather(long, waiting)
        shown = await other.read(lambda read: read.recall_all("s"))
        assert [key for key, _ in shown] == ["k"]
        assert longest < 15  # SQLite itself would have waited, and the loop with it


async def test_an_error_that_brief_work_hides_is_nobody_elses(new_url):
    """PostgreSQL does nothing more in a transaction after an error."""
    async with open_store(new_url("postgresql"), patience=1.0) as store:

        def hides(tx):
            try:
                tx._db.rows("SELECT 1 FROM nowhere")
            except Exception:
                return "well"

        told = await asyncio.gather(
            *(store.transact(work, brief=True) for work in (keep("a"), hides)),
            store.transact(keep("b"), brief=True),
            return_exceptions=True,
        )

        assert told[0] is told[2] is None and isinstance(told[1], Exception)
        shown = await store.read(lambda read: read.recall_all("s"))
        assert [key for key, _ in shown] == ["a", "b"]


async def test_one_who_fails_after_writing_takes_nothing_from_the_others(store):
    """They are done in one go, and once more where one has left something behind."""

    def write_and_fail(tx):
        tx.keep("s", "left", {})
        raise ZeroDivisionError

    def only_fail(tx):
        raise KeyError

    works = [add_one, only_fail, add_one, write_and_fail, add_one, write_and_fail]
    told = await asyncio.gather(
        *(store.transact(work, brief=True) for work in works * 5),
        return_exceptions=True,
    )

    assert sorted(each for each in told if isinstance(each, int)) == list(range(15))
    assert sum(isinstance(each, ZeroDivisionError) for each in told) == 10
    assert sum(isinstance(each, KeyError) for each in told) == 5
    assert await store.read(lambda read: read.recall("s", "count")) == {"n": 15}
    assert await store.read(lambda read: read.recall("s", "left")) is None
