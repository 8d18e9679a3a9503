"""PostgreSQL may go away and come back; whoever waits is told, or never notices."""

from __future__ import annotations

import asyncio
import threading
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
import pytest

from store import open_store


@pytest.fixture
def url(new_url) -> str:
    """A store whose connections can be told from all others."""
    parts = urlsplit(new_url("postgresql"))
    name = urlencode({"application_name": parts.query.rpartition("=")[2]})
    return urlunsplit(parts._replace(query=f"{parts.query}&{name}"))


@pytest.fixture
def cut(url):
    """End all connections of the store, as a server does that is restarted."""
    parts = urlsplit(url)
    server, _, schema = url.partition("&schema=")
    name = schema.partition("&")[0]

    def end() -> int:
        with psycopg.connect(server, autocommit=True) as db:
            ended = db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = %s",
                (name,),
            ).fetchall()
        return len(ended)

    assert parts.scheme == "postgresql"
    return end


async def test_connections_that_were_lost_are_replaced(url, cut):
    async with open_store(url) as store:
        for n in range(3):
            await store.transact(lambda tx, n=n: tx.keep("s", f"{n}", {}))
            await store.read(lambda read: read.recall_all("s"))
            assert cut() > 0

        assert len(await store.read(lambda read: read.recall_all("s"))) == 3
        await store.alone("start", lambda tx: tx.keep("s", "3", {}))


async def test_who_works_alone_ends_what_they_began_though_the_lock_is_lost(url, cut):
    lives = []

    def work(tx):
        lives.append(tx.recall("s", "count"))
        if len(lives) == 1:
            assert cut() > 1  # the connection that holds the lock, and this one
        tx.keep("s", "count", {"n": len(lives)})
        return "done"

    async with open_store(url, patience=60) as store:
        assert await store.alone("start", work) == "done"

        assert await store.read(lambda read: read.recall("s", "count")) == {"n": 2}


async def test_work_whose_connection_is_lost_is_begun_again(url, cut):
    lives = []

    def work(tx):
        lives.append(tx.recall("s", "count"))
        if len(lives) == 1:
            asked.set()
            while not ended.is_set():
                tx.recall("s", "count")
        tx.keep("s", "count", {"n": 1})

    asked, ended = threading.Event(), threading.Event()

    async with open_store(url) as store:
        working = asyncio.ensure_future(store.transact(work))
        await asyncio.to_thread(asked.wait, 120)
        cut()
        ended.set()
        await working

        assert lives[0] is None
        assert await store.read(lambda read: read.recall("s", "count")) == {"n": 1}


async def test_many_who_work_while_connections_are_lost_all_get_there(url, cut):
    async with open_store(url, patience=60) as store:

        async def work(n: int) -> None:
            await store.transact(lambda tx: tx.keep("s", f"{n:03}", {}))

        working = [asyncio.ensure_future(work(n)) for n in range(200)]
        for at in (20, 90, 150):
            await asyncio.wait([working[at]])  # whatever it was told
            await asyncio.to_thread(cut)
        told = await asyncio.gather(*working, return_exceptions=True)

        kept = [k for k, _ in await store.read(lambda read: read.recall_all("s"))]
    done = [f"{n:03}" for n, answer in enumerate(told) if answer is None]
    assert set(done) <= set(kept)
    # Each time four connections are lost: nobody knows what their last word did.
    assert len(done) >= 200 - 3 * 4, [answer for answer in told if answer]
