"""What a store says of whose it is, and of who belongs to the same cooperative."""

from __future__ import annotations

from peer.model.consent import is_peer
from peer.node import identity

EVENTS, SHOP = "https://events.example", "https://shop.example"


async def known(store, id):
    return await store.read(lambda read: is_peer(id, read))


async def know(store, **peers):
    await store.transact(lambda tx: identity.know_peers(tx, peers))


async def test_who_belongs_to_the_cooperative_is_known_by_origin(store):
    await know(store, events=EVENTS)

    assert await known(store, f"{EVENTS}/calendars/main")
    assert not await known(store, f"{EVENTS}.evil.example/calendars/main")


async def test_who_no_longer_belongs_is_forgotten(store):
    await know(store, events=EVENTS, shop=SHOP)
    await know(store, shop=SHOP)

    assert not await known(store, EVENTS)
    assert await known(store, SHOP)


async def test_a_command_that_was_told_of_nobody_changes_nothing(store):
    await know(store, events=EVENTS)
    await know(store)

    assert await known(store, EVENTS)
