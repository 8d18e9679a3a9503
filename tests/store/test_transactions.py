"""Work happens whole or not at all, one after another, and touches nothing else."""

from __future__ import annotations

import asyncio
import threading

import pytest

from store import open_store


def keep(key: str, document: dict | None = None):
    return lambda tx: tx.keep("s", key, document or {})


@pytest.fixture
def kept(store):
    async def look() -> list[str]:
        return [k for k, _ in await store.read(lambda read: read.recall_all("s"))]

    return look


async def test_what_work_returns_comes_back(store):
    assert await store.transact(lambda tx: "done") == "done"
    assert await store.read(lambda read: ("was", "read")) == ("was", "read")


async def test_work_that_raises_leaves_no_trace(store, kept):
    def fail(tx):
        tx.keep("s", "k", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.transact(fail)

    assert await kept() == []


@pytest.mark.parametrize("brief", [False, True])
async def test_work_that_raises_undoes_nobody_elses(store, kept, brief):
    def work(n):
        def do(tx):
            tx.keep("s", f"{n:02}", {})
            if n % 3 == 0:
                raise ZeroDivisionError(n)
            return n

        return do

    told = await asyncio.gather(
        *(store.transact(work(n), brief=brief) for n in range(30)),
        return_exceptions=True,
    )

    assert await kept() == [f"{n:02}" for n in range(30) if n % 3]
    for n, answer in enumerate(told):
        assert answer == n if n % 3 else isinstance(answer, ZeroDivisionError)


@pytest.mark.parametrize("error", [StopIteration, SystemExit, KeyboardInterrupt])
async def test_whatever_work_raises_the_store_goes_on(store, kept, error):
    def fail(tx):
        tx.keep("s", "k", {})
        raise error

    with pytest.raises(BaseException) as raised:
        await store.transact(fail)

    assert isinstance(raised.value, (error, RuntimeError))
    await store.transact(keep("after"))
    assert await kept() == ["after"]


async def test_work_sees_its_own_writing(store):
    def work(tx):
        tx.keep("s", "k", {"n": 1})
        return tx.recall("s", "k"), tx.drop("s", "k"), tx.recall("s", "k")

    assert await store.transact(work) == ({"n": 1}, True, None)


async def test_work_that_overlaps_comes_out_as_though_it_took_turns(store):
    def add(tx):
        before = tx.recall("s", "count") or {"n": 0}
        tx.keep("s", "count", {"n": before["n"] + 1})

    await asyncio.gather(*(store.transact(add) for _ in range(40)))

    assert await store.read(lambda read: read.recall("s", "count")) == {"n": 40}


async def test_of_two_who_each_make_room_for_the_other_one_learns_of_it(store, kept):
    """Write skew: each looks whether the other is there, and comes if not."""

    def come(me, other):
        def work(tx):
            if tx.recall("s", other) is None:
                tx.keep("s", me, {})

        return work

    for n in range(10):
        a, b = f"{n}-ada", f"{n}-bob"
        await asyncio.gather(store.transact(come(a, b)), store.transact(come(b, a)))

    assert len(await kept()) == 10


async def test_those_who_read_meanwhile_see_all_of_it_or_nothing(store):
    stop = False

    async def write():
        nonlocal stop
        for n in range(40):

            def work(tx, n=n):
                tx.keep("s", "a", {"n": n})
                tx.keep("s", "b", {"n": n})

            await store.transact(work)
        stop = True

    def both(read):
        return read.recall("s", "a"), read.recall("s", "b")

    async def read():
        seen = []
        while not stop:
            seen.append(await store.read(both))
            await asyncio.sleep(0)
        return seen

    _, seen = await asyncio.gather(write(), read())
    assert seen and all(a == b for a, b in seen)


async def test_a_read_sees_one_moment(store, store_url):
    """However long it takes, and whoever writes meanwhile."""
    await store.transact(keep("a"))
    asked, wrote = threading.Event(), threading.Event()

    def write_elsewhere():
        async def write():
            async with open_store(store_url, patience=60) as other:
                asked.wait(120)
                await other.transact(keep("b"))
            wrote.set()

        asyncio.run(write())

    def query(read):
        before = len(read.recall_all("s"))
        asked.set()
        assert wrote.wait(120)
        return before, len(read.recall_all("s"))

    other = threading.Thread(target=write_elsewhere)
    other.start()

    assert await store.read(query) == (1, 1)
    other.join()
    assert await store.read(lambda read: len(read.recall_all("s"))) == 2


async def test_several_loops_in_several_threads_share_a_store(store, kept):
    failed = []

    def elsewhere(n):
        async def work():
            await asyncio.gather(*(store.transact(keep(f"{n}-{m}")) for m in range(20)))
            if len(await kept()) < 20:
                failed.append(n)

        asyncio.run(work())

    threads = [threading.Thread(target=elsewhere, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)

    assert len(await kept()) == 80 and not failed


async def test_one_who_gave_up_waiting_stops_nobody(store, kept):
    tasks = [asyncio.ensure_future(store.transact(keep(f"{n}"))) for n in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()

    told = await asyncio.gather(*tasks, return_exceptions=True)

    assert {f"{n}" for n in range(1, 10, 2)} <= set(await kept())
    assert all(answer is None for answer in told[1::2])


async def test_work_under_a_name_is_work_like_any_other(store, kept):
    told = await asyncio.gather(*(store.alone("start", keep(f"{n}")) for n in range(5)))

    assert told == [None] * 5
    assert await kept() == ["0", "1", "2", "3", "4"]


async def test_what_is_to_happen_once_happens_once(store, store_url):
    async with open_store(store_url, patience=60) as other:

        def start(tx):
            if tx.recall("s", "started") is not None:
                return False
            tx.keep("s", "started", {})
            return True

        told = await asyncio.gather(
            *((store, other)[n % 2].alone("start", start) for n in range(6))
        )

    assert sorted(told) == [False] * 5 + [True]


async def test_a_store_that_is_closed_says_so(new_store):
    async with new_store() as store:
        await store.transact(keep("k"))

    for act in (store.read, store.transact):
        with pytest.raises(RuntimeError, match="closed"):
            await act(lambda given: None)


async def test_closing_waits_for_what_was_begun(new_url, backend):
    url = new_url(backend)
    async with open_store(url) as store:
        waiting = [
            asyncio.ensure_future(store.transact(keep(f"{n:02}"))) for n in range(50)
        ]
        await asyncio.sleep(0)

    await asyncio.gather(*waiting)
    async with open_store(url) as store:
        assert len(await store.read(lambda read: read.recall_all("s"))) == 50


async def test_a_store_can_be_opened_again(new_url, backend):
    store = open_store(new_url(backend))
    for n in range(3):
        async with store:
            await store.transact(keep(f"{n}"))
            assert len(await store.read(lambda read: read.recall_all("s"))) == n + 1
