"""Which things a listing shows, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.query import Page, Query, Where
from peer.protocol.thing import DRAFT, MEMBERS, PUBLIC

BOB = "https://b.example/bob"
MUSIC = "https://blog.example/tags/music"


def slugs(page: Page) -> list[str]:
    return [thing.slug for thing in page.items]


@pytest.fixture
def listed(store):
    async def find(*kinds: str, **asked) -> list[str]:
        query = Query(kinds or ("Post",), **asked)
        return slugs(await store.read(lambda read: read.find(query)))

    return find


@pytest.fixture
def fill(store, thing, index):
    async def put(*told: dict) -> None:
        def work(tx):
            for each in told:
                keys = each.pop("keys", {})
                one = thing(**each)
                tx.put(one, index(one, **keys))

        await store.transact(work)

    return put


async def test_things_come_in_the_order_of_a_term_and_of_their_ids(fill, listed):
    await fill(
        {"slug": "b", "keys": {"name": "2"}},
        {"slug": "c", "keys": {"name": "1"}},
        {"slug": "a", "keys": {"name": "2"}},
        {"slug": "d", "keys": {"name": "10"}},
    )

    assert await listed(order="name") == ["c", "d", "a", "b"]
    assert await listed(order="-name") == ["b", "a", "d", "c"]


async def test_text_sorts_by_its_characters_on_every_store(fill, listed):
    keys = ["", "A", "B", "Z", "a", "b", "é", "日", "🎷"]
    await fill(*({"slug": f"{n}", "keys": {"name": k}} for n, k in enumerate(keys)))

    assert await listed(order="name") == [str(n) for n in range(len(keys))]


async def test_what_has_no_key_for_the_order_is_not_listed(fill, listed):
    await fill({"slug": "a", "keys": {"price": "1"}}, {"slug": "b"})

    assert await listed(order="price") == ["a"]


async def test_several_kinds_are_one_listing(fill, listed):
    await fill(
        {"slug": "a", "published": "2026-01-01"},
        {"slug": "b", "kind": "Note", "published": "2026-01-02"},
        {"slug": "c", "published": "2026-01-03"},
        {"slug": "d", "kind": "Event", "published": "2026-01-04"},
    )

    assert await listed("Post", "Note") == ["c", "b", "a"]
    assert await listed("Note", "Note", "Unknown") == ["b"]


async def test_no_kind_named_is_every_kind(store, fill, listed):
    assert slugs(await store.read(lambda read: read.find(Query(())))) == []

    await fill({"slug": "a"}, {"slug": "b", "kind": "Note"})

    page = await store.read(lambda read: read.find(Query((), order="published")))
    assert slugs(page) == ["b", "a"]


@pytest.mark.parametrize(
    "audiences, shown",
    [
        ((PUBLIC,), ["a"]),
        ((PUBLIC, MEMBERS), ["b", "a"]),
        ((PUBLIC, MEMBERS, DRAFT), ["c", "b", "a"]),
        ((DRAFT,), ["c"]),
        ((), []),
    ],
)
async def test_only_what_is_meant_for_the_audiences_is_listed(
    fill, listed, audiences, shown
):
    await fill(
        {"slug": "a", "audience": PUBLIC, "published": "2026-01-01"},
        {"slug": "b", "audience": MEMBERS, "published": "2026-01-02"},
        {"slug": "c", "audience": DRAFT, "published": "2026-01-03"},
    )

    assert await listed(audiences=audiences) == shown


async def test_a_draft_that_is_made_public_moves_to_the_public(
    store, fill, listed, thing, index
):
    await fill({"audience": DRAFT})
    draft = thing(audience=DRAFT)

    now = replace(draft, audience=PUBLIC)
    await store.transact(lambda tx: tx.put(now, index(now)))

    assert (await listed(), await listed(audiences=(DRAFT,))) == (["one"], [])


async def test_only_those_of_an_owner(fill, listed):
    await fill({"slug": "a"}, {"slug": "b", "owner": BOB})

    assert await listed(owner=BOB) == ["b"]
    assert await listed(owner="https://c.example/nobody") == []


@pytest.mark.parametrize(
    "op, shown",
    [("=", ["c"]), (">=", ["c", "d"]), (">", ["d"]), ("<", ["b"]), ("<=", ["b", "c"])],
)
@pytest.mark.parametrize("order", ["price", "published"])
async def test_keys_are_compared_and_no_value_compares_with_nothing(
    fill, listed, op, shown, order
):
    await fill(
        {"slug": "a", "keys": {"price": ""}},
        {"slug": "b", "keys": {"price": "1"}},
        {"slug": "c", "keys": {"price": "2"}},
        {"slug": "d", "keys": {"price": "3"}},
        {"slug": "e"},
    )

    assert await listed(order=order, where=(Where("price", op, "2"),)) == shown


async def test_all_conditions_hold_at_once(fill, listed, store, edge):
    await fill(
        *(
            {"slug": slug, "owner": owner, "keys": {"price": price, "state": state}}
            for slug, owner, price, state in (
                ("a", BOB, "1", "open"),
                ("b", BOB, "2", "open"),
                ("c", BOB, "3", "open"),
                ("d", BOB, "2", "shut"),
            )
        ),
        {"slug": "e", "keys": {"price": "2", "state": "open"}},
    )
    base = "https://blog.example/posts"
    await store.transact(
        lambda tx: [tx.relate(edge(f"{base}/{s}", "tagged", MUSIC)) for s in "abcde"]
    )
    where = (Where("price", ">=", "1"), Where("price", "<", "3"))

    found = await listed(
        order="-price",
        owner=BOB,
        where=(*where, Where("state", "=", "open")),
        related=("tagged", MUSIC),
    )

    assert found == ["b", "a"]


async def test_what_is_related_is_found_from_either_end_and_once(
    fill, listed, store, edge
):
    await fill({"slug": "a"}, {"slug": "b"}, {"slug": "music", "kind": "Tag"})
    post = "https://blog.example/posts/b"

    def tag(tx):
        tx.relate(edge(post, "tagged", MUSIC))
        tx.relate(edge(post, "tagged", MUSIC, by=BOB))

    await store.transact(tag)

    assert await listed(related=("tagged", MUSIC)) == ["b"]
    assert await listed("Tag", related=("~tagged", post)) == ["music"]
    assert await listed(related=("~tagged", MUSIC)) == []


async def test_conditions_hold_among_thousands_too(store, thing, index, edge, listed):
    def work(tx):
        for n in range(2400):
            one = thing(f"{n:04}", owner=BOB, published=f"{n:04}")
            state = "shut" if n % 800 == 799 else "open"
            tx.put(one, index(one, state=state))
            if n % 1000 != 7:
                tx.relate(edge(one.id, "tagged", MUSIC))

    await store.transact(work)
    asked = {"order": "published", "owner": BOB, "related": ("tagged", MUSIC)}

    few = await listed(**asked, where=(Where("state", "=", "shut"),))
    most = await listed(**asked, where=(Where("state", "=", "open"),), limit=9)

    assert few == ["0799", "1599", "2399"]
    assert most == [
        "0000",
        "0001",
        "0002",
        "0003",
        "0004",
        "0005",
        "0006",
        "0008",
        "0009",
    ]


async def test_an_order_that_no_thing_has_lists_nothing(fill, listed):
    await fill({"slug": "a"})

    assert await listed(order="name'; DROP TABLE thing; --") == []
    assert await listed(order="published") == ["a"]


async def test_there_are_only_so_many_ways_to_compare(fill, listed):
    with pytest.raises(ValueError, match="no way to compare"):
        await listed(where=(Where("price", "LIKE", "%"),))


async def test_several_are_found_together_as_each_would_be_alone(store, fill, edge):
    names = ["", "A", "a", "é", "日", "🎷"]
    await fill(*({"slug": f"{n}", "keys": {"name": k}} for n, k in enumerate(names)))
    await fill({"slug": "x", "kind": "Note", "keys": {"name": "b"}})
    one = await store.read(lambda read: read.find(Query(("Post",), "name", limit=2)))
    await store.transact(lambda tx: tx.relate(edge(one.items[0].id, "tagged", MUSIC)))
    queries = [
        Query(("Post",), "name", limit=2),
        Query(("Post",), "name", limit=2, cursor=one.next),
        Query(("Post", "Note"), "-name", limit=4),
        Query(("Post",), "-name", related=("tagged", MUSIC), limit=3),
        Query((), "name"),
        Query(("Post",), "name", audiences=()),
        Query(("Post",), "name", where=(Where("name", ">=", "a"),)),
    ]

    together = await store.read(lambda read: read.finds(*queries))

    alone = [await store.read(lambda read, q=q: read.find(q)) for q in queries]
    assert together == alone
    assert [len(page.items) for page in together] == [2, 2, 4, 1, 7, 0, 4]
