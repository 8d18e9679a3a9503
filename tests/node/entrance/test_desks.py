from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from peer.node.entrance import desks
from peer.node.keys import rotate_keys, settle_keys
from peer.protocol.keys import multikey
from tests.node.entrance.conftest import DESK, actor

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))


async def known(node, desk=DESK):
    return await node.store.read(lambda read: desks.keys_of_desk(desk, read))


async def shows(node, document):
    now = node.now()
    await node.store.transact(lambda tx: desks.keep(tx, DESK, document, now))


async def test_what_a_desk_no_longer_shows_is_kept(node):
    await shows(node, actor(KEY))
    await shows(node, actor(OTHER, "ed25519-key-2"))

    assert set(await known(node)) == {f"{DESK}#ed25519-key", f"{DESK}#ed25519-key-2"}


async def test_a_neighbor_with_a_longer_name_is_somebody_else(node):
    await shows(node, actor(KEY))

    assert await known(node, DESK[:-1]) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "https://other.example/actor#ed25519-key"},
        {"id": "https://shop.example/people/eve#ed25519-key"},
        {"controller": "https://other.example/actor"},
        {"publicKeyMultibase": "z6Mk"},
        {"publicKeyMultibase": None},
    ],
    ids=str,
)
async def test_no_desk_speaks_for_the_keys_of_others(node, wrong):
    document = actor(KEY)
    document["assertionMethod"][0].update(wrong)

    await shows(node, document)

    assert await known(node) == {}
    every = [key async for space, key, _ in node.store.every_record()]
    assert not [key for key in every if "eve" in key or "other.example" in key]


async def test_a_desk_of_this_peer_needs_no_asking(node):
    desk = f"{node.base}/actor"
    first = await settle_keys(node.store, desk)
    second = await rotate_keys(node.store, desk, node.now())

    keys = await known(node, desk)

    assert multikey(keys[first.ed25519_id]) == first.multikeys[first.ed25519_id]
    assert set(keys) == {first.ed25519_id, second.ed25519_id}


async def test_who_sells_is_for_the_event_to_say(door, node):
    look = node.store.read
    assert await look(lambda r: desks.desks_of(door.event, r)) == (DESK,)

    [edge] = await node.edges(subject=door.event.id, relation="allots")
    await door.change(await node.get(edge.object), state="refused")

    assert await look(lambda r: desks.desks_of(door.event, r)) == ()
