"""The queue as those who keep a peer see it, and what they may do about it."""

from __future__ import annotations

import pytest

NOON, TWO, THREE = (f"2026-01-01T{hour}:00:00.000Z" for hour in (12, 14, 15))


@pytest.fixture
def claim(store):
    async def take(now=NOON, until=THREE, limit=100):
        return await store.transact(lambda tx: tx.claim("w", now, until, limit))

    return take


async def backlogs(store, **told):
    return await store.read(lambda read: read.backlogs(**told))


@pytest.fixture
async def troubled(store, claim):
    """One to each of three hosts: given up, failing, and not yet tried."""
    hosts = [f"https://{name}.example" for name in ("dead", "failing", "waiting")]
    told = [(host, "https://a/ada", f"{host}/inbox", NOON, "") for host in hosts]
    await store.transact(lambda tx: tx.enqueue_all(told))
    dead, failing = await claim(limit=2)

    def work(tx):
        tx.failed(dead.id, None, "They answered 410.")
        tx.failed(failing.id, TWO, "They answered 500.")

    await store.transact(work)
    return dead.id, failing.id


async def test_what_waits_is_counted_host_by_host(store, troubled):
    told = await backlogs(store)

    assert [(e.host[8:], e.waiting, e.failing, e.dead) for e in told] == [
        ("dead.example", 0, 0, 1),
        ("failing.example", 0, 1, 0),
        ("waiting.example", 1, 0, 0),
    ]
    assert [(e.due, e.attempts, e.error) for e in told] == [
        ("", 1, "They answered 410."),
        (TWO, 1, "They answered 500."),
        (NOON, 0, ""),
    ]
    assert await backlogs(store, troubled=True) == told[:2]
    after = told[0].host
    assert await backlogs(store, after=after, limit=1) == [told[1]]


async def test_all_that_waits_is_counted(store, troubled):
    all = await store.read(lambda read: read.backlog())

    assert (all.waiting, all.failing, all.dead) == (1, 1, 1)


async def test_an_empty_queue_is_counted_too(store):
    all = await store.read(lambda read: read.backlog())

    assert (all.waiting, all.failing, all.dead, all.due) == (0, 0, 0, "")
    assert await backlogs(store) == []


async def test_what_is_queued_is_shown_page_by_page(store, troubled):
    dead, failing = troubled

    async def shown(**told) -> list[int]:
        found = await store.read(lambda read: read.queued(**told))
        return [each.id for each in found]

    first = await shown(limit=2)
    assert first == [dead, failing]
    assert len(await shown(after=failing)) == 1
    assert await shown(host="https://failing.example") == [failing]
    assert await shown(dead=True) == [dead]
    assert await shown(host="https://failing.example", dead=True) == []


async def test_what_was_given_up_may_be_tried_again(store, troubled, claim):
    dead, _ = troubled

    assert await store.transact(lambda tx: tx.retry(NOON, id=dead)) == 1
    again = await claim()

    assert {(each.inbox[8:12], each.attempts) for each in again} == {
        ("dead", 0),
        ("wait", 0),
    }


@pytest.mark.parametrize(
    ("told", "count"),
    [({}, 2), ({"host": "https://failing.example"}, 1), ({"id": 0}, 0)],
)
async def test_as_much_is_tried_again_as_is_asked_for(store, troubled, told, count):
    assert await store.transact(lambda tx: tx.retry(NOON, **told)) == count


async def test_what_is_under_way_is_not_tried_twice(store, troubled, claim):
    _, failing = troubled
    await claim(now=TWO, until=THREE)

    assert await store.transact(lambda tx: tx.retry(TWO, id=failing)) == 0


async def test_what_is_dropped_is_gone(store, troubled):
    dead, _ = troubled

    assert await store.transact(lambda tx: tx.discard(id=dead)) == 1
    host = "https://failing.example"
    assert await store.transact(lambda tx: tx.discard(host=host)) == 1
    assert await store.transact(lambda tx: tx.discard(id=dead)) == 0

    assert [each.host[8:] for each in await backlogs(store)] == ["waiting.example"]


async def test_nothing_is_dropped_unless_it_is_named(store, troubled):
    with pytest.raises(ValueError, match="which deliveries"):
        await store.transact(lambda tx: tx.discard())

    assert len(await backlogs(store)) == 3
