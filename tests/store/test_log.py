"""The log: what was done, once each, for good and in order; and who was told of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest

from peer.protocol.thing import Activity

BOB = "https://b.example/bob"


async def test_an_activity_comes_back_as_it_went_in(store, activity, edge, thing):
    about_thing = activity("1", object=thing(name="Ünï", nested={"a": [1.5, None]}))
    about_edge = activity("2", "Add", object=edge("a", "tagged", "b"))
    inner = activity("3", "Undo", object=about_edge)
    told = [about_thing, about_edge, inner]

    await store.transact(lambda tx: [tx.record(each) for each in told])

    def look(read):
        return [read.activity(each.id) for each in told]

    assert await store.read(look) == told
    assert await store.read(lambda read: read.activity("https://a/none")) is None


async def test_twice_is_once(store, activity):
    first = activity("1")
    again = Activity(first.id, "Delete", BOB, first.published, first.object)

    assert await store.transact(lambda tx: tx.record(first)) is True
    assert await store.transact(lambda tx: tx.record(again)) is False

    [entry] = await store.read(lambda read: read.log())
    assert entry.activity == first


async def test_twice_at_once_is_once(store, activity):
    one = activity("1")

    told = await asyncio.gather(
        *(store.transact(lambda tx: tx.record(one)) for _ in range(20))
    )

    assert told.count(True) == 1
    assert len(await store.read(lambda read: read.log())) == 1


async def test_what_was_undone_may_be_recorded_after_all(store, activity):
    one = activity("1")

    def fail(tx):
        tx.record(one)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.transact(fail)

    assert await store.transact(lambda tx: tx.record(one)) is True


async def test_the_log_is_read_from_either_end(store, activity):
    told = [activity(str(n)) for n in range(10)]
    await store.transact(lambda tx: [tx.record(each) for each in told])

    def ids(entries):
        return [int(entry.activity.id.rpartition("/")[2]) for entry in entries]

    newest = await store.read(lambda read: read.log(limit=4))
    older = await store.read(lambda read: read.log(before=newest[-1].seq, limit=4))
    oldest = await store.read(lambda read: read.log(after=0, limit=4))
    newer = await store.read(lambda read: read.log(after=oldest[-1].seq, limit=4))

    assert ids(newest) == [9, 8, 7, 6] and ids(older) == [5, 4, 3, 2]
    assert ids(oldest) == [0, 1, 2, 3] and ids(newer) == [4, 5, 6, 7]


async def test_the_log_is_searched_by_who_what_and_how(store, activity, thing):
    post = thing("post")
    told = [
        activity("1", object=post),
        activity("2", "Like", BOB, post),
        activity("3", "Like"),
    ]
    await store.transact(lambda tx: [tx.record(each) for each in told])

    def log(**asked):
        return lambda read: [entry.activity for entry in read.log(**asked)]

    assert await store.read(log(object=post.id)) == told[1::-1]
    assert await store.read(log(actor=BOB)) == [told[1]]
    assert await store.read(log(type="Like")) == told[:0:-1]
    assert await store.read(log(type="Like", actor=BOB, object=post.id)) == [told[1]]
    assert await store.read(log(type="Flag")) == []


@pytest.fixture
def run_sql(store_url: str) -> Callable[[str], None]:
    """What somebody could do who gets at the database itself."""

    def run(sql: str) -> None:
        if store_url.startswith("sqlite"):
            with closing(sqlite3.connect(store_url.removeprefix("sqlite:///"))) as db:
                db.execute(sql)
                db.commit()
            return
        server, _, schema = store_url.partition("schema=")
        with psycopg.connect(server.rstrip("?&")) as pg:
            pg.execute(f"SET search_path TO {schema}")
            pg.execute(sql)

    return run


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log SET actor = 'me'",
        "DELETE FROM log",
        "INSERT INTO log (seq, id, type, actor, object, document)"
        " VALUES (1, 'x', 'x', 'x', 'x', '{}')"
        " ON CONFLICT (seq) DO UPDATE SET id = 'x'",
    ],
)
async def test_what_is_in_the_log_stays_there(store, activity, run_sql, sql):
    await store.transact(lambda tx: tx.record(activity("1")))

    with pytest.raises((sqlite3.IntegrityError, psycopg.Error), match="append-only"):
        run_sql(sql)

    assert await store.read(lambda read: read.activity(activity("1").id))


async def test_people_are_told_of_lines_of_the_log(store, activity):
    told = [activity(str(n)) for n in range(5)]

    def work(tx):
        for each in told:
            tx.record(each)
            tx.notify(BOB, each.id)
            tx.notify(BOB, each.id)
        tx.notify("eve", told[2].id)

    await store.transact(work)

    newest = await store.read(lambda read: read.notices(BOB, limit=3))
    rest = await store.read(lambda read: read.notices(BOB, before=newest[-1].seq))
    eve = await store.read(lambda read: read.notices("eve"))
    assert [entry.activity for entry in (*newest, *rest)] == told[::-1]
    assert [entry.activity for entry in eve] == [told[2]]
    assert await store.read(lambda read: read.notices("dan")) == []


async def test_nobody_is_told_of_what_never_happened(store):
    with pytest.raises(ValueError, match="not in the log"):
        await store.transact(lambda tx: tx.notify(BOB, "https://a.example/none"))
