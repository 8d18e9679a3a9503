"""Signed requests: what both families of HTTP signatures have in common.

``cavage.py`` and ``rfc9421.py`` read a request into a :class:`Claim`; whoever
has the key then asks the claim whether it holds.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from peer.protocol.keys import PrivateKey, PublicKey

#: How far a sender's clock may be from ours (Mastodon: 12 h back, 1 h ahead).
OLDEST, NEWEST = timedelta(hours=12), timedelta(hours=1)

#: Headers that are signed, where a request has them, beside those that all have.
COVERED_TOO = ("collection-synchronization",)

_SHA256 = SHA256()
_PKCS1 = PKCS1v15()


class BadSignature(ValueError):
    """A signature that shows nothing, and why."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it came: header names in small letters, values joined by commas.

    ``target`` is path and query as they stood on the request line, and
    ``origin`` scheme and authority as the world knows this peer by.
    """

    method: str
    target: str
    origin: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says: the key ``key_id`` signed one of ``texts``.

    More than one, because senders differ on whether a query is part of the
    request target; ``algorithm`` is what they named, if they did.
    """

    key_id: str
    texts: tuple[bytes, ...]
    signature: bytes
    algorithm: str | None = None

    def holds(self, key: PublicKey) -> bool:
        """Did ``key`` sign it?  The key decides the algorithm, never the sender."""
        if self.algorithm is not None and not _suits(self.algorithm, key):
            return False
        return any(verify(key, self.signature, text) for text in self.texts)


_NAMES = {
    "rsa-sha256": RSAPublicKey,
    "rsa-v1_5-sha256": RSAPublicKey,
    "ed25519": Ed25519PublicKey,
    "hs2019": object,  # says nothing: look at the key
}


def _suits(algorithm: str, key: PublicKey) -> bool:
    wanted = _NAMES.get(algorithm.lower())
    return wanted is not None and isinstance(key, wanted)


def verify(key: PublicKey, signature: bytes, text: bytes) -> bool:
    try:
        if isinstance(key, Ed25519PublicKey):
            key.verify(signature, text)
        else:
            key.verify(signature, text, _PKCS1, _SHA256)
    except InvalidSignature:
        return False
    return True


def sign(key: PrivateKey, text: bytes) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.sign(text)
    return key.sign(text, _PKCS1, _SHA256)


def check_time(then: datetime, now: datetime) -> None:
    if then < now - OLDEST:
        raise BadSignature("this was signed too long ago")
    if then > now + NEWEST:
        raise BadSignature("this was signed in the future: is your clock right?")


def digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise BadSignature("this is not base64") from wrong


def to_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
