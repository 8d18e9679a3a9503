"""Edges: who says that what stands in which relation to what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.query import BadCursor

BOB = "https://b.example/bob"
POST, MUSIC, JAZZ = (f"https://blog.example/{x}" for x in ("post", "music", "jazz"))


@pytest.fixture
def relate(store):
    async def state(*edges):
        return await store.transact(lambda tx: [tx.relate(each) for each in edges])

    return state


@pytest.fixture
def edges(store):
    async def ask(**asked):
        return await store.read(lambda read: read.edges(**asked))

    return ask


async def test_an_edge_comes_back_as_it_went_in(relate, edges, edge):
    tagged = edge(POST, "tagged", MUSIC)

    assert await relate(tagged) == [True]

    assert await edges() == [tagged]


async def test_an_edge_is_found_by_its_id_while_it_stands(store, relate, edge):
    tagged = edge(POST, "tagged", MUSIC)
    await relate(tagged)

    assert await store.read(lambda read: read.edge(tagged.id)) == tagged

    await store.transact(lambda tx: tx.unrelate(POST, "tagged", MUSIC))
    assert await store.read(lambda read: read.edge(tagged.id)) is None


async def test_the_same_said_by_the_same_is_said_once(relate, edges, edge):
    first = edge(POST, "tagged", MUSIC)

    assert await relate(first, edge(POST, "tagged", MUSIC), first) == [
        True,
        False,
        False,
    ]

    assert await edges() == [first]


async def test_the_same_said_by_another_is_another_edge(relate, edges, edge):
    mine, theirs = edge(POST, "tagged", MUSIC), edge(POST, "tagged", MUSIC, by=BOB)

    assert await relate(mine, theirs) == [True, True]

    assert await edges() == [theirs, mine]


async def test_an_edge_and_its_reverse_are_two(relate, edges, edge):
    await relate(edge(POST, "related", MUSIC), edge(MUSIC, "related", POST))

    assert len(await edges(relation="related")) == 2


async def test_an_id_is_of_one_edge_only(relate, edge):
    tagged = edge(POST, "tagged", MUSIC)

    with pytest.raises(ValueError, match="the id of another edge"):
        await relate(tagged, replace(tagged, object=JAZZ))


async def test_edges_are_found_by_any_of_their_parts(relate, edges, edge):
    one = edge(POST, "tagged", MUSIC)
    two = edge(POST, "related", JAZZ)
    three = edge(JAZZ, "tagged", MUSIC)
    await relate(one, two, three)

    assert await edges(subject=POST) == [two, one]
    assert await edges(object=MUSIC) == [three, one]
    assert await edges(relation="tagged", subject=POST) == [one]
    assert await edges(relation="tagged", object=MUSIC) == [three, one]
    assert await edges(activity=two.activity) == [two]
    assert await edges(subject=POST, relation="related", object=JAZZ) == [two]
    assert await edges(subject=MUSIC) == []


async def test_edges_are_paged_from_the_newest_on(relate, edges, edge):
    stated = [edge(f"{POST}/{n}", "tagged", MUSIC) for n in range(25)]
    await relate(*stated)

    pages = [await edges(object=MUSIC, limit=10)]
    while pages[-1]:
        pages.append(await edges(object=MUSIC, limit=10, before=pages[-1][-1].id))

    assert [e for page in pages for e in page] == stated[::-1]


async def test_a_page_cannot_begin_after_an_edge_that_is_not_there(edges):
    with pytest.raises(BadCursor):
        await edges(before="https://blog.example/edges/none")


async def test_what_is_taken_back_is_gone_whoever_said_it(store, relate, edges, edge):
    await relate(
        edge(POST, "tagged", MUSIC),
        edge(POST, "tagged", MUSIC, by=BOB),
        kept := edge(POST, "tagged", JAZZ),
    )

    def unrelate(tx):
        return [tx.unrelate(POST, "tagged", MUSIC) for _ in range(2)]

    assert await store.transact(unrelate) == [True, False]
    assert await edges() == [kept]


async def test_what_was_taken_back_can_be_said_again(store, relate, edges, edge):
    await relate(edge(POST, "tagged", MUSIC))
    await store.transact(lambda tx: tx.unrelate(POST, "tagged", MUSIC))

    assert await relate(again := edge(POST, "tagged", MUSIC)) == [True]
    assert await edges() == [again]


async def test_a_number_is_a_count_of_edges(store, relate, edge):
    await relate(
        edge(POST, "tagged", MUSIC),
        edge(JAZZ, "tagged", MUSIC),
        edge(POST, "tagged", JAZZ),
        edge(POST, "likes", MUSIC),
    )

    def count(read):
        return (
            read.degree(relation="tagged"),
            read.degree(relation="tagged", object=MUSIC),
            read.degree(relation="tagged", subject=POST),
            read.degree(relation="tagged", subject=JAZZ, object=MUSIC),
            read.degree(relation="none"),
        )

    assert await store.read(count) == (3, 2, 2, 1, 0)


async def test_a_whole_page_asks_for_its_edges_at_once(store, relate, edge):
    first = edge(POST, "tagged", MUSIC)
    second = edge(JAZZ, "related", MUSIC)
    await relate(first, second, edge(POST, "likes", MUSIC), edge(MUSIC, "tagged", JAZZ))

    def ask(read):
        return (
            read.edges_from(iter([POST, JAZZ, POST]), ["tagged", "related"]),
            read.tally(iter([MUSIC, JAZZ, POST, MUSIC])),
            read.edges_from([], ["tagged"]),
            read.edges_from([POST], []),
            read.tally([]),
        )

    stated, counted, *nothing = await store.read(ask)
    assert stated == [second, first]
    assert counted == {
        (MUSIC, "tagged"): 1,
        (MUSIC, "related"): 1,
        (MUSIC, "likes"): 1,
        (JAZZ, "tagged"): 1,
    }
    assert nothing == [[], [], {}]


async def test_many_are_asked_at_once_who_points_at_them(store, relate, edge):
    first = edge(POST, "tagged", MUSIC)
    second = edge(POST, "related", JAZZ)
    await relate(first, second, edge(POST, "likes", MUSIC), edge(MUSIC, "tagged", POST))

    def ask(read):
        return (
            read.edges_into(iter([MUSIC, JAZZ, MUSIC]), ["tagged", "related"]),
            read.tally_from(iter([POST, MUSIC, POST]), ["tagged", "related"]),
            read.edges_into([], ["tagged"]),
            read.edges_into([MUSIC], []),
            read.tally_from([], ["tagged"]),
            read.tally_from([POST], []),
        )

    stated, counted, *nothing = await store.read(ask)
    assert stated == [second, first]
    assert counted == {
        (POST, "tagged"): 1,
        (POST, "related"): 1,
        (MUSIC, "tagged"): 1,
    }
    assert nothing == [[], [], {}, {}]


async def test_of_each_relation_the_newest_few_are_found(store, relate, edge):
    tagged = [edge(f"post{n}", "tagged", MUSIC) for n in range(5)]
    other = edge(JAZZ, "subtypeOf", MUSIC)
    await relate(other, *tagged, edge(POST, "likes", MUSIC))

    def ask(read):
        kinds = ["subtypeOf", "tagged", "tagged", "none"]
        return read.edges_to(MUSIC, kinds, 2), read.edges_to(MUSIC, [], 2)

    found, nothing = await store.read(ask)
    assert sorted(found, key=lambda e: e.id) == sorted(
        [other, *tagged[-2:]], key=lambda e: e.id
    )
    assert nothing == []


async def test_what_one_did_is_found_beside_the_newest(store, relate, edge):
    hers = edge("ada", "likes", MUSIC)
    others = [edge(f"fan{n}", "likes", MUSIC) for n in range(5)]
    await relate(hers, edge("ada", "likes", JAZZ), *others)

    def ask(read):
        kinds = ["likes", "announces"]
        return read.edges_to(MUSIC, kinds, 2, of="ada"), read.edges_to(
            MUSIC, kinds, 9, of="ada"
        )

    few, all_ = await store.read(ask)

    assert set(few) == {hers, *others[-2:]}
    assert len(all_) == 6


async def test_a_conversation_is_found_level_by_level(store, relate, edge):
    first, second = edge("a", "inReplyTo", POST), edge("b", "inReplyTo", POST)
    answer, deep = edge("c", "inReplyTo", "a"), edge("d", "inReplyTo", "c")
    await relate(first, second, deep, answer, edge("e", "inReplyTo", JAZZ))

    found = await store.read(lambda read: read.below(POST, "inReplyTo", 100))
    few = await store.read(lambda read: read.below(POST, "inReplyTo", 3))

    assert set(found[:2]) == {first, second}
    assert found[2:] == [answer, deep]
    assert len(few) == 3


async def test_a_conversation_that_goes_in_circles_ends(store, relate, edge):
    await relate(
        one := edge("a", "inReplyTo", POST),
        other := edge("b", "inReplyTo", "a"),
        edge(POST, "inReplyTo", "b"),
        back := edge("a", "inReplyTo", "b"),
    )

    found = await store.read(lambda read: read.below(POST, "inReplyTo", 100))

    assert set(found) == {one, other, back}


async def test_ancestors_come_nearest_first(store, relate, edge):
    await relate(
        edge("bebop", "subtypeOf", "jazz"),
        edge("jazz", "subtypeOf", "music"),
        edge("bebop", "subtypeOf", "modern"),
        edge("music", "subtypeOf", "art"),
        edge("modern", "subtypeOf", "art"),
        edge("bebop", "isA", "genre"),
    )

    found = await store.read(lambda read: read.ancestors(["bebop", "soup"]))

    assert found == ["bebop", "soup", "jazz", "modern", "music", "art"]


async def test_ancestors_in_a_circle_are_each_told_once(store, relate, edge):
    await relate(
        edge("hen", "subtypeOf", "egg"),
        edge("egg", "subtypeOf", "hen"),
        edge("egg", "subtypeOf", "egg"),
    )

    assert await store.read(lambda read: read.ancestors(["hen"])) == ["hen", "egg"]
    assert await store.read(lambda read: read.ancestors([])) == []
