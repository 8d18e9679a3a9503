"""The queue: leased by one at a time; and activities that wait for their time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from store import open_store

NOON, ONE, TWO, THREE = (f"2026-01-01T{hour}:00:00.000Z" for hour in (12, 13, 14, 15))
THERE = "https://there.example"


@pytest.fixture
def enqueue(store):
    async def put(*told: tuple[str, str]) -> None:
        def work(tx):
            for inbox, due in told:
                tx.enqueue("https://a/1", "https://a/ada", inbox, due)

        await store.transact(work)

    return put


@pytest.fixture
def claim(store):
    async def take(worker="w", now=NOON, until=ONE, limit=100):
        return await store.transact(lambda tx: tx.claim(worker, now, until, limit))

    return take


@pytest.fixture
def queue(store):
    async def look(limit=100):
        return await store.read(lambda read: read.deliveries(limit=limit))

    return look


def inboxes(deliveries) -> list[str]:
    return [each.inbox for each in deliveries]


async def test_what_is_due_is_claimed_the_longest_due_first(enqueue, claim):
    await enqueue(("c", NOON), ("b", "2026-01-01T11:00:00.000Z"), ("d", ONE))

    claimed = await claim()

    assert inboxes(claimed) == ["b", "c"]
    assert (claimed[0].activity, claimed[0].sender) == ("https://a/1", "https://a/ada")
    assert (claimed[0].due, claimed[0].attempts) == ("2026-01-01T11:00:00.000Z", 0)


async def test_a_lease_keeps_others_away_until_it_ends(enqueue, claim):
    await enqueue(("a", NOON))
    await claim("first", NOON, TWO)

    assert inboxes(await claim("second", ONE, THREE)) == []
    assert inboxes(await claim("second", TWO, THREE)) == ["a"]


async def test_what_is_delivered_is_gone(store, enqueue, claim, queue):
    await enqueue(("a", NOON))
    [delivery] = await claim()

    await store.transact(lambda tx: tx.delivered(delivery.id))

    assert await queue() == []
    assert await claim(now=THREE) == []


async def test_what_failed_is_tried_again_when_it_is_due(store, enqueue, claim, queue):
    await enqueue(("a", NOON))
    [delivery] = await claim()

    await store.transact(lambda tx: tx.failed(delivery.id, TWO, "502 Bad Gateway"))

    expected = replace(delivery, due=TWO, attempts=1, error="502 Bad Gateway")
    assert await queue() == [expected]
    assert await claim(now=ONE) == []
    assert await claim(now=TWO) == [expected]


async def test_what_is_given_up_is_seen_and_never_tried(store, enqueue, claim, queue):
    await enqueue(("a", NOON), ("b", THREE))
    [delivery] = await claim()

    await store.transact(lambda tx: tx.failed(delivery.id, None, "410 Gone"))

    shown = await queue()
    assert inboxes(shown) == ["b", "a"]
    assert (shown[1].due, shown[1].error) == ("", "410 Gone")
    assert inboxes(await claim(now="2099", until="3000")) == ["b"]
    assert inboxes(await queue(limit=1)) == ["b"]


async def test_one_inbox_is_sent_one_activity_once(enqueue, queue):
    await enqueue(("a", NOON), ("a", ONE))

    assert [(each.inbox, each.due) for each in await queue()] == [("a", NOON)]


async def test_an_old_lease_does_not_take_away_what_came_after(store, enqueue, claim):
    await enqueue(("a", NOON))
    [late] = await claim("slow", NOON, ONE)
    [taken] = await claim("quick", ONE, TWO)
    await store.transact(lambda tx: tx.delivered(taken.id))
    await enqueue(("b", NOON))

    await store.transact(lambda tx: tx.delivered(late.id))

    assert inboxes(await claim(now=NOON)) == ["b"]


async def test_many_workers_never_claim_the_same(store, store_url, enqueue):
    await enqueue(*((f"{n:03}", NOON) for n in range(100)))
    async with open_store(store_url, patience=60) as other:

        async def work(n: int) -> list[str]:
            found: list[str] = []
            while some := await (store, other)[n % 2].transact(
                lambda tx: tx.claim(f"w{n}", NOON, ONE, 7)
            ):
                found += inboxes(some)
            return found

        claimed = await asyncio.gather(*(work(n) for n in range(6)))

    assert sorted(inbox for some in claimed for inbox in some) == [
        f"{n:03}" for n in range(100)
    ]


async def test_what_is_postponed_is_ripe_once_when_its_time_has_come(store, activity):
    late, early = activity("late"), activity("early")

    def work(tx):
        tx.postpone(TWO, late)
        tx.postpone(ONE, early)

    await store.transact(work)

    def ripe(now, limit=100):
        return lambda tx: tx.ripe(now, limit)

    assert await store.transact(ripe(NOON)) == []
    assert await store.transact(ripe(THREE, 1)) == [early]
    assert await store.transact(ripe(THREE)) == [late]
    assert await store.transact(ripe(THREE)) == []


async def test_what_is_postponed_again_has_its_time_moved(store, activity):
    one = activity("one")
    await store.transact(lambda tx: tx.postpone(ONE, one))

    await store.transact(lambda tx: tx.postpone(THREE, one))

    assert await store.transact(lambda tx: tx.ripe(TWO)) == []
    assert await store.transact(lambda tx: tx.ripe(THREE)) == [one]


async def test_what_is_withdrawn_never_is(store, activity):
    one = activity("one")
    await store.transact(lambda tx: tx.postpone(ONE, one))

    assert await store.transact(lambda tx: tx.withdraw(one.id))
    assert not await store.transact(lambda tx: tx.withdraw(one.id))

    assert await store.transact(lambda tx: tx.ripe(TWO)) == []


# -- lanes -------------------------------------------------------------------------


@pytest.fixture
def post(store):
    """Enqueue activities, each ``(name, inbox, about)``."""

    async def put(*told: tuple[str, str, str], due: str = NOON) -> None:
        rows = [
            (name, "https://a/ada", inbox, due, about) for name, inbox, about in told
        ]
        await store.transact(lambda tx: tx.enqueue_all(rows))

    return put


def names(deliveries) -> list[str]:
    return [each.activity for each in deliveries]


async def test_of_one_thing_a_host_gets_the_earlier_first(store, post, claim):
    await post(
        ("create", f"{THERE}/ana", "post"),
        ("update", f"{THERE}/bob", "post"),
        ("other", f"{THERE}/ana", "another"),
        ("update", "https://elsewhere.example/inbox", "post"),
    )

    first = await claim()
    meanwhile = await claim("second")
    await store.transact(lambda tx: tx.delivered(first[0].id))

    assert names(first) == ["create", "other", "update"]
    assert (first[0].host, first[0].about) == (THERE, "post")
    assert meanwhile == []
    assert [each.inbox for each in await claim()] == [f"{THERE}/bob"]


async def test_what_has_failed_holds_back_what_came_after_it(store, post, claim):
    await post(("create", f"{THERE}/inbox", "post"))
    [create] = await claim()
    await store.transact(lambda tx: tx.failed(create.id, TWO, "502"))
    await post(("update", f"{THERE}/inbox", "post"))

    assert await claim(now=ONE) == []
    assert names(await claim(now=TWO, until=THREE)) == ["create"]
    await store.transact(lambda tx: tx.failed(create.id, None, "410"))
    assert names(await claim(now=TWO, until=THREE)) == ["update"]


async def test_what_is_about_nothing_waits_for_nobody(post, claim):
    await post(("1", f"{THERE}/inbox", ""), ("2", f"{THERE}/inbox", ""))

    assert names(await claim()) == ["1", "2"]


async def test_hosts_may_be_left_out(store, post):
    others = [f"https://h{n}.example" for n in range(3)]
    await post(*((host, f"{host}/inbox", "") for host in others))

    claimed = await store.transact(lambda tx: tx.claim("w", NOON, ONE, but=others[:2]))

    assert names(claimed) == others[2:]


# -- leases ------------------------------------------------------------------------


async def test_who_goes_hands_back_what_it_has(store, enqueue, claim, queue):
    await enqueue(("a", NOON), ("b", NOON))
    await claim("going", NOON, THREE, limit=1)
    await claim("staying", NOON, THREE)

    assert await store.transact(lambda tx: tx.hand_back("going")) == 1

    [again] = await claim("staying")
    assert (again.inbox, again.due, again.attempts) == ("a", NOON, 0)


async def test_where_nobody_else_can_be_all_is_handed_back(store, enqueue, claim):
    await enqueue(("a", NOON), ("b", ONE))
    await claim("killed", ONE, THREE)

    assert await store.transact(lambda tx: tx.hand_back(None)) == 2
    assert inboxes(await claim(now=NOON)) == ["a"]


async def test_what_is_put_off_was_not_attempted(store, enqueue, claim, queue):
    await enqueue(("a", NOON))
    [delivery] = await claim()

    await store.transact(lambda tx: tx.put_off(delivery.id, TWO))

    assert await claim(now=ONE) == []
    assert await claim(now=TWO, until=THREE) == [replace(delivery, due=TWO)]


async def test_what_waits_for_a_host_that_is_back_goes_now(store, post, claim):
    await post(("later", f"{THERE}/a", ""), ("x", "https://b.example/", ""), due=TWO)
    await post(("under way", f"{THERE}/b", ""))
    await claim("another", NOON, TWO)

    assert await store.transact(lambda tx: tx.hasten(THERE, NOON)) == 1

    assert names(await claim()) == ["later"]
