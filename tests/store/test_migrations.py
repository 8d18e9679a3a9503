"""Migrations happen once, whoever starts and however they are interrupted."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import psycopg
import pytest

from store import migrate, open_store
from store.dialect import POSTGRESQL, SQLITE
from store.interface import Unreadable
from store.migrate import SCHEMA
from store.sqlite_connection import connect

STEPS = ["0001_things", "0002_search", "0003_log_stays", "0004_lanes"]


def test_both_dialects_have_the_same_steps():
    for dialect in (SQLITE, POSTGRESQL):
        assert [step.name for step in migrate.steps(dialect)] == STEPS
        assert not any(
            "{" in step.script.split("--")[0] for step in migrate.steps(dialect)
        )


async def test_a_new_store_has_had_them_all(store):
    assert (await store.describe())["migrations"] == STEPS


async def test_workers_that_start_at_the_same_moment_migrate_once(store_url, child):
    workers = [child("open_once", store_url) for _ in range(6)]
    for worker in workers:
        assert worker.stdout.readline() == b"ready\n"

    for worker in workers:
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    told = [worker.communicate(timeout=120)[0] for worker in workers]

    assert told == [" ".join(STEPS).encode() + b"\n"] * 6


@pytest.mark.parametrize("statement", [*range(0, 48, 3), *range(44, 48)])
async def test_one_that_is_killed_anywhere_leaves_the_rest_to_the_next(
    store_url, child, statement
):
    killed = child("die_migrating", store_url, str(statement))
    said, _ = killed.communicate(timeout=120)

    async with open_store(store_url) as store:
        assert (await store.describe())["migrations"] == STEPS
        await store.transact(lambda tx: tx.keep("s", "k", {}))
        assert (await store.read(lambda read: read.search("soup"))).items == []
    assert killed.returncode == -9 or said == b"done\n"


async def test_dying_at_every_statement_one_after_another_gets_there_in_the_end(
    store_url, child
):
    """Each life gets one statement further within a step, and keeps whole steps."""
    for statement in (2, 9, 30, 5, 33):
        child("die_migrating", store_url, str(statement)).wait(120)

    async with open_store(store_url) as store:
        assert (await store.describe())["migrations"] == STEPS


@pytest.fixture
def folder(tmp_path):
    """The migrations, and room for more."""
    return shutil.copytree(SCHEMA, tmp_path / "schema")


@pytest.fixture
def db(tmp_path):
    with closing(connect(tmp_path / "peer.db", 1.0)) as db:
        yield db


def test_each_step_is_taken_once_and_later_ones_when_they_come(db, folder):
    assert migrate.migrate(db, folder) == STEPS
    (folder / "0098_more.sql").write_text("CREATE TABLE more (x {text}) {rows};")

    assert migrate.migrate(db, folder) == ["0098_more"]
    assert migrate.migrate(db, folder) == []


def test_a_step_that_fails_is_not_half_done(db, folder):
    (folder / "0098_bad.sql").write_text(
        "CREATE TABLE more (x {text}) {rows}; INSERT INTO nowhere VALUES (1);"
    )

    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        migrate.migrate(db, folder)

    assert not db.has_table("more")
    (folder / "0098_bad.sql").write_text("CREATE TABLE more (x {text}) {rows};")
    assert migrate.migrate(db, folder) == ["0098_bad"]


def test_a_store_of_a_newer_program_is_left_alone(db, folder):
    (folder / "0099_future.sql").write_text("CREATE TABLE future (x {text}) {rows};")
    migrate.migrate(db, folder)

    with pytest.raises(Unreadable, match=r"0099_future.*made by a newer one"):
        migrate.migrate(db)


def test_what_was_applied_may_not_be_edited(db, folder):
    migrate.migrate(db, folder)
    first = folder / "0001_things.sql"
    first.write_text(first.read_text() + "\n-- edited")

    with pytest.raises(Unreadable, match=r"0001_things.*may not be edited"):
        migrate.migrate(db, folder)


async def test_a_store_of_a_newer_program_cannot_be_opened(store_url):
    async with open_store(store_url):
        pass
    sql = "INSERT INTO migration VALUES ('0099_future', 'x', '2030')"
    if store_url.startswith("sqlite"):
        with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as db:
            db.execute(sql)
            db.commit()
    else:
        server, _, schema = store_url.partition("schema=")
        with psycopg.connect(server.rstrip("?&")) as pg:
            pg.execute(f"SET search_path TO {schema}")
            pg.execute(sql)

    with pytest.raises(Unreadable, match="0099_future"):
        async with open_store(store_url):
            pass
