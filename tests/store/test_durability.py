"""What was acknowledged is there, whatever happened to the process that said so."""

from __future__ import annotations

import os
import sqlite3

import pytest

from store import open_store


@pytest.mark.parametrize("acknowledged", [1, 137, 1500])
async def test_what_was_acknowledged_outlives_the_process(
    store_url, child, acknowledged
):
    process = child("acknowledge", store_url, "one")
    told = [process.stdout.readline().decode().strip() for _ in range(acknowledged)]

    process.kill()
    told += [line.decode().strip() for line in process.stdout if line.endswith(b"\n")]
    process.wait()

    async with open_store(store_url) as store:
        logged = {e.activity.id async for e in store.every_entry()}
        things = {thing.id async for thing in store.things()}
        kept = {key async for _, key, _ in store.every_record()}
    assert len(told) >= acknowledged
    assert set(told) <= logged
    assert kept == logged and len(things) == len(logged), "some was half done"
    if store_url.startswith("sqlite"):
        with sqlite3.connect(store_url.removeprefix("sqlite:///")) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()


async def test_two_processes_that_are_killed_lose_nothing_either(store_url, child):
    processes = [child("acknowledge", store_url, name) for name in ("one", "two")]
    told = [p.stdout.readline().decode().strip() for p in processes for _ in range(50)]

    for process in processes:
        os.kill(process.pid, 9)

    async with open_store(store_url, patience=60) as store:
        found = await store.read(lambda read: [read.activity(id) for id in told])
    assert [each and each.id for each in found] == told


async def test_without_room_nothing_is_acknowledged_and_with_room_it_goes_on(
    new_url, child
):
    url = new_url("sqlite")

    process = child("fill_up", url, "3000000")
    said, _ = process.communicate(timeout=120)

    refused, readable, went_on, all_there = said.decode().split()
    assert int(refused) > 0
    assert (readable, went_on, all_there) == ("True", "1", "True")
