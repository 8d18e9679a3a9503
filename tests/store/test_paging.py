"""Pages: complete, without doubles, in both directions, and all equally dear."""

from __future__ import annotations

import pytest

from peer.model.query import BadCursor, Query, Where


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
