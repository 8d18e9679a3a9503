"""Full text search finds words, and what people type is never more than words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peer.model.query import BadCursor, Query
from peer.protocol.thing import DRAFT, MEMBERS, PUBLIC


@pytest.fixture
def write(store, thing, index):
    async def put(slug: str, title: str, text: str = "", **of) -> None:
        one = thing(slug, **of)
        await store.transact(lambda tx: tx.put(one, index(one, title, text)))

    return put


@pytest.fixture
def search(store):
    async def ask(words: str, **asked):
        return await store.read(lambda read: read.search(words, **asked))

    return ask


@pytest.fixture
def found(search):
    async def slugs(words: str, **asked) -> list[str]:
        return [hit.thing.slug for hit in (await search(words, **asked)).items]

    return slugs


async def test_all_words_have_to_be_there(write, found):
    await write("a", "Summer gig", "with the old bakery band")
    await write("b", "Summer soup")

    assert sorted(await found("summer")) == ["a", "b"]
    assert await found("bakery summer") == ["a"]
    assert await found("summer winter") == []


async def test_the_last_word_may_be_the_start_of_one(write, found):
    await write("a", "Bakeries of Leeds")

    assert await found("bak") == ["a"]
    assert await found("leeds bak") == ["a"]
    assert await found("bak leeds") == []


@pytest.mark.parametrize(
    "written, typed",
    [
        ("Ça va", "ca VA"),
        ("ca va", "Ça"),
        ("Cafe\u0301", "café"),
        ("Straße", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ёлка", "ёлка"),
        ("北京", "北"),
        ("snake_case", "case"),
        ("e-mail", "mail"),
        ("don't", "don"),
        ("room 101b", "101b"),
    ],
)
async def test_case_and_accents_do_not_matter(write, found, written, typed):
    await write("a", written)

    assert await found(typed) == ["a"]


async def test_a_title_counts_for_more_than_a_text(write, found):
    await write("text", "Something else entirely", "where soup is mentioned once")
    await write("title", "Soup", "and nothing more to be said of it here at all")

    assert await found("soup") == ["title", "text"]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "*",
        "soup*",
        '"soup',
        "soup OR x",
        "NOT soup",
        "soup AND",
        "NEAR(soup x)",
        "title:soup",
        "{title}: soup",
        "-soup",
        "^soup",
        "soup & !x | (",
        "soup:*",
        "soup:A",
        "\\",
        "soup\0",
        "\0",
        "\ud800",
        "so\x02up",
        "%",
        "_",
        "()",
        "a" * 5000,
        "a " * 5000,
        "🎷",
        " ",
        "",
    ],
)
async def test_whatever_is_typed_is_words(write, search, typed):
    await write("a", "Soup", "or x")

    page = await search(typed)

    assert {hit.thing.slug for hit in page.items} <= {"a"}


async def test_a_search_for_no_words_finds_nothing(write, search):
    await write("a", "Soup")

    page = await search(" …—!? ")

    assert (page.items, page.next, page.previous) == ([], None, None)


@pytest.mark.parametrize("audience", [MEMBERS, DRAFT])
async def test_what_is_not_meant_for_the_audience_is_not_found(write, found, audience):
    await write("a", "Secret soup", audience=audience)

    assert await found("secret") == []
    assert await found("secret", audiences=()) == []
    assert await found("secret", audiences=(PUBLIC, audience)) == ["a"]


async def test_only_of_some_kinds(write, found):
    await write("a", "Soup")
    await write("b", "Soup", kind="Note")

    assert await found("soup", kinds=("Note",)) == ["b"]
    assert await found("soup", kinds=("Note", "Event")) == ["b"]
    assert await found("soup", kinds=("Event",)) == []


async def test_what_has_changed_is_found_by_what_it_says_now(
    store, write, found, thing
):
    await write("a", "Soup", "of leeks")
    await write("a", "Stew", "of beans")

    assert [await found(w) for w in ("soup", "leeks", "stew", "beans")] == [
        [],
        [],
        ["a"],
        ["a"],
    ]


async def test_a_draft_that_is_published_is_found(store, write, found, thing, index):
    await write("a", "Soup", audience=DRAFT)
    draft = thing("a", audience=DRAFT)

    now = replace(draft, audience=PUBLIC)
    await store.transact(lambda tx: tx.put(now, index(now, "Soup")))

    assert await found("soup") == ["a"]


async def test_an_excerpt_shows_the_words_around_the_match(write, search):
    await write(
        "a", "Title", "word " * 100 + "some\nSoûp for the souper. " + "end " * 99
    )

    [hit] = (await search("for soup")).items

    assert hit.excerpt.startswith("…word word")
    assert " some \x02Soûp\x03 \x02for\x03 the \x02souper\x03. end" in hit.excerpt
    assert hit.excerpt.endswith(" end…")
    assert len(hit.excerpt) < 300


async def test_an_excerpt_of_what_only_the_title_has_is_the_beginning(write, search):
    await write("a", "Soup", "Leeks and potatoes.")

    [hit] = (await search("soup")).items

    assert hit.excerpt == "Leeks and potatoes."


async def test_nobody_can_write_the_marks_of_a_match(write, search):
    await write("a", "Title", "a \x02forged\x03 mark\0 around soup")

    [hit] = (await search("soup")).items

    assert hit.excerpt == "a forged mark around \x02soup\x03"


async def test_a_long_text_is_kept_and_found_by_its_beginning(write, found):
    text = " ".join(f"word{n}" for n in range(100_000))

    await write("a", "Long", text)

    assert await found("word5000 word1") == ["a"]


async def test_results_have_pages(write, search):
    for n in range(25):
        await write(f"{n:02}", "Soup")

    pages = [await search("soup", limit=10)]
    while pages[-1].next:
        pages.append(await search("soup", limit=10, cursor=pages[-1].next))

    slugs = [hit.thing.slug for page in pages for hit in page.items]
    assert slugs == [f"{n:02}" for n in range(25)]
    assert await search("soup", limit=10, cursor=pages[1].previous) == pages[0]
    assert pages[0].previous is None


@pytest.mark.parametrize("cursor", ["", "x", "\0", "MTIzNDU2Nzg5"])
async def test_a_cursor_that_no_page_gave_is_refused(search, cursor):
    with pytest.raises(BadCursor):
        await search("soup", cursor=cursor)


async def test_the_cursor_of_a_listing_is_refused(store, write, search):
    await write("a", "Soup")
    await write("b", "Soup")
    page = await store.read(lambda read: read.find(Query(("Post",), limit=1)))

    with pytest.raises(BadCursor):
        await search("soup", cursor=page.next)
