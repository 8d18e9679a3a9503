"""Places and stock: as many as there are, whoever asks and however many at once."""

from __future__ import annotations

import asyncio

import pytest

from store import open_store
from store.interface import Full

GIG, SOUP = "https://events.example/gig", "https://shop.example/soup"


@pytest.fixture
def hold(store):
    async def ask(holder: str, count: int = 1, limit: int = 10, thing: str = GIG):
        await store.transact(lambda tx: tx.hold(thing, holder, count, limit))

    return ask


@pytest.fixture
def held(store):
    async def ask(holder: str | None = None, thing: str = GIG) -> int:
        if holder is None:
            return await store.read(lambda read: read.held(thing))
        return await store.read(lambda read: read.held_by(thing, holder))

    return ask


async def test_what_is_held_is_counted_by_thing_and_by_holder(hold, held):
    await hold("ada", 2)
    await hold("bob")
    await hold("bob", thing=SOUP)

    assert (await held(), await held("ada"), await held("bob")) == (3, 2, 1)
    assert (await held("eve"), await held(thing=SOUP)) == (0, 1)


async def test_a_holder_may_take_more(hold, held):
    await hold("ada", 2)
    await hold("ada", 3)

    assert await held("ada") == 5


@pytest.mark.parametrize(
    "taken, said",
    [
        (10, "There are none left."),
        (9, "There is only 1 left."),
        (8, "There are only 2 left."),
    ],
)
async def test_there_are_not_more_than_there_are(hold, held, taken, said):
    await hold("ada", taken)

    with pytest.raises(Full) as full:
        await hold("bob", 3)

    assert str(full.value) == said
    assert await held() == taken


async def test_what_is_given_back_can_be_had_again(store, hold, held):
    await hold("ada", 4)
    await hold("bob", 3)
    await hold("eve", 3)

    released = await store.transact(lambda tx: tx.release(GIG, "bob"))

    assert released == 3
    await hold("dan", 3)
    assert await held() == 10
    with pytest.raises(Full):
        await hold("bob")


async def test_giving_back_nothing_is_no_error(store):
    assert await store.transact(lambda tx: tx.release(GIG, "ada")) == 0


async def test_when_there_are_fewer_than_there_were_those_that_are_held_count(
    store, hold
):
    await hold("ada", 5)
    await hold("bob", 5)
    await store.transact(lambda tx: tx.release(GIG, "ada"))

    with pytest.raises(Full, match="none left"):
        await hold("eve", 1, limit=5)


@pytest.mark.parametrize("count", [0, -1])
async def test_nobody_holds_less_than_one(hold, count):
    with pytest.raises(ValueError, match="one at least"):
        await hold("ada", count)


async def test_whoever_is_refused_has_nothing_of_what_they_did(store, hold, held):
    await hold("ada", 9)

    def greedy(tx):
        tx.keep("orders", "eve", {})
        tx.hold(GIG, "eve", 1, 10)
        tx.hold(GIG, "eve", 1, 10)

    with pytest.raises(Full):
        await store.transact(greedy)

    assert await held("eve") == 0
    assert await store.read(lambda read: read.recall("orders", "eve")) is None


async def test_fifty_at_once_get_exactly_what_there_is(store, store_url, held):
    limit = 20
    async with open_store(store_url, patience=60) as other:

        async def ask(n: int) -> bool:
            def work(tx):
                if tx.held(GIG) >= limit:
                    return False
                tx.hold(GIG, f"guest {n}", 1, limit)
                return True

            return await (store, other)[n % 2].transact(work)

        answers = await asyncio.gather(
            *(ask(n) for n in range(50)), return_exceptions=True
        )

    got_in = [n for n, answer in enumerate(answers) if answer is True]
    assert len(got_in) == await held() == limit
    for n in got_in:
        assert await held(f"guest {n}") == 1


async def test_several_at_once_never_get_more_whatever_each_of_them_wants(store, held):
    async def ask(n: int) -> int:
        count = 1 + n % 3
        try:
            await store.transact(lambda tx: tx.hold(GIG, f"guest {n}", count, 17))
        except Full:
            return 0
        return count

    given = await asyncio.gather(*(ask(n) for n in range(50)))

    assert sum(given) == await held() == 17


async def test_many_are_counted_at_once(store, hold):
    await hold("ada", 2)
    await hold("bob")
    await hold("bob", thing=SOUP)

    found = await store.read(lambda read: read.holdings(iter([GIG, SOUP, GIG, "x"])))

    assert found == {GIG: 3, SOUP: 1}
    assert await store.read(lambda read: read.holdings([])) == {}
