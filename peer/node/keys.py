"""The keys and secrets of this peer: made once, kept in its store.

When keys are changed for new ones, the new have ids of their own: others look keys up
by id, and keep what they found.  The old are shown for a while, so that what was
signed with them is still believed; their private halves are gone at once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from peer.model.reading import Read
from peer.protocol.keys import (
    fingerprint,
    multikey,
    private_pem,
    public_pem,
    read_own_pem,
)
from peer.protocol.moment import wire
from store.interface import Store, Transaction

_SPACE, _FORMER, _SECRETS = "key", "former-key", "secret"

#: The secret that opens pages of orders and tickets for those who hold them.
ORDERS = "orders"
#: So long keys are shown that nothing is signed with any more.
OVERLAP = timedelta(days=30)
_RSA_BITS, _EXPONENT = 2048, 65537


@dataclass(frozen=True, slots=True)
class Keys:
    """An actor's two keys, ready to sign with; ``number`` counts how often anew."""

    actor: str
    rsa: RSAPrivateKey = field(repr=False)
    ed25519: Ed25519PrivateKey = field(repr=False)
    number: int = 1

    @property
    def rsa_id(self) -> str:
        return f"{self.actor}#main-key{self._ending}"

    @property
    def ed25519_id(self) -> str:
        return f"{self.actor}#ed25519-key{self._ending}"

    @property
    def _ending(self) -> str:
        return "" if self.number == 1 else f"-{self.number}"

    @property
    def public_key_pem(self) -> str:
        return public_pem(self.rsa.public_key())

    @property
    def multikeys(self) -> dict[str, str]:
        """``publicKeyMultibase`` by key id."""
        return {
            self.rsa_id: multikey(self.rsa.public_key()),
            self.ed25519_id: multikey(self.ed25519.public_key()),
        }

    @property
    def fingerprints(self) -> dict[str, str]:
        """SHA-256 by key id."""
        return {
            self.rsa_id: fingerprint(self.rsa.public_key()),
            self.ed25519_id: fingerprint(self.ed25519.public_key()),
        }


def keys_of(read: Read, actor: str) -> Keys | None:
    kept = read.recall(_SPACE, actor)
    return _of(actor, kept) if kept else None


def former_of(read: Read, actor: str) -> Mapping[str, str]:
    """Multikeys by id that ``actor`` had until lately, and that are still shown."""
    return read.recall(_FORMER, actor) or {}


def _of(actor: str, kept: Mapping[str, Any]) -> Keys:
    return _ready(actor, kept["rsa"], kept["ed25519"], kept.get("number", 1))


@lru_cache(maxsize=1024)
def _ready(actor: str, rsa_pem: str, ed25519_pem: str, number: int) -> Keys:
    """Loading a key takes as long as signing with it many times."""
    rsa_key, ed25519_key = read_own_pem(rsa_pem), read_own_pem(ed25519_pem)
    if not isinstance(rsa_key, RSAPrivateKey):
        raise ValueError(f"the RSA key of {actor} is another kind of key")
    if not isinstance(ed25519_key, Ed25519PrivateKey):
        raise ValueError(f"the Ed25519 key of {actor} is another kind of key")
    return Keys(actor, rsa_key, ed25519_key, number)


async def settle_keys(store: Store, actor: str) -> Keys:
    """The keys of ``actor``, made now if there are none; the same for all workers."""
    kept = await store.read(partial(keys_of, actor=actor))
    if kept:
        return kept
    made = await asyncio.to_thread(_made)
    return await store.alone("keys", partial(_settle, actor, made))


def _made() -> dict[str, str]:
    """New keys; making an RSA key takes a good part of a second."""
    return {
        "rsa": private_pem(rsa.generate_private_key(_EXPONENT, _RSA_BITS)),
        "ed25519": private_pem(Ed25519PrivateKey.generate()),
    }


def _settle(actor: str, made: dict[str, str], tx: Transaction) -> Keys:
    kept = keys_of(tx, actor)
    if kept:
        return kept
    tx.keep(_SPACE, actor, made)
    return _of(actor, made)


async def rotate_keys(store: Store, actor: str, now: datetime) -> Keys:
    """New keys for ``actor``; the old are shown until ``OVERLAP`` is over."""
    made = await asyncio.to_thread(_made)
    return await store.alone("keys", partial(_rotate, actor, made, now))


def _rotate(actor: str, made: dict[str, str], now: datetime, tx: Transaction) -> Keys:
    old = keys_of(tx, actor)
    number = 1
    if old is not None:
        number = old.number + 1
        shown = {**former_of(tx, actor), **old.multikeys}
        tx.keep(_FORMER, actor, shown, expires=wire(now + OVERLAP))
    kept = {**made, "number": number}
    tx.keep(_SPACE, actor, kept)
    return _of(actor, kept)


# -- secrets -----------------------------------------------------------------------


async def settle_secret(store: Store, name: str) -> bytes:
    """256 bits of the peer's own for ``name``, which all its workers share."""
    kept = await store.read(lambda read: read.recall(_SECRETS, name))
    if kept:
        return bytes.fromhex(kept["hex"])
    fresh = secrets.token_hex(32)
    return await store.alone("secrets", partial(_settle_secret, name, fresh))


def secret_in(read: Read, name: str) -> bytes | None:
    """The same, where it was settled before."""
    kept = read.recall(_SECRETS, name)
    return bytes.fromhex(kept["hex"]) if kept else None


def _settle_secret(name: str, fresh: str, tx: Transaction) -> bytes:
    kept = tx.recall(_SECRETS, name)
    if kept:
        return bytes.fromhex(kept["hex"])
    tx.keep(_SECRETS, name, {"hex": fresh})
    return bytes.fromhex(fresh)
