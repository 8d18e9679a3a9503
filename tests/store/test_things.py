"""Things come back as they went in, or are refused before anything is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.query import Query
from peer.protocol.thing import DRAFT, MEMBERS

VALUES = {
    "name": "Ça va? Ünïcödé 🎷 ‮",
    "content": "One line\nand another\t\\u0000 \\\\u0000 'quoted' \"twice\" %s ?",
    "price": {"amount": 1250, "currency": "GBP"},
    "place": {"name": "Hall", "latitude": 53.795984, "longitude": -1.5e-7},
    "seats": 9007199254740993,
    "open": True,
    "closed": False,
    "none": None,
    "empty": {"list": [], "text": "", "table": {}},
    "nested": [[1, 2.5, "three", None, {"four": [5]}]],
}


async def test_what_is_put_can_be_got(store, thing, index):
    post = thing(**VALUES)

    await store.transact(lambda tx: tx.put(post, index(post)))

    assert await store.read(lambda read: read.get(post.id)) == post


@pytest.mark.parametrize("audience", [MEMBERS, DRAFT])
async def test_an_audience_is_kept(store, thing, index, audience):
    post = thing(audience=audience)

    await store.transact(lambda tx: tx.put(post, index(post)))

    assert (await store.read(lambda read: read.get(post.id))).audience == audience


async def test_nobody_knows_what_was_never_put(store):
    assert await store.read(lambda read: read.get("https://a.example/x")) is None


async def test_the_latest_version_is_the_one_that_counts(store, thing, index):
    first = thing(name="First")
    second = replace(
        first,
        kind="Note",
        values={"name": "Second"},
        owner="https://b.example/bob",
        updated="2026-02-02T00:00:00.000Z",
    )

    await store.transact(lambda tx: tx.put(first, index(first)))
    await store.transact(lambda tx: tx.put(second, index(second)))

    def look(read):
        listed = [read.find(Query((kind,))).items for kind in ("Post", "Note")]
        return read.get(first.id), listed

    assert await store.read(look) == (second, [[], [second]])


async def test_many_are_got_at_once_and_the_unknown_left_out(store, thing, index):
    posts = [thing(str(n)) for n in range(2500)]
    await store.transact(lambda tx: [tx.put(p, index(p)) for p in posts])
    wanted = [p.id for p in posts] + ["https://a.example/unknown"]

    found = await store.read(lambda read: read.many(iter(wanted)))

    assert found == {p.id: p for p in posts}


async def test_a_tombstone_tells_what_it_was_and_when_it_went(
    store, thing, index, edge
):
    post, other = thing("one", name="Secret"), thing("two")
    gone = "2026-03-03T00:00:00.000Z"
    both = edge(post.id, "related", other.id), edge(other.id, "related", post.id)
    kept = edge(other.id, "related", other.id)

    def put(tx):
        for each in (post, other):
            tx.put(each, index(each, title="Secret"))
        for each in (*both, kept):
            tx.relate(each)

    await store.transact(put)

    await store.transact(lambda tx: tx.erase(post.id, gone))

    def look(read):
        found = read.find(Query(("Post",))).items, read.search("secret").items
        return read.get(post.id), found, read.edges()

    tomb, (listed, hits), edges = await store.read(look)
    assert tomb == replace(post, values={}, updated=gone, deleted=gone)
    assert listed == [other] and [hit.thing for hit in hits] == [other]
    assert edges == [kept]


async def test_erasing_again_changes_nothing_and_erasing_nothing_is_no_error(
    store, thing, index
):
    post = thing()
    await store.transact(lambda tx: tx.put(post, index(post)))
    await store.transact(lambda tx: tx.erase(post.id, "2026-03-03T00:00:00.000Z"))

    await store.transact(lambda tx: tx.erase(post.id, "2026-04-04T00:00:00.000Z"))
    await store.transact(lambda tx: tx.erase("https://a.example/x", "2026"))

    tomb = await store.read(lambda read: read.get(post.id))
    assert tomb.deleted == "2026-03-03T00:00:00.000Z"


async def test_what_is_put_again_after_it_was_erased_is_found_again(
    store, thing, index
):
    post = thing(name="Back")
    await store.transact(lambda tx: tx.put(post, index(post, title="Back")))
    await store.transact(lambda tx: tx.erase(post.id, "2026-03-03T00:00:00.000Z"))

    await store.transact(lambda tx: tx.put(post, index(post, title="Back")))

    def look(read):
        return read.find(Query(("Post",))).items, read.search("back").items

    listed, hits = await store.read(look)
    assert listed == [post] and [hit.thing for hit in hits] == [post]


@pytest.mark.parametrize(
    "value",
    [
        "nul \0 inside",
        "half \ud800 of a letter",
        {"deep": ["nul \0"]},
        {"nul \0": "as a key"},
        {"half \udfff": 1},
        float("nan"),
        float("inf"),
        2**64,
        {1: "keys are text"},
        {1},
        b"bytes",
    ],
    ids=repr,
)
async def test_what_json_cannot_say_is_refused_before_anything_is_written(
    store, thing, index, value
):
    post = thing(name=value)

    with pytest.raises(ValueError):
        await store.transact(lambda tx: tx.put(post, index(post)))

    assert await store.read(lambda read: read.get(post.id)) is None


@pytest.mark.parametrize("id", ["https://a.example/\0", "https://a.example/\ud800"])
async def test_an_id_is_text_that_every_store_keeps(store, thing, index, id):
    post = replace(thing(), id=id)

    with pytest.raises(ValueError):
        await store.transact(lambda tx: tx.put(post, index(post)))
    with pytest.raises(ValueError):
        await store.read(lambda read: read.get(id))


@pytest.mark.parametrize("id", ["", "https://a.example/" + "x" * 600])
async def test_an_id_that_cannot_be_indexed_is_refused(store, thing, index, id):
    post = replace(thing(), id=id)

    with pytest.raises(ValueError):
        await store.transact(lambda tx: tx.put(post, index(post)))


async def test_the_longest_id_fits_everywhere(store, thing, index, edge, activity):
    longest = [f"https://{n}.example/".ljust(600, "x") for n in range(4)]
    post = replace(thing(), id=longest[0], owner=longest[1])
    quad = replace(edge(*longest[:3], by=longest[3]), id=longest[0])

    def work(tx):
        tx.put(post, index(post, title="é" * 1000, name="😀" * 1000))
        tx.enqueue(longest[0], longest[1], longest[2], "2026")
        return tx.relate(quad), tx.record(activity(object=post, actor=longest[1]))

    assert await store.transact(work) == (True, True)
