"""Blocking actors and domains, and the record of who did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from peer.node.moderation import audit, blocks
from peer.node.moderation.blocks import Blocklist
from peer.node.refusal import Refused

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OWNER = "https://blog.example/people/owner"


async def blocked(store, *whats):
    for number, what in enumerate(whats):
        at = NOW + timedelta(seconds=number)
        await store.transact(
            lambda tx, what=what, at=at: blocks.block(tx, what, OWNER, "spam", at)
        )


@pytest.mark.parametrize(
    ("what", "actor"),
    [
        ("https://evil.example/eve", "https://evil.example/eve"),
        ("evil.example", "https://evil.example/eve"),
        ("evil.example", "https://EVIL.example:8443/eve"),
        ("evil.example", "https://a.b.c.evil.example/eve"),
        ("evil.co.uk", "https://social.evil.co.uk/eve"),
        ("a.b.evil.co.uk", "https://a.b.evil.co.uk/eve"),
        ("xn--bse-sna.example", "https://böse.example/eve"),
    ],
)
async def test_a_block_holds_for_all_that_it_is_of(store, what, actor):
    await blocked(store, what)

    kept = await store.read(lambda read: blocks.current(read, Blocklist()))

    assert await store.read(lambda read: blocks.is_blocked(read, actor))
    assert kept.holds(actor)


@pytest.mark.parametrize(
    ("what", "actor"),
    [
        ("https://evil.example/eve", "https://evil.example/ada"),
        ("evil.example", "https://notevil.example/eve"),
        ("social.evil.example", "https://evil.example/eve"),
        ("evil.example", "https://evil.example.org/eve"),
        ("evil.example", "not an address"),
        ("evil.example", "https://[broken/eve"),
    ],
)
async def test_and_for_nobody_else(store, what, actor):
    await blocked(store, what)

    kept = await store.read(lambda read: blocks.current(read, Blocklist()))

    assert not await store.read(lambda read: blocks.is_blocked(read, actor))
    assert not kept.holds(actor)


async def test_it_is_known_after_a_few_questions_however_deep_the_name(store):
    asked = []
    deep = "https://" + "a." * 100 + "evil.example/eve"

    class Asked:
        def recall(self, space, key):
            asked.append(key)
            return {} if space == "moderation" else None  # some blocks there are

    blocks.is_blocked(Asked(), deep)

    assert len(asked) == 5


async def test_twice_is_once_and_what_was_not_blocked_is_not_freed(store):
    await blocked(store, "evil.example")

    again = await store.transact(
        lambda tx: blocks.block(tx, "evil.example", OWNER, "again", NOW)
    )
    freed = await store.transact(
        lambda tx: blocks.unblock(tx, "good.example", OWNER, "", NOW)
    )

    decisions, _ = await store.read(audit.decisions)
    assert (again, freed) == (False, False)
    assert [each.did for each in decisions] == ["block"]


async def test_a_block_that_was_taken_back_holds_no_more(store):
    await blocked(store, "evil.example")
    held = await store.read(lambda read: blocks.current(read, Blocklist()))

    await store.transact(
        lambda tx: blocks.unblock(tx, "evil.example", OWNER, "they moved", NOW)
    )

    now = await store.read(lambda read: blocks.current(read, held))
    assert (held.holds("https://evil.example/eve"), now.names) == (True, frozenset())


async def test_every_change_is_written_down_with_who_and_why_newest_first(store):
    await blocked(store, "evil.example", "worse.example")

    newest, after = await store.read(lambda read: audit.decisions(read, limit=1))
    oldest, end = await store.read(
        lambda read: audit.decisions(read, after=after, limit=1)
    )

    assert [each.what for each in (*newest, *oldest)] == [
        "worse.example",
        "evil.example",
    ]
    assert (newest[0].by, newest[0].why, newest[0].did) == (OWNER, "spam", "block")
    assert end == ""


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (" Evil.Example. ", "evil.example"),
        ("*.evil.example", "evil.example"),
        ("böse.example", "xn--bse-sna.example"),
        ("https://evil.example/eve", "https://evil.example/eve"),
    ],
)
def test_what_is_typed_is_kept_in_one_form(told, meant):
    assert blocks.named(told) == meant


@pytest.mark.parametrize(
    "told", ["", "evil", "com.", "javascript:x/y", "a b.example", "/", "=1+1", "-a.b"]
)
def test_what_names_nobody_is_refused_in_words(told):
    with pytest.raises(Refused) as refused:
        blocks.named(told)

    assert refused.value.problems["what"]
