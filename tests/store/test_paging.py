"""Pages: complete, without doubles, in both directions, and all equally dear."""

from __future__ import annotations

import sqlite3

import pytest

from peer.model.query import BadCursor, Query, Where
from store import listing, open_store
from store.sqlite_connection import SqliteConnection


@pytest.fixture
def posts(store, thing, index):
    """Put so many posts, several of them at the same moment."""

    async def put(numbers, **keys: str) -> None:
        def work(tx):
            for n in numbers:
                post = thing(f"{n:05}", published=f"{n // 3:05}")
                tx.put(post, index(post, **keys))

        await store.transact(work)

    return put


@pytest.fixture
def page(store):
    async def ask(cursor=None, limit=7, **asked):
        query = Query(("Post",), cursor=cursor, limit=limit, **asked)
        return await store.read(lambda read: read.find(query))

    return ask


def numbers(pages) -> list[int]:
    return [int(thing.slug) for page in pages for thing in page.items]


@pytest.mark.parametrize("order", ["published", "-published"])
async def test_pages_are_all_there_is_forwards_and_backwards(posts, page, order):
    await posts(range(50))

    pages = [await page(order=order)]
    while pages[-1].next:
        pages.append(await page(pages[-1].next, order=order))
    back = [pages[-1]]
    while back[0].previous:
        back.insert(0, await page(back[0].previous, order=order))

    expected = sorted(range(50), reverse=order.startswith("-"))
    assert numbers(pages) == expected
    assert numbers(back) == expected
    assert pages[0].previous is None and back[0].previous is None


async def test_what_is_put_meanwhile_neither_doubles_nor_hides_anything(posts, page):
    await posts(range(100, 150))

    seen, cursor = [], None
    for lower in range(90, 0, -2):
        found = await page(cursor)
        seen += numbers([found])
        await posts([lower, 150 + lower])  # on both sides of where we are
        cursor = found.next
        if cursor is None:
            break

    assert len(seen) == len(set(seen))
    assert set(range(100, 150)) <= set(seen)


async def test_a_page_that_has_emptied_still_leads_to_the_others(store, posts, page):
    await posts(range(14))
    first = await page(order="published")
    second = await page(first.next, order="published")

    def erase(tx):
        for post in second.items:
            tx.erase(post.id, "2026")

    await store.transact(erase)

    emptied = await page(first.next, order="published")
    assert (emptied.items, emptied.next) == ([], None)
    assert numbers([await page(emptied.previous, order="published")]) == list(range(7))


async def test_the_last_page_that_is_just_full_has_no_next(posts, page):
    await posts(range(7))

    assert (await page()).next is None


async def test_a_few_that_are_picked_out_have_pages_too(posts, page):
    await posts(range(0, 20), state="shut")
    await posts(range(20, 40), state="open")
    open_ = (Where("state", "=", "open"),)

    first = await page(order="published", where=open_, limit=15)
    second = await page(first.next, order="published", where=open_, limit=15)
    again = await page(second.previous, order="published", where=open_, limit=15)

    assert numbers([first, second]) == list(range(20, 40))
    assert again == first


@pytest.mark.parametrize(
    "mangle",
    [
        lambda cursor: "",
        lambda cursor: "x",
        lambda cursor: cursor[:-1],
        lambda cursor: cursor + "A",
        lambda cursor: cursor + "=",
        lambda cursor: cursor + "\n",
        lambda cursor: cursor.swapcase(),
        lambda cursor: cursor[:10] + ("A" if cursor[10] != "A" else "B") + cursor[11:],
        lambda cursor: "é" + cursor[1:],
        lambda cursor: "' OR 1=1 --",
        lambda cursor: "\0",
        lambda cursor: "\ud800",
        lambda cursor: "A" * 100_000,
    ],
)
async def test_a_cursor_that_no_page_gave_is_refused(posts, page, mangle):
    await posts(range(10))
    first = await page()

    with pytest.raises(BadCursor):
        await page(mangle(first.next))


async def test_the_cursor_of_another_order_is_refused(posts, page):
    await posts(range(10))
    first = await page(order="-published")

    with pytest.raises(BadCursor):
        await page(first.next, order="published")


async def test_every_single_character_of_a_cursor_counts(posts, page):
    await posts(range(10))
    cursor = (await page()).next

    for at, letter in enumerate(cursor):
        other = "A" if letter != "A" else "B"
        with pytest.raises(BadCursor):
            await page(cursor[:at] + other + cursor[at + 1 :])


async def test_a_page_holds_something(page):
    with pytest.raises(ValueError, match="one thing at least"):
        await page(limit=0)


# -- what it costs, counted in steps of SQLite's machine ---------------------------


@pytest.fixture
def watched(new_url, thing, index, edge):
    """A store of so many things, and a connection that counts its steps."""

    async def make(size: int) -> Counting:
        url = new_url("sqlite")
        async with open_store(url) as store:
            for start in range(0, size, 1000):
                await store.transact(lambda tx, start=start: fill(tx, start, size))
        return Counting(url.removeprefix("sqlite:///"))

    def fill(tx, start, size):
        for n in range(start, min(start + 1000, size)):
            one = thing(f"{n:06}", published=f"{n:06}")
            tx.put(one, index(one, state="open" if n % 2 else "shut", code=f"{n:06}"))
            tx.relate(edge(one.id, "tagged", f"https://blog.example/tags/{n % 3}"))

    return make


class Counting:
    def __init__(self, path: str) -> None:
        self.raw = sqlite3.connect(path)
        self.db = SqliteConnection(self.raw, 1.0)

    def steps(self, act) -> int:
        taken = 0

        def step():
            nonlocal taken
            taken += 1

        self.raw.set_progress_handler(step, 1)
        act(self.db)
        self.raw.set_progress_handler(None, 1)
        return taken


LISTINGS = {
    "newest": Query(("Post",)),
    "two kinds for members": Query(("Post", "Note"), audiences=("public", "members")),
    "one in two": Query(("Post",), where=(Where("state", "=", "open"),)),
    "one of all": Query(("Post",), where=(Where("code", "=", "000042"),)),
    "from somewhere on": Query(
        ("Post",), "published", where=(Where("published", ">=", "00004"),)
    ),
    "one in three, by an edge": Query(
        ("Post",), related=("tagged", "https://blog.example/tags/1")
    ),
    "by an edge that nothing has": Query(
        ("Post",), related=("tagged", "https://a.example/none")
    ),
}


async def test_a_listing_costs_the_same_among_five_times_as_many(watched):
    few, many = await watched(6000), await watched(30_000)

    for name, query in LISTINGS.items():
        costs = [
            each.steps(lambda db, q=query: listing.find(db, q)) for each in (few, many)
        ]
        assert max(costs) < 1.1 * min(costs) + 50, (name, costs)

    few.raw.close(), many.raw.close()


async def test_a_listing_is_a_walk_along_an_index(watched):
    few = await watched(10)
    said = []
    few.raw.set_trace_callback(said.append)

    listing.find(few.db, Query(("Post",)))

    few.raw.set_trace_callback(None)
    plans = [
        detail
        for sql in said
        for *_, detail in few.raw.execute(f"EXPLAIN QUERY PLAN {sql}")
    ]
    assert plans and all(plan.startswith("SEARCH") for plan in plans), plans
    assert any("COVERING INDEX facet_order" in plan for plan in plans)
    few.raw.close()
