"""Streams and copies: everything there is, as of one moment, wherever it goes."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import pytest

from peer.model.query import Query, Where
from peer.protocol.thing import DRAFT
from store.copying import pour, restore
from store.interface import Unreadable

NOON = "2026-01-01T12:00:00.000Z"


@pytest.fixture
def furnish(thing, index, edge, activity):
    """Put something of every sort into a store, more than one batch of some."""

    async def put(store) -> None:
        def work(tx):
            for n in range(1200):
                one = thing(f"{n:04}", published=f"{n:04}", name=f"Thing {n} é 🎷")
                tx.put(one, index(one, one["name"], "Ünïcödé", price=f"{n % 7}"))
            tx.put(draft := thing("draft", audience=DRAFT), index(draft, "Draft"))
            tx.put(kind := thing("post", "Type", name="Post"), index(kind, "Post"))
            tx.erase(thing("0003").id, NOON)
            for n in range(600):
                tx.relate(edge(f"a{n}", "tagged", "music"))
            tx.unrelate("a7", "tagged", "music")
            for n in range(20):
                tx.record(done := activity(f"{n}"))
                tx.notify("ada", done.id)
            tx.hold("gig", "ada", 3, 10)
            tx.hold("gig", "bob", 2, 10)
            tx.release("gig", "ada")
            tx.keep("accounts", "ada", {"name": "Ada"})
            tx.keep("sessions", "x", {"deep": [1.5, None]}, NOON)
            tx.postpone(NOON, activity("later"))
            for inbox in ("a", "b", "c"):
                tx.enqueue("https://a/1", "ada", inbox, NOON)
            for claimed in tx.claim("worker", NOON, "2027", 2):
                tx.failed(claimed.id, None, "410 Gone")

        await store.transact(work)

    return put


async def told(stream) -> list:
    return [each async for each in stream]


async def test_a_stream_tells_all_there_is(store, furnish):
    await furnish(store)

    things, edges = await told(store.things()), await told(store.every_edge())
    entries, records = await told(store.every_entry()), await told(store.every_record())

    assert len(things) == 1202
    assert [t.id for t in things] == sorted(t.id for t in things)
    assert [t.slug for t in things if t.deleted] == ["0003"]
    assert len(edges) == 599 and edges[0].subject == "a0"
    assert [e.activity.id.rpartition("/")[2] for e in entries] == [*map(str, range(20))]
    assert records == [
        ("accounts", "ada", {"name": "Ada"}),
        ("sessions", "x", {"deep": [1.5, None]}),
    ]


async def test_a_stream_is_of_one_moment(store, furnish, thing, index):
    await furnish(store)
    late = thing("~late")

    async with aclosing(store.things()) as stream:
        first = await anext(stream)
        await store.transact(lambda tx: tx.put(late, index(late)))
        rest = await told(stream)

    assert late not in [first, *rest]
    assert late in await told(store.things())


async def test_a_stream_may_be_left_early(store, furnish):
    await furnish(store)

    for stream in (store.things(), store.everything()):
        async with aclosing(stream) as left:
            await anext(left)

    await store.transact(lambda tx: tx.keep("s", "k", {}))


async def everything(store) -> list:
    return await told(store.everything())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_store_can_be_poured_into_another_of_either_kind(
    store, furnish, new_store, kind, thing, index, edge, activity
):
    await furnish(store)

    async with new_store(kind) as other:
        copied = await pour(store, other)

        assert await everything(other) == await everything(store)
        assert copied == (await store.describe())["rows"]
        await behaves_the_same(store, other, thing, index, edge, activity)


async def behaves_the_same(one, other, thing, index, edge, activity) -> None:
    """What is asked of a copy, and what is written to it, comes out as before."""

    def ask(read):
        return (
            read.find(Query(("Post",), "price", where=(Where("price", "=", "3"),))),
            read.search("unicode thing 11").next,
            [hit.thing for hit in read.search("draft", audiences=(DRAFT,)).items],
            read.candidates([], subject="x", relation="tagged", words="É 🎷"),
            read.edges(object="music", limit=3),
            read.notices("ada"),
            read.held("gig"),
            read.recall("sessions", "x", now=NOON),
            read.deliveries(),
        )

    def write(tx):
        tx.put(new := thing("new"), index(new))
        tx.hold("gig", "eve", 8, 10)
        tx.enqueue("https://a/2", "ada", "d", NOON)
        return (
            tx.relate(edge("a0", "tagged", "music")),
            tx.record(activity("3")),
            tx.record(activity("new")),
            tx.ripe(NOON),
            [each.inbox for each in tx.claim("w", "2030", "2031")],
        )

    assert await one.read(ask) == await other.read(ask)
    assert await one.transact(write) == await other.transact(write)


async def test_a_store_that_has_something_is_not_poured_into(store, new_store):
    async with new_store() as other:
        await other.transact(lambda tx: tx.keep("s", "k", {}))

        with pytest.raises(Unreadable, match="needs an empty one"):
            await pour(store, other)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_backup_of_a_store_at_work_is_of_one_moment(
    store, furnish, new_store, tmp_path, kind
):
    await furnish(store)
    stop = asyncio.Event()

    async def write():
        n = 0
        while not stop.is_set():
            n += 1

            def work(tx, n=n):
                tx.keep("a", f"{n:06}", {})
                tx.keep("b", f"{n:06}", {})

            await store.transact(work)

    writing = asyncio.ensure_future(write())
    await store.backup(tmp_path / "backup")
    stop.set()
    await writing

    assert [f.name for f in tmp_path.iterdir() if "part" in f.name] == []
    async with new_store(kind) as other:
        await restore(tmp_path / "backup", other)
        records = await told(other.every_record())
        things = await told(other.things())
    a = [key for space, key, _ in records if space == "a"]
    assert a == [key for space, key, _ in records if space == "b"]
    assert things == await told(store.things())


async def test_a_backup_replaces_the_one_before(store, new_store, tmp_path):
    for n in range(2):
        await store.transact(lambda tx, n=n: tx.keep("s", f"{n}", {}))
        await store.backup(tmp_path / "backup")

    async with new_store() as other:
        await restore(tmp_path / "backup", other)
        assert len(await told(other.every_record())) == 2


async def test_a_backup_can_be_restored_twice(store, furnish, new_store, tmp_path):
    await furnish(store)
    await store.backup(tmp_path / "backup")
    before = (tmp_path / "backup").read_bytes()

    for _ in range(2):
        async with new_store() as other:
            await restore(tmp_path / "backup", other)
            assert await everything(other) == await everything(store)

    assert (tmp_path / "backup").read_bytes() == before


async def test_a_backup_needs_a_place_to_go_to(store, tmp_path):
    with pytest.raises(Unreadable, match="cannot be written"):
        await store.backup(tmp_path / "no" / "backup")


@pytest.mark.parametrize(
    "spoil, said",
    [
        (lambda text: text[: len(text) // 2], "is not"),
        (lambda text: text.rpartition("\n{")[0] + "\n", "its end is missing"),
        (lambda text: text.replace('["notice",', '["other",', 1), "its end is missing"),
        (lambda text: "", "its end is missing"),
        (lambda text: "Dear diary,", "is not a copy of a store"),
        (lambda text: "{}\n", "is not a copy of a store"),
    ],
)
async def test_a_copy_that_is_not_whole_is_not_believed(
    furnish, new_store, tmp_path, spoil, said
):
    file = tmp_path / "backup"
    async with new_store("postgresql") as store:
        await furnish(store)
        await store.backup(file)
    file.write_text(spoil(file.read_text()))

    async with new_store("sqlite") as other:
        with pytest.raises(Unreadable, match=said):
            await restore(file, other)
        assert await everything(other) == []


async def test_a_backup_that_is_not_there_cannot_be_restored(store, tmp_path):
    with pytest.raises(Unreadable, match="there is no file"):
        await restore(tmp_path / "none", store)
