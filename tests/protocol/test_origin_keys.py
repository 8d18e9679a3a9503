"""Key and actor name each other, or the key is nobody's."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from peer.protocol import origin
from peer.protocol.keys import fingerprint, multikey, public_pem
from peer.protocol.origin import NotTheirs, claimed_by, proving_key, signing_key

ANA, VICTIM = "https://a.example/users/ana", "https://v.example/users/vic"
MAIN, ED25519 = f"{ANA}#main-key", f"{ANA}#ed25519-key"

RSA = rsa.generate_private_key(65537, 2048).public_key()
WEAK = rsa.generate_private_key(65537, 1024).public_key()
EDDSA = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
PEM = public_pem(RSA)
PKCS1 = RSA.public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode()


def main_key(**more: Any) -> dict[str, Any]:
    return {"id": MAIN, "owner": ANA, "publicKeyPem": PEM, **more}


def multi(**more: Any) -> dict[str, Any]:
    plain = {"id": ED25519, "type": "Multikey", "controller": ANA}
    return {**plain, "publicKeyMultibase": multikey(EDDSA), **more}


def actor(public_key: Any = None, *methods: Any, id: str = ANA) -> dict[str, Any]:
    told = {"id": id, "type": "Person", "inbox": f"{id}/inbox"}
    return {**told, "publicKey": public_key, "assertionMethod": list(methods)}


def is_rsa(key: Any) -> bool:
    return fingerprint(key) == fingerprint(RSA)


def is_eddsa(key: Any) -> bool:
    return fingerprint(key) == fingerprint(EDDSA)


# -- in the ways it is told --------------------------------------------------------


@pytest.mark.parametrize(
    "pem",
    [
        PEM,
        PKCS1,
        PEM.replace("\n", "\r\n"),
        PEM.replace("\n", "  \n"),
        f"\n  {PEM}\n\n",
        PEM.rstrip("\n"),
    ],
    ids=["spki", "pkcs1", "crlf", "spaces", "around", "no-end"],
)
def test_a_pem_is_read_however_its_lines_end(pem):
    assert is_rsa(signing_key(MAIN, actor(main_key(publicKeyPem=pem))))


def test_of_several_keys_the_one_that_is_named_counts():
    other = {"id": f"{ANA}#old", "owner": ANA, "publicKeyPem": public_pem(EDDSA)}
    ana = actor([other, main_key()], multi())

    assert is_rsa(signing_key(MAIN, ana))
    assert is_eddsa(signing_key(f"{ANA}#old", ana))
    assert is_eddsa(signing_key(ED25519, ana))


def test_only_keys_for_assertions_make_proofs():
    ana = actor(main_key(), multi())

    assert is_eddsa(proving_key(ED25519, ana))
    with pytest.raises(NotTheirs, match="does not list"):
        proving_key(MAIN, ana)


def test_the_only_key_also_signs_in_the_name_of_its_actor():
    ana = actor(main_key())

    assert is_rsa(signing_key(ANA, ana))
    assert is_rsa(signing_key("acct:ana@a.example", ana))
    with pytest.raises(NotTheirs):
        signing_key(ANA, actor([main_key(), {"id": f"{ANA}#2"}]))


def test_a_key_without_an_owner_is_a_part_of_its_actor():
    assert is_rsa(signing_key(MAIN, actor(main_key(owner=None))))

    with pytest.raises(NotTheirs, match="does not say"):
        elsewhere = f"{ANA}/main-key"
        signing_key(elsewhere, actor(main_key(owner=None, id=elsewhere)))


def test_a_key_may_be_a_document_of_its_own():
    key = f"{ANA}/main-key"
    document = main_key(id=key)

    assert claimed_by(key, document) == ANA
    assert is_rsa(signing_key(key, actor(key), document))
    assert is_eddsa(proving_key(ED25519, actor(None, ED25519), multi()))


def test_an_actor_says_that_its_keys_are_its_own():
    assert claimed_by(MAIN, actor(main_key())) == ANA
    assert claimed_by(MAIN, main_key(id=f"{ANA}#other")) is None
    assert claimed_by(MAIN, {}) is None


# -- and in those that it is not ---------------------------------------------------


@pytest.mark.parametrize(
    ("told", "key_id"),
    [
        (actor(), MAIN),
        (actor(main_key()), f"{ANA}#other"),
        (actor(main_key(id=f"{VICTIM}#main-key")), f"{VICTIM}#main-key"),
        (actor(main_key(owner=VICTIM)), MAIN),
        (actor(main_key(owner=f"{ANA}2")), MAIN),
        (actor(main_key(), id=VICTIM), MAIN),
        (actor(main_key(publicKeyPem="junk")), MAIN),
        (actor(main_key(publicKeyPem="x" * 100_000)), MAIN),
        (actor(main_key(publicKeyPem=public_pem(WEAK))), MAIN),
        (actor(None, multi(publicKeyMultibase="z6Mk")), ED25519),
        (actor(None, multi(controller=VICTIM)), ED25519),
        (actor(MAIN), MAIN),
        (actor({"id": MAIN}), MAIN),
        (actor(5), MAIN),
        ({}, MAIN),
    ],
)
def test_a_key_that_is_not_linked_both_ways_is_nobodys(told, key_id):
    with pytest.raises(NotTheirs) as refused:
        signing_key(key_id, told)

    assert refused.value.status == 401


def test_a_key_document_that_names_somebody_makes_it_nobodys_key():
    forged = {"id": "https://evil.example/key", "owner": VICTIM, "publicKeyPem": PEM}
    victim = actor({"id": f"{VICTIM}#main-key", "owner": VICTIM}, id=VICTIM)

    assert claimed_by(forged["id"], forged) == VICTIM
    with pytest.raises(NotTheirs, match="does not list"):
        signing_key(forged["id"], victim, forged)


def test_a_key_that_is_named_is_the_one_that_is_told():
    other = main_key(id=f"{ANA}/other")

    with pytest.raises(NotTheirs, match="no key at"):
        signing_key(f"{ANA}/main-key", actor(f"{ANA}/main-key"), other)


def test_of_ten_thousand_keys_ten_are_looked_at():
    many = [main_key(id=f"{ANA}#{n}") for n in range(10_000)]

    assert is_rsa(signing_key(f"{ANA}#9", actor(many)))
    with pytest.raises(NotTheirs):
        signing_key(f"{ANA}#10", actor(many))


def test_the_key_of_a_neighbor_is_not_the_actors():
    neighbor = "https://a.example/users/eve"
    document = actor(main_key(id=f"{neighbor}#main-key", owner=neighbor), id=neighbor)

    assert claimed_by(f"{neighbor}#main-key", document) == neighbor
    assert not origin.same(neighbor, ANA)
