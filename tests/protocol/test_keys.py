from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from peer.protocol.keys import (
    fingerprint,
    multikey,
    private_pem,
    public_pem,
    read_multikey,
    read_own_pem,
    read_public_pem,
)
from peer.protocol.multibase import base58btc

#: The public key of RFC 8032 §7.1, test 1, and its Multikey.
RFC_8032 = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
RFC_8032_MULTIKEY = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"

RSA = rsa.generate_private_key(65537, 2048)
ED25519 = Ed25519PrivateKey.generate()


def test_a_known_key_has_its_known_multikey():
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(RFC_8032))

    assert multikey(key) == RFC_8032_MULTIKEY
    assert read_multikey(RFC_8032_MULTIKEY) == key


@pytest.mark.parametrize(
    ("key", "start"), [(RSA, "z4MXj1wBzi9jUst"), (ED25519, "z6Mk")]
)
def test_every_form_of_a_key_says_the_same(key, start):
    public = key.public_key()

    assert multikey(public).startswith(start)
    assert read_multikey(multikey(public)) == public
    assert read_public_pem(public_pem(public)) == public
    assert read_own_pem(private_pem(key)).public_key() == public
    assert public_pem(public).startswith("-----BEGIN PUBLIC KEY-----\n")
    assert private_pem(key).startswith("-----BEGIN PRIVATE KEY-----\n")


def test_a_fingerprint_is_of_one_key():
    assert len({fingerprint(k.public_key()) for k in (RSA, ED25519)}) == 2
    assert len(fingerprint(RSA.public_key())) == 64


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "\ud800",
        "x" * 10_000,
        private_pem(ED25519),
    ],
)
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        read_public_pem(text)


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),
        ec.generate_private_key(ec.SECP256R1()),
        dsa.generate_private_key(2048),
    ],
)
def test_weak_keys_and_other_kinds_are_refused(key):
    with pytest.raises(ValueError, match=r"not taken|do not know"):
        read_public_pem(public_pem(key.public_key()))


def test_a_key_under_the_name_of_another_kind_is_refused():
    spki = ED25519.public_key().public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )

    for content in (b"\x85\x24" + spki, b"\xed\x01" + spki, b"\xed\x01", b"", b"\x12"):
        with pytest.raises(ValueError, match=r".+"):
            read_multikey(base58btc(content))


def test_the_vectors_of_fep_521a_agree():
    if "SX_FIXTURES" not in os.environ:
        pytest.skip("SX_FIXTURES names no folder of fixtures: FEP-521a is not compared")
    vectors = Path(os.environ["SX_FIXTURES"]) / "vectors" / "multikey.json"
    told = json.loads(vectors.read_text())

    ed25519 = read_multikey(told["ed25519"]["publicKeyMultibase"])
    rsa_key = read_multikey(told["rsa"]["publicKeyMultibase"])

    assert ed25519.public_bytes_raw().hex() == told["ed25519"]["hex"]
    der = rsa_key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    assert der.hex() == told["rsa"]["pkcs1_der_hex"]
    assert multikey(ed25519) == told["ed25519"]["publicKeyMultibase"]
    assert multikey(rsa_key) == told["rsa"]["publicKeyMultibase"]
