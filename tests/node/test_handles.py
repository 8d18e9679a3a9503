"""User names: one each, for good."""

from __future__ import annotations

import asyncio

import pytest

from peer.node import handles
from peer.node.outbox import Ask
from peer.protocol.actor import is_username
from peer.protocol.thing import PUBLIC, Thing
from tests.house import BASE

NOW = "2026-11-21T09:00:00.000Z"


def actor(path: str) -> Thing:
    id = f"{BASE}/{path}"
    return Thing(id, "Person", {"name": "A"}, id, NOW, NOW, PUBLIC)


async def claimed(store, path: str, wanted: str = "") -> str:
    return await store.transact(lambda tx: handles.claim(tx, actor(path), wanted))


async def test_whoever_comes_first_is_called_by_their_address(store):
    assert await claimed(store, "calendars/main") == "main"
    assert await claimed(store, "people/main") == "main-2"
    assert await claimed(store, "groups/main") == "main-3"


async def test_what_is_settled_stays(store):
    await claimed(store, "calendars/main")

    assert await claimed(store, "calendars/main", "other") == "main"
    assert await store.read(lambda r: handles.of(r, f"{BASE}/calendars/main")) == "main"


async def test_large_and_small_letters_are_the_same_name(store):
    await claimed(store, "people/Ana")

    assert await claimed(store, "people/ana") == "ana-2"
    found = await store.read(lambda read: handles.find(read, "ANA"))
    assert found == f"{BASE}/people/Ana"


async def test_of_many_who_ask_at_once_each_gets_another(store):
    paths = [f"homes{n}/main" for n in range(6)]

    names = await asyncio.gather(*(handles.settle(store, actor(p)) for p in paths))

    assert len(set(names)) == 6


@pytest.mark.parametrize("slug", ["-", "--a--", "é", "A B", "x" * 300, "a_b", "0"])
async def test_whatever_the_address_it_becomes_a_name_that_others_take(store, slug):
    assert is_username(await claimed(store, f"people/{slug}"))


async def test_the_site_is_called_like_its_domain(node):
    site = f"{BASE}/actor"

    assert await node.store.read(lambda read: handles.of(read, site)) == "test"


async def made_long_ago(node) -> None:
    """Zoe, as from a time when nobody here had a user name."""
    ask = Ask("Create", kind="Person", values={"name": "Zoe"}, slug="zoe")
    await node.publish(node.site, ask)
    await node.store.transact(
        lambda tx: (
            tx.drop("user-name", "zoe"),
            tx.drop("user-named", f"{BASE}/people/zoe"),
        )
    )


async def test_an_actor_is_called_something_from_the_beginning(node):
    ask = Ask("Create", kind="Person", values={"name": "Zoe"}, slug="zoe")
    await node.publish(node.site, ask)

    found = await node.store.read(lambda read: handles.find(read, "zoe"))

    assert found == f"{BASE}/people/zoe"


async def test_who_has_not_been_asked_for_is_found_by_their_address(node):
    await made_long_ago(node)

    found = await node.store.read(
        lambda read: handles.unsettled(read, "Zoe", BASE, node.lexicon)
    )

    assert found.id == f"{BASE}/people/zoe"


async def test_a_name_that_is_taken_is_for_nobody_else(node):
    await made_long_ago(node)
    await claimed(node.store, "elsewhere/zoe")

    found = await node.store.read(
        lambda read: handles.unsettled(read, "zoe", BASE, node.lexicon)
    )

    assert found is None
