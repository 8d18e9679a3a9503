"""What a thing might be related to: what is below some anchors."""

from __future__ import annotations

import pytest

from peer.protocol.thing import DRAFT, MEMBERS

BASE = "https://blog.example"
TYPE, TAG = f"{BASE}/types/type", f"{BASE}/types/tag"
NOBODY = f"{BASE}/posts/none"


@pytest.fixture
async def world(store, thing, index, edge):
    """Types, and things that are of them by their kind, by an edge, or not at all."""

    def put(tx):
        for slug, kind, name in (
            ("type", "Type", "Type"),
            ("tag", "Type", "Tag"),
            ("genre", "Type", "Genre"),
            ("post", "Type", "Post"),
            ("music", "Tag", "Music"),
            ("bebop", "Genre", "Bebop"),
            ("jazz", "Post", "Jazz"),
            ("swing", "Post", "Swing"),
            ("soup", "Post", "Soup"),
        ):
            one = thing(slug, kind, name=name)
            tx.put(one, index(one, title=name))
        for subject, relation, object in (
            ("types/genre", "subtypeOf", "types/tag"),
            ("posts/jazz", "isA", "types/tag"),
            ("posts/swing", "subtypeOf", "tags/music"),
            ("posts/soup", "isA", "posts/jazz"),
        ):
            tx.relate(edge(f"{BASE}/{subject}", relation, f"{BASE}/{object}"))

    await store.transact(put)


@pytest.fixture
def candidates(store):
    async def ask(*anchors: str, subject: str = NOBODY, **asked) -> list[str]:
        page = await store.read(
            lambda read: read.candidates(
                anchors, subject=subject, relation="tagged", **asked
            )
        )
        return [thing["name"] for thing in page.items]

    return ask


async def test_below_a_type_are_its_subtypes_and_all_their_instances(world, candidates):
    assert await candidates(TAG) == [
        "Bebop",  # its kind, Genre, is a subtype
        "Genre",
        "Jazz",  # is one by an edge
        "Music",  # is one by its kind
        "Swing",  # is a subtype of one
        "Tag",  # and the anchor itself
    ]


async def test_an_instance_of_an_instance_is_not_below(world, candidates):
    assert "Soup" not in await candidates(TAG)
    assert await candidates(TYPE) == ["Genre", "Post", "Tag", "Type"]


async def test_without_anchors_there_is_everything(world, candidates):
    assert len(await candidates()) == 9


async def test_an_anchor_need_not_be_known(store, world, candidates, edge):
    far = "https://far.example/types/food"
    await store.transact(lambda tx: tx.relate(edge(f"{BASE}/posts/soup", "isA", far)))

    assert await candidates(far) == ["Soup"]


async def test_circles_end(store, world, candidates, edge):
    def circle(tx):
        tx.relate(edge(TAG, "subtypeOf", f"{BASE}/types/genre"))
        tx.relate(edge(f"{BASE}/tags/music", "subtypeOf", f"{BASE}/posts/swing"))

    await store.transact(circle)

    assert "Music" in await candidates(TAG)


async def test_neither_the_subject_nor_what_it_is_related_to(
    store, world, candidates, edge
):
    music, soup = f"{BASE}/tags/music", f"{BASE}/posts/soup"
    await store.transact(lambda tx: tx.relate(edge(soup, "tagged", music)))

    assert "Music" not in await candidates(TAG, subject=soup)
    assert "Music" in await candidates(TAG, subject=NOBODY)
    assert "Music" not in await candidates(TAG, subject=music)


@pytest.mark.parametrize("audience", [MEMBERS, DRAFT])
async def test_only_what_is_public(store, world, candidates, thing, index, audience):
    hidden = thing("hidden", "Tag", audience, name="Hidden")
    await store.transact(lambda tx: tx.put(hidden, index(hidden)))

    assert "Hidden" not in await candidates(TAG)
    assert "Hidden" not in await candidates()


async def test_what_was_erased_is_no_candidate_and_a_type_that_was_has_no_instances(
    store, world, candidates
):
    await store.transact(lambda tx: tx.erase(TAG, "2026"))

    assert await candidates(TAG) == []


@pytest.mark.parametrize(
    "words, found",
    [
        ("us", ["Music"]),
        ("  JAZZ ", ["Jazz"]),
        ("jazz soup", []),
        ("%", []),
        ("_", []),
        ("~", []),
        ("'", []),
        ("Jäzz", ["Jazz"]),
        ("\0\ud800", ["Bebop", "Genre", "Jazz", "Music", "Swing", "Tag"]),
    ],
)
async def test_words_are_looked_for_within_titles_as_they_are(
    world, candidates, words, found
):
    assert await candidates(TAG, words=words) == found


async def test_titles_may_hold_any_sign(store, candidates, thing, index):
    odd = thing(name="100 % ~ half_price 'É'")
    await store.transact(lambda tx: tx.put(odd, index(odd, title=odd["name"])))

    for words in ("%", "~", "f_p", "'é'", "0 %"):
        assert await candidates(words=words) == [odd["name"]]


async def test_candidates_have_pages(store, thing, index):
    def put(tx):
        for n in range(30):
            tag = thing(f"{n:02}", "Tag" if n % 2 else "Post", name=f"{n:02}")
            tx.put(tag, index(tag))

    await store.transact(put)

    def page(cursor):
        return lambda read: read.candidates(
            [], subject=NOBODY, relation="tagged", cursor=cursor, limit=8
        )

    first = await store.read(page(None))
    pages = [first]
    while pages[-1].next:
        pages.append(await store.read(page(pages[-1].next)))

    assert [t["name"] for p in pages for t in p.items] == [f"{n:02}" for n in range(30)]
    assert await store.read(page(pages[1].previous)) == first
