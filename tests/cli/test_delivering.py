"""A peer in a process of its own delivers, is stopped or killed, and goes on."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import time
from collections import defaultdict

import pytest

from store import open_store
from tests.cli.test_serve import port, serving
from tests.node.outgoing.elsewhere import Barred, Elsewhere
from tests.node.outgoing.elsewhere import serving as elsewhere_serving

__all__ = ["port"]

BASE = "http://blog.localhost:8801"
NOON = "2026-01-01T12:00:00.000Z"
HOSTS = ("there", "other", "third")
THINGS, CHANGES = 20, 5  # to each host


@pytest.fixture
async def elsewhere():
    async with elsewhere_serving(Elsewhere()) as started:
        yield started


@pytest.fixture
def settings(blog, elsewhere, port):
    allowed = ",".join(f"{name}.localhost:{elsewhere.port}" for name in HOSTS)
    here = {"SX_LISTEN": f"127.0.0.1:{port}", "SX_BASE": BASE}
    return {**here, "SX_DEV_ALLOW": allowed, "SX_LOG": "json"}


@pytest.fixture
def database(blog, tmp_path):
    return tmp_path / "var" / "blog" / "peer.db"


@pytest.fixture
async def enqueued(database, elsewhere):
    await enqueue(f"sqlite:///{database}", elsewhere)


async def enqueue(url: str, elsewhere: Elsewhere) -> None:
    """Changes of things, for an inbox at each host; their numbers are their order."""

    def work(tx):
        for n in range(THINGS * CHANGES):
            thing, change = f"{BASE}/posts/{n % THINGS}", n // THINGS
            id = f"{thing}/{change}"
            tx.keep("raw", id, {"body": json.dumps({"id": id})})
            for name in HOSTS:
                inbox = elsewhere.url("/inbox", f"{name}.localhost")
                tx.enqueue(id, f"{BASE}/actor", inbox, NOON, about=thing)

    async with open_store(url, patience=60) as store:
        await store.transact(work)


def in_order(elsewhere: Elsewhere) -> bool:
    """Did everything arrive, and at each host the earlier before the later?"""
    lanes = defaultdict(list)
    for asked in elsewhere.asked:
        thing, _, change = asked.document["id"].rpartition("/")
        lanes[asked.host, thing].append(int(change))
    whole = set(range(CHANGES))
    each = [set(some) == whole and some == sorted(some) for some in lanes.values()]
    return all(each) and len(each) == THINGS * len(HOSTS)


def leases(database) -> int:
    with sqlite3.connect(database) as db:
        sql = "SELECT count(*) FROM delivery WHERE worker IS NOT NULL"
        found: int = db.execute(sql).fetchone()[0]
    return found


@pytest.mark.slow
async def test_a_kill_loses_nothing_and_keeps_the_order(
    tmp_path, settings, enqueued, elsewhere
):
    with serving(tmp_path, **settings) as peer:
        await elsewhere.heard(100)
        peer.kill()
        peer.wait()
    before = len(elsewhere.asked)

    with serving(tmp_path, **settings):
        async with asyncio.timeout(120):
            while len({(a.host, a.body) for a in elsewhere.asked}) < 300:
                await elsewhere.heard(len(elsewhere.asked) + 1)

    assert before < 300
    assert in_order(elsewhere)


@pytest.mark.slow
async def test_several_workers_deliver_together_each_thing_once_and_in_order(
    tmp_path, settings, elsewhere, new_url
):
    url = new_url("postgresql")
    told = {**settings, "SX_WORKERS": "2", "SX_DATABASE_URL": url}

    with serving(tmp_path, **told):
        await enqueue(url, elsewhere)
        await elsewhere.heard(300)

    assert len(elsewhere.asked) == 300
    assert in_order(elsewhere)


@pytest.mark.slow
async def test_who_is_told_to_stop_hands_back_what_the_next_one_sends_at_once(
    tmp_path, settings, enqueued, elsewhere, database
):
    barred = elsewhere.answers["/inbox"] = Barred()
    with serving(tmp_path, **settings) as peer:
        await elsewhere.heard(24)
        peer.send_signal(signal.SIGTERM)
        barred.opened.set()
        assert await asyncio.to_thread(peer.wait, 120) == 0
    left = leases(database)
    before = len(elsewhere.asked)

    with serving(tmp_path, **settings):
        began = time.monotonic()
        await elsewhere.heard(before + 1)
        took = time.monotonic() - began

    assert left == 0
    assert before < 300
    assert took < 45  # seconds: what is still leased, a minute
