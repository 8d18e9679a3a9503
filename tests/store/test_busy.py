"""Whoever waits for others for too long is told so, and may try again."""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing, suppress
from itertools import count

import pytest
from psycopg import errors

from store import open_store
from store.interface import Busy
from store.postgres_connection import Place, PostgresConnection
from store.transaction import Writing


def keep(key: str, document: dict | None = None):
    return lambda tx: tx.keep("s", key, document or {})


async def test_others_who_write_for_too_long_make_sqlite_busy(new_url):
    store_url = new_url("sqlite")
    begun, enough = threading.Event(), threading.Event()

    def hog(tx):
        tx.keep("s", "hog", {})
        begun.set()
        assert enough.wait(120)

    async with (
        open_store(store_url) as slow,
        open_store(store_url, patience=0.1) as other,
    ):
        long = asyncio.ensure_future(slow.transact(hog))
        await asyncio.to_thread(begun.wait, 120)

        told = await asyncio.gather(
            *(other.transact(keep(f"{n}")) for n in range(5)), return_exceptions=True
        )
        reads = await other.read(lambda read: read.recall_all("s"))
        enough.set()
        await long

        assert [type(answer) for answer in told] == [Busy] * 5
        assert reads == []
        await other.transact(keep("after"))
        shown = await other.read(lambda read: read.recall_all("s"))
        assert [key for key, _ in shown] == ["after", "hog"]


async def test_when_too_many_wait_newcomers_are_sent_away(new_url):
    begun, enough = threading.Event(), threading.Event()

    def hog(tx):
        begun.set()
        assert enough.wait(120)

    async with open_store(new_url("sqlite")) as store:
        working = [asyncio.ensure_future(store.transact(hog))]
        await asyncio.to_thread(begun.wait, 120)
        working += [
            asyncio.ensure_future(store.transact(lambda tx: None))
            for _ in range(10_001)
        ]
        await asyncio.sleep(0)
        enough.set()
        told = await asyncio.gather(*working, return_exceptions=True)

    assert [str(each) for each in told if each] == [
        "10000 others are waiting to write already"
    ]


async def test_others_who_write_the_same_for_too_long_make_postgresql_busy(new_url):
    store_url = new_url("postgresql")
    begun, enough = threading.Event(), threading.Event()

    def hog(tx):
        tx.keep("s", "k", {})
        begun.set()
        assert enough.wait(120)

    async with (
        open_store(store_url) as slow,
        open_store(store_url, patience=0.1) as other,
    ):
        long = asyncio.ensure_future(slow.transact(hog))
        await asyncio.to_thread(begun.wait, 120)

        with pytest.raises(Busy):
            await other.transact(keep("k"))
        await other.transact(keep("elsewhere"))
        enough.set()
        await long


async def test_on_postgresql_who_begins_again_and_again_stands_in_line(new_url):
    """Else they would be in each other's way until none has any patience left."""
    url = new_url("postgresql")
    alone: list[bool] = []

    async with open_store(url) as store:
        await store.transact(keep("k", {"n": 0}))
        with connected(url, 60.0) as other, connected(url, 0.01) as hasty:

            def work(tx):
                before = tx.recall("s", "k")["n"]
                alone.append(not is_free(hasty))
                if len(alone) < 6:  # somebody else is faster
                    other.begin()
                    Writing(other).keep("s", "k", {"n": before + 1})
                    other.commit()
                tx.keep("s", "k", {"n": before + 100})

            await store.transact(work)

        assert alone == [False] * 3 + [True] * 3
        assert await store.read(lambda read: read.recall("s", "k")) == {"n": 105}


async def test_who_stood_in_line_in_vain_can_begin_again_later(new_url):
    url = new_url("postgresql")
    tried = count()

    def unlucky(tx):
        if next(tried) < 3:
            raise errors.SerializationFailure

    async with open_store(f"{url}&pool=1", patience=1) as store:
        with connected(url, 60.0) as other:
            other.begin(in_line=True)
            with pytest.raises(Busy):
                await store.transact(unlucky)
            other.roll_back()

        await store.transact(keep("k"))
        assert await store.read(lambda read: read.recall("s", "k")) == {}


def connected(url, patience):
    return closing(PostgresConnection(Place.of(url), patience))


def is_free(db):
    """Could another one in line begin now?"""
    try:
        db.begin(in_line=True)
    except errors.LockNotAvailable:
        return False
    finally:
        db.roll_back()
    return True


async def test_an_error_that_work_hides_is_not_taken_for_success(new_url):
    store_url = new_url("postgresql")
    begun, enough = threading.Event(), threading.Event()

    def hog(tx):
        tx.keep("s", "k", {})
        begun.set()
        assert enough.wait(120)

    def hide(tx):
        with suppress(Exception):
            tx.keep("s", "k", {})
        return "done"

    async with (
        open_store(store_url) as slow,
        open_store(store_url, patience=0.1) as other,
    ):
        long = asyncio.ensure_future(slow.transact(hog))
        await asyncio.to_thread(begun.wait, 120)

        with pytest.raises(Busy):
            await other.transact(hide)
        enough.set()
        await long
