from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from peer.protocol import proof
from peer.protocol.keys import read_multikey
from peer.protocol.proof import BadProof
from peer.protocol.terms import AS_CONTEXT

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
METHOD = "https://a.example/users/ada#ed25519-key"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NOTE = {
    "@context": [AS_CONTEXT, "https://w3id.org/security/data-integrity/v2"],
    "id": "https://a.example/notes/1",
    "type": "Note",
    "content": "Zwölf Brote: 12.0 €",
}


@pytest.fixture
def proven():
    return proof.proven(NOTE, METHOD, KEY, NOW)


def test_what_was_proven_can_be_checked_by_whoever_has_it(proven):
    passed_on = json.loads(json.dumps(proven))

    assert proof.method_of(passed_on) == METHOD
    proof.check(passed_on, KEY.public_key(), NOW)


def test_its_time_is_written_as_all_write_it():
    """Some read the time, and write it again before they check."""
    made = proof.proven(NOTE, METHOD, KEY, NOW + timedelta(milliseconds=590))

    assert made["proof"]["created"] == "2026-11-21T09:00:00Z"


def test_the_same_document_and_key_give_the_same_proof(proven):
    assert proof.proven(proven, METHOD, KEY, NOW) == proven


@pytest.mark.parametrize(
    "change",
    [
        {"content": "Thirteen"},
        {"unmapped": "what no context knows"},
        {"attributedTo": "https://evil.example"},
        {"@context": [AS_CONTEXT]},
        {"@context": AS_CONTEXT},
    ],
)
def test_whatever_is_changed_or_added_is_found(proven, change):
    with pytest.raises(BadProof):
        proof.check({**proven, **change}, KEY.public_key(), NOW)


def test_a_context_that_was_added_later_changes_nothing(proven):
    longer = {**proven, "@context": [*NOTE["@context"], "https://later.example/ns"]}

    proof.check(longer, KEY.public_key(), NOW)


def test_a_signature_of_the_other_kind_is_no_part_of_it(proven):
    proof.check({**proven, "signature": {"type": "x"}}, KEY.public_key(), NOW)


def test_another_key_did_not_make_it(proven):
    with pytest.raises(BadProof, match="does not fit"):
        proof.check(proven, Ed25519PrivateKey.generate().public_key(), NOW)


def test_a_key_of_another_kind_cannot_have_made_it(proven):
    rsa = generate_private_key(public_exponent=65537, key_size=2048)

    with pytest.raises(BadProof, match="Ed25519"):
        proof.check(proven, rsa.public_key(), NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"proofPurpose": "authentication"},
        {"type": "Other"},
        {"proofValue": "z"},
        {"proofValue": "mAAAA"},
        {"proofValue": 7},
        {"created": "2020-01-01T00:00:00Z"},
        {"verificationMethod": "https://b.example#key"},
        {"expires": "never"},
    ],
)
def test_a_proof_that_was_touched_shows_nothing(proven, change):
    touched = {**proven, "proof": {**proven["proof"], **change}}

    with pytest.raises(BadProof):
        proof.check(touched, KEY.public_key(), NOW)


@pytest.mark.parametrize("other", [None, [], "x", {"cryptosuite": "bbs-2023"}, {}])
def test_a_proof_of_another_kind_is_as_none(other):
    assert proof.method_of({**NOTE, "proof": other}) is None


def test_a_proof_ends_when_it_says():
    ended = {"expires": (NOW - timedelta(seconds=1)).isoformat()}
    bare = proof.proven(NOTE, METHOD, KEY, NOW)
    options = {**bare["proof"], **ended}

    with pytest.raises(BadProof, match="expired"):
        proof.check({**bare, "proof": options}, KEY.public_key(), NOW)


@pytest.mark.parametrize("number", [float("inf"), 2**60])
def test_what_has_no_canonical_form_is_refused(proven, number):
    with pytest.raises(BadProof, match="canonical"):
        proof.check({**proven, "n": number}, KEY.public_key(), NOW)


FIXTURES = os.environ.get("SX_FIXTURES")


@pytest.mark.skipif(not FIXTURES, reason="SX_FIXTURES names no folder: NO VECTORS")
def test_what_others_have_proven_is_judged_as_they_say():
    told = json.loads((Path(FIXTURES) / "vectors/eddsa-jcs-2022.json").read_text())
    for case in told["cases"]:
        document = case.get("document") or case["signed"]
        try:
            proof.check(document, read_multikey(case["publicKeyMultibase"]), NOW)
            found = True
        except BadProof:
            found = False
        assert found == case["valid"], case["name"]
