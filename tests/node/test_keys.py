from __future__ import annotations

import asyncio

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from peer.node.keys import keys_of, settle_keys, settle_secret
from peer.protocol.keys import multikey, read_multikey, read_public_pem
from store import open_store

ACTOR = "https://blog.example/actor"


async def test_keys_are_made_once_however_many_start(store):
    found = await asyncio.gather(*(settle_keys(store, ACTOR) for _ in range(4)))

    assert len({keys.public_key_pem for keys in found}) == 1
    assert await store.read(lambda read: keys_of(read, ACTOR)) is found[0]


async def test_keys_are_the_same_after_a_restart(tmp_path):
    url = f"sqlite:///{tmp_path}/again.db"
    async with open_store(url) as store:
        before = (await settle_keys(store, ACTOR)).fingerprints

    async with open_store(url) as store:
        assert (await settle_keys(store, ACTOR)).fingerprints == before


async def test_each_actor_has_keys_of_its_own(store):
    one = await settle_keys(store, ACTOR)
    other = await settle_keys(store, "https://blog.example/people/ada")

    assert one.fingerprints.keys() == {f"{ACTOR}#main-key", f"{ACTOR}#ed25519-key"}
    assert not set(one.fingerprints.values()) & set(other.fingerprints.values())


async def test_who_was_given_no_keys_has_none(store):
    assert await store.read(lambda read: keys_of(read, ACTOR)) is None


async def test_what_is_signed_is_verified_with_what_the_world_is_told(store):
    keys = await settle_keys(store, ACTOR)
    signed = keys.rsa.sign(b"hello", PKCS1v15(), SHA256())
    proof = keys.ed25519.sign(b"hello")

    read_public_pem(keys.public_key_pem).verify(signed, b"hello", PKCS1v15(), SHA256())
    read_multikey(keys.multikeys[keys.ed25519_id]).verify(proof, b"hello")
    assert keys.multikeys[keys.rsa_id] == multikey(keys.rsa.public_key())


async def test_a_private_key_is_not_seen_in_logs(store):
    keys = await settle_keys(store, ACTOR)

    assert "key" not in repr(keys).lower().replace("keys(", "")


async def test_a_secret_is_made_once_and_kept(store):
    made = await asyncio.gather(*(settle_secret(store, "forms") for _ in range(4)))

    assert len(set(made)) == 1 and len(made[0]) == 32
    assert await settle_secret(store, "forms") == made[0]
    assert await settle_secret(store, "other") != made[0]
