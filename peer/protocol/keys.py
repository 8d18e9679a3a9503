"""Keys in the forms that others know them by: PEM, Multikey, fingerprint.

RSA for HTTP signatures as most of the fediverse makes them; Ed25519 for object
proofs, and for peers that know better.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from peer.protocol.multibase import base58btc, read_base58btc

PublicKey = RSAPublicKey | Ed25519PublicKey
PrivateKey = RSAPrivateKey | Ed25519PrivateKey

#: multicodec, as unsigned varints: ed25519-pub, and rsa-pub (PKCS #1 DER).
_ED25519, _RSA = b"\xed\x01", b"\x85\x24"

_RSA_BITS = range(2048, 8192 + 1)  # less is weak; more is slow for who verifies
_LONGEST_PEM = 8192
_UNKNOWN = "this is a key of a kind we do not know"


def public_pem(key: PublicKey) -> str:
    """SPKI, as actors give it in ``publicKeyPem``."""
    pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def private_pem(key: PrivateKey) -> str:
    """PKCS #8, not encrypted: whoever has the store has the peer."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem.decode()


def read_public_pem(text: str) -> PublicKey:
    """A key that another actor gives; ValueError where it is none that we take."""
    if len(text) > _LONGEST_PEM:
        raise ValueError("this is longer than any public key")
    return _taken(load_pem_public_key, text.encode())


def read_own_pem(text: str) -> PrivateKey:
    """One of our own keys.  It is as we made it, so 27 ms of checks are left out."""
    key = load_pem_private_key(
        text.encode(), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
        raise ValueError("a peer's own keys are RSA and Ed25519")
    return key


def multikey(key: PublicKey) -> str:
    """``publicKeyMultibase`` of a Multikey (W3C Controlled Identifiers)."""
    if isinstance(key, Ed25519PublicKey):
        return base58btc(_ED25519 + key.public_bytes_raw())
    return base58btc(_RSA + key.public_bytes(Encoding.DER, PublicFormat.PKCS1))


def read_multikey(text: str) -> PublicKey:
    """The key in ``publicKeyMultibase``; ValueError where it is none that we take."""
    content = read_base58btc(text)
    prefix, raw = content[:2], content[2:]
    if prefix == _ED25519:
        return Ed25519PublicKey.from_public_bytes(raw)
    if prefix == _RSA:
        key = _taken(load_der_public_key, raw)
        if isinstance(key, RSAPublicKey):
            return key
    raise ValueError(_UNKNOWN)


def fingerprint(key: PublicKey) -> str:
    """SHA-256 of the SPKI form, which people can compare."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _taken(load: Callable[[bytes], object], content: bytes) -> PublicKey:
    try:
        key = load(content)
    except UnsupportedAlgorithm as wrong:
        raise ValueError(_UNKNOWN) from wrong
    if isinstance(key, Ed25519PublicKey):
        return key
    if not isinstance(key, RSAPublicKey):
        raise ValueError(_UNKNOWN)
    if key.key_size not in _RSA_BITS:
        raise ValueError(f"an RSA key of {key.key_size} bits is not taken")
    return key
