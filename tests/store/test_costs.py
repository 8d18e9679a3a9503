"""What things cost does not depend on how many others there are.

Counted in steps of SQLite's machine, and in blocks that PostgreSQL looks at:
which are the same on every computer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from peer.model.query import Query, Where
from store import candidates, edges, lines, listing, log, open_store, things, waiting
from store.candidates import Wanted
from store.connection import Connection
from store.copying import pour
from store.dialect import POSTGRESQL
from store.postgres_connection import Place, PostgresConnection
from store.sqlite_connection import SqliteConnection
from store.tables import TABLES

TAG = "https://blog.example/tags"
FEW, MANY = 5_000, 20_000
THEN = "2026-01-01T00:00:00.000Z"
UNWATCHED = "autovacuum_enabled = false"


class Counting(SqliteConnection):
    """A connection that counts the steps of what it does, and does not keep it."""

    def __init__(self, path: str) -> None:
        self.raw = sqlite3.connect(path, isolation_level=None)
        super().__init__(self.raw, 1.0)

    def steps(self, act: Callable[[Connection], Any]) -> int:
        taken = 0

        def step() -> None:
            nonlocal taken
            taken += 1

        self.raw.execute("BEGIN")
        self.raw.set_progress_handler(step, 1)
        act(self)
        self.raw.set_progress_handler(None, 1)
        self.roll_back()
        return taken


@pytest.fixture
def fill(thing, index, edge, activity):
    """Put so many posts, each with a tag, an author and a line in the log."""

    async def put(url: str, size: int) -> None:
        async with open_store(url) as store:
            for start in range(0, size, 1000):
                numbers = range(start, min(start + 1000, size))
                await store.transact(
                    lambda tx, some=numbers: [one(tx, n) for n in some]
                )

    def one(tx, n):
        post = thing(f"{n:06}", published=f"{n:06}")
        state = "open" if n % 2 else "shut"
        tx.put(post, index(post, f"Post {n:06}", state=state, code=f"{n:06}"))
        tx.relate(edge(post.id, "tagged", f"{TAG}/{n % 3}"))
        tx.record(activity(f"{n}", object=post))
        tx.notify(f"person {n % 2}", activity(f"{n}").id)
        tx.enqueue(activity(f"{n}").id, "ada", "inbox", THEN, about=post.id)

    return put


@pytest.fixture
async def two_stores(new_url, fill):
    """One with a few things in it, and one with many."""
    stores = []
    for size in (FEW, MANY):
        url = new_url("sqlite")
        await fill(url, size)
        stores.append(Counting(url.removeprefix("sqlite:///")))
    yield stores
    for each in stores:
        each.close()


class Explaining:
    """A connection that counts the blocks that PostgreSQL looks at for an answer."""

    dialect = POSTGRESQL

    def __init__(self, db: PostgresConnection) -> None:
        self._db = db
        self._blocks = 0

    def rows(self, sql: str, *params: Any) -> list[Any]:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}"
        [([told],)] = self._db.rows(explain, *params)
        plan = told["Plan"]
        self._blocks += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
        return self._db.rows(sql, *params)

    def blocks(self, act: Callable[[Connection], Any]) -> int:
        self._blocks = 0
        with self._db.moment():
            act(self)
        return self._blocks


def found(*kinds: str, **asked: Any) -> Callable[[Connection], Any]:
    return lambda db: listing.find(db, Query(kinds or ("Post",), **asked))


def matching(**ends: str) -> Callable[[Connection], Any]:
    return lambda db: edges.edges(db, ends, 50, None)


def proposed(*anchors: str) -> Callable[[Connection], Any]:
    wanted = Wanted(f"{TAG}/0", "tagged")
    return lambda db: candidates.candidates(db, anchors, wanted, None, 20)


READING = {
    "the newest": found(),
    "of two kinds, for members": found("Post", "Note", audiences=("public", "members")),
    "of every kind": found(""),
    "one in two": found(where=(Where("state", "=", "open"),)),
    "one of all": found(where=(Where("code", "=", "000042"),)),
    "a range": found(order="code", where=(Where("code", ">=", "004"),)),
    "one in three, by an edge": found(related=("tagged", f"{TAG}/1")),
    "by an edge that nothing has": found(related=("tagged", f"{TAG}/none")),
    "of an owner who has all": found(owner="https://blog.example/people/ada"),
    "of an owner who has none": found(owner="https://blog.example/people/eve"),
    "edges out": matching(subject="https://blog.example/posts/000042"),
    "edges in": matching(object=f"{TAG}/1"),
    "edges in, of a kind": matching(object=f"{TAG}/1", relation="tagged"),
    "edges between two": matching(
        subject="https://blog.example/posts/000042", object=f"{TAG}/0"
    ),
    "edges of a page": lambda db: edges.edges_from(
        db, [f"https://blog.example/posts/{n:06}" for n in range(50)], ["tagged"]
    ),
    "newest edges in": lambda db: edges.edges_to(
        db, f"{TAG}/1", ["tagged", "a"], 9, "https://blog.example/posts/000042"
    ),
    "a conversation": lambda db: lines.below(db, f"{TAG}/1", "tagged", 100),
    "edges of a kind": matching(relation="tagged"),
    "edges of an activity": matching(activity="https://blog.example/edges/42/said"),
    "candidates": proposed(),
    "candidates below an anchor": proposed(f"{TAG}/none"),
    "the log": lambda db: log.log(db, {}, None, None, 50),
    "the log of an actor": lambda db: log.log(db, {"actor": "ada"}, None, None, 50),
    "notices": lambda db: log.notices(db, "person 1", None, 50),
    "the queue": lambda db: waiting.deliveries(db, 50),
    "the queue, page by page": lambda db: waiting.queued(db, None, False, 20, 50),
}


async def test_reading_costs_the_same_among_five_times_as_many(two_stores):
    for name, act in READING.items():
        few, many = (store.steps(act) for store in two_stores)

        assert many < 1.1 * few + 100, (name, few, many)


@pytest.mark.parametrize("looked_at", ["never", "now"])
async def test_on_postgresql_too_whenever_it_has_looked_at_its_tables(
    new_url, fill, looked_at
):
    """It does that by itself after a minute or more; here, only when it is told."""
    costs = []
    for size in (FEW, FEW * 3):
        source, url = new_url("sqlite"), new_url("postgresql")
        await fill(source, size)
        async with open_store(source) as filled, open_store(url) as store:
            with closing(PostgresConnection(Place.of(url), 1.0)) as db:
                with db.turn():
                    db.say(
                        *(f"ALTER TABLE {table} SET ({UNWATCHED})" for table in TABLES)
                    )
                await pour(filled, store)
                if looked_at == "now":
                    with db.turn():
                        db.say(*(f"ANALYZE {table}" for table in TABLES))
                explaining = Explaining(db)
                costs.append({n: explaining.blocks(act) for n, act in READING.items()})

    guessing = {"edges of a page"} if looked_at == "never" else set()
    for name in READING.keys() - guessing:
        few, many = (each[name] for each in costs)
        assert many < 1.1 * few + 100, (name, few, many)


async def test_writing_costs_the_same_among_five_times_as_many(
    two_stores, thing, index, edge, activity
):
    post = thing("new")
    changed = thing("000042", name="Changed", published="5")
    writing: dict[str, Callable[[Connection], Any]] = {
        "a new thing": lambda db: things.put(db, post, index(post, "New", code="5")),
        "a changed one": lambda db: things.put(db, changed, index(changed, code="5")),
        "an edge": lambda db: edges.relate(db, edge(post.id, "tagged", f"{TAG}/1")),
        "a line in the log": lambda db: log.record(db, activity("new")),
        "an erased thing": lambda db: things.erase(db, changed.id, THEN),
        "a claim": lambda db: waiting.claim(db, "w", THEN, "2027", 50),
    }

    for name, act in writing.items():
        few, many = (store.steps(act) for store in two_stores)

        assert many < 1.1 * few + 100, (name, few, many)


async def test_a_listing_is_a_walk_along_its_index(new_url, fill):
    url = new_url("sqlite")
    await fill(url, 10)
    said: list[str] = []

    with closing(Counting(url.removeprefix("sqlite:///"))) as store:
        store.raw.set_trace_callback(said.append)
        listing.find(store, Query(("Post",)))
        store.raw.set_trace_callback(None)
        plans = [
            detail
            for sql in said
            for *_, detail in store.raw.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]

    assert plans == [
        "SEARCH f USING COVERING INDEX facet_order (kind=? AND audience=? AND term=?)",
        "SEARCH thing USING INDEX sqlite_autoindex_thing_1 (id=?)",
    ]
