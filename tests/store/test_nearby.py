"""What stands around many things, in one query."""

from __future__ import annotations

import pytest

from peer.model.reading import Counts

POST, OTHER, GIG = (f"https://blog.example/{x}" for x in ("post", "other", "gig"))


@pytest.fixture
def relate(store):
    async def state(*edges):
        await store.transact(lambda tx: [tx.relate(each) for each in edges])

    return state


async def test_edges_from_some_and_into_others_come_together(store, relate, edge):
    tagged, liked, on = (
        edge(POST, "tagged", "music"),
        edge("ada", "likes", POST),
        edge("calendar", "scheduled", GIG),
    )
    await relate(tagged, liked, on, edge(POST, "related", OTHER))

    found = await store.read(
        lambda read: read.edges_among(
            ([POST, GIG], ["tagged"]), ([POST, GIG], ["likes", "scheduled"])
        )
    )

    assert found == [on, liked, tagged]


async def test_one_that_is_both_is_there_once(store, relate, edge):
    both = edge(POST, "related", OTHER)
    await relate(both)

    ends = ([POST, OTHER], ["related"])
    assert await store.read(lambda read: read.edges_among(ends, ends)) == [both]


async def test_what_was_said_of_an_edge_comes_with_it(store, relate, edge):
    offered = edge(POST, "allocatedTo", "calendar")
    yes, no = (
        edge("calendar", "consents", offered.id),
        edge("calendar", "declines", "https://blog.example/edges/another"),
    )
    await relate(offered, yes, no, edge("eve", "likes", offered.id))

    ends, nothing = (["calendar"], ["allocatedTo"]), ((), ())
    found = await store.read(
        lambda read: read.edges_among(nothing, ends, ("consents", "declines"))
    )

    assert found == [yes, offered]


async def test_nobody_asks_for_nothing(store):
    nothing = ((), ("tagged",))

    assert await store.read(lambda read: read.edges_among(nothing, nothing)) == []
    assert await store.read(lambda read: read.edges_at(POST, {}, {})) == []
    assert await store.read(lambda read: read.counted([])) == Counts({}, {}, {})
    assert await store.read(lambda read: read.activities([])) == []


async def test_at_one_thing_there_are_some_of_each_relation(store, relate, edge):
    likes = [edge(f"fan{n}", "likes", POST) for n in range(5)]
    tags = [edge(POST, "tagged", f"tag{n}") for n in range(5)]
    seen = edge(POST, "related", OTHER)
    await relate(*likes, *tags, seen)

    found = await store.read(
        lambda read: read.edges_at(
            POST, {"likes": 2}, {"tagged": 3, "related": 9}, of="fan0"
        )
    )

    assert set(found) == {likes[0], *likes[-2:], *tags[-3:], seen}
    assert found[0] == seen


async def test_counts_of_all_kinds_come_together(store, relate, edge):
    await relate(
        edge("ada", "likes", POST),
        edge("bob", "likes", POST),
        edge(GIG, "sold", "order#1"),
        edge(GIG, "allots", "few"),
    )
    await store.transact(lambda tx: tx.hold(GIG, "order", 3, 10))

    told = await store.read(lambda read: read.counted([POST, GIG, POST], ("sold",)))

    assert told == Counts({(POST, "likes"): 2}, {(GIG, "sold"): 1}, {GIG: 3})


async def test_activities_are_found_by_id_and_by_what_they_are_about(store, activity):
    made, liked, other = (
        activity("one"),
        activity("two", "Like", object=activity("one").thing),
        activity("three"),
    )
    await store.transact(lambda tx: [tx.record(a) for a in (made, liked, other)])

    found = await store.read(
        lambda read: read.activities(
            [other.id, made.id, "none"], about=[made.object.id], type="Create"
        )
    )

    assert [each.id for each in found] == [other.id, made.id]
