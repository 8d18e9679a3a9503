"""What we sign holds for others, and what others sign holds for us.

The others are httpsig (draft-cavage), http-message-signatures (RFC 9421) and jcs
(the canonical JSON of FEP-8b32), through ``tests/federation/fediverse``.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType

import jcs
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from peer.protocol import cavage, proof, rfc9421
from peer.protocol.keys import multikey, private_pem, public_pem, read_multikey
from peer.protocol.signature import BadSignature, Message
from tests.federation.fediverse import handwriting as others
from tests.federation.fediverse.handwriting import Letter, Unproven

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it imports pkg_resources
    from httpsig import HeaderSigner, HeaderVerifier

HOUR = timedelta(hours=1)
KEY_ID = "https://a.example/users/ada#main-key"
RSA = generate_private_key(public_exponent=65537, key_size=2048)
ED25519 = Ed25519PrivateKey.generate()
ORIGIN = "https://b.example"
TYPE = "application/activity+json"
POST = Message(
    "POST",
    "/inbox?page=2",
    ORIGIN,
    {"host": "b.example", "content-type": TYPE},
    b'{"type": "Like"}',
)
GET = Message("GET", "/posts/1?x=1", ORIGIN, {"host": "b.example"})
ALGORITHMS = {RSA: "rsa-v1_5-sha256", ED25519: "ed25519"}


def letter(message: Message) -> Letter:
    """The same request, in the form that the others take."""
    return Letter(
        message.method,
        message.origin + message.target,
        CIMultiDict(message.headers),
        message.body,
    )


def message(sent: Letter) -> Message:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    return Message(sent.method, sent.target, ORIGIN, headers, sent.body)


def signed(how: ModuleType, plain: Message, key=RSA) -> Message:
    """``plain``, signed by us just now."""
    told = () if how is cavage else (ALGORITHMS[key],)
    return replace(
        plain, headers=how.signed(plain, KEY_ID, key, datetime.now(UTC), *told)
    )


CASES = [
    pytest.param(how, plain, key, id=f"{name}-{plain.method}-{kind}")
    for plain in (POST, GET)
    for name, how, kind, key in (
        ("cavage", cavage, "rsa", RSA),
        ("rfc9421", rfc9421, "rsa", RSA),
        ("rfc9421", rfc9421, "ed25519", ED25519),
    )
]


@pytest.mark.parametrize(("how", "plain", "key"), CASES)
def test_what_we_sign_holds_for_others(how, plain, key):
    ours = letter(signed(how, plain, key))

    assert others.key_id_of(ours) == KEY_ID
    others.check(ours, key.public_key(), HOUR)


@pytest.mark.parametrize(("how", "plain", "key"), CASES)
@pytest.mark.parametrize("change", [{"method": "PUT"}, {"target": "/outbox"}])
def test_others_find_what_was_changed(how, plain, key, change):
    changed = letter(replace(signed(how, plain, key), **change))

    with pytest.raises(Unproven):
        others.check(changed, key.public_key(), HOUR)


@pytest.mark.parametrize("how", [cavage, rfc9421])
def test_others_find_a_body_that_was_changed(how):
    changed = letter(replace(signed(how, POST), body=b'{"type": "Dislike"}'))

    with pytest.raises(Unproven):
        others.check(changed, RSA.public_key(), HOUR)


@pytest.mark.parametrize(("how", "plain", "key"), CASES)
def test_what_others_sign_holds_for_us(how, plain, key):
    theirs = letter(plain)
    sign = others.sign_cavage if how is cavage else others.sign_rfc9421
    sign(theirs, KEY_ID, key)

    claim = how.claim(message(theirs), datetime.now(UTC))

    assert claim.key_id == KEY_ID
    assert claim.holds(key.public_key())


@pytest.mark.parametrize(
    "covered",
    [
        ("@method", "@authority", "@path", "@query", "content-digest"),
        ("content-digest", "@target-uri", "@method", "content-type"),
        ("@scheme", "@request-target", "@method", "@target-uri", "host"),
    ],
)
def test_each_component_means_the_same_to_both(covered):
    theirs = letter(POST)
    others.sign_rfc9421(
        theirs,
        KEY_ID,
        RSA,
        covered=covered,
        nonce="n",
        tag="t",
        use_existing_digest=False,
        expires=datetime.now(UTC) + HOUR,
    )

    claim = rfc9421.claim(message(theirs), datetime.now(UTC))

    assert claim.holds(RSA.public_key())


targets = st.builds(
    lambda parts, query: "/" + "/".join(parts) + (f"?{query}" if query else ""),
    st.lists(st.text("abcXYZ019-._~@!$&'()*+,;=:", min_size=1), max_size=4),
    st.text("abc09=&+/?:@", max_size=20),
)


@given(target=targets, body=st.binary(min_size=1, max_size=200))
def test_both_sign_the_same_for_any_address_and_body(target, body):
    plain = replace(POST, target=target, body=body)

    for how, key in ((cavage, RSA), (rfc9421, ED25519)):
        others.check(letter(signed(how, plain, key)), key.public_key(), HOUR)


# -- httpsig alone ---------------------------------------------------------------


def test_what_httpsig_signs_as_a_whole_holds_for_us():
    headers = {**POST.headers, "date": cavage.signed(POST, KEY_ID, RSA, now())["date"]}
    headers["digest"] = cavage.signed(POST, KEY_ID, RSA, now())["digest"]
    covered = ["(request-target)", "host", "date", "digest"]
    signer = HeaderSigner(
        KEY_ID, private_pem(RSA), "rsa-sha256", covered, sign_header="signature"
    )
    theirs = signer.sign(headers, method="POST", path=POST.target)

    claim = cavage.claim(replace(POST, headers=theirs), now())

    assert claim.holds(RSA.public_key())


def test_the_forgery_that_httpsig_takes_is_refused_here():
    """Why it is in no program of ours: here a public key is a secret."""
    public = public_pem(RSA.public_key())
    plain = {**cavage.signed(POST, KEY_ID, RSA, now())}
    covered = ["(request-target)", "host", "date", "digest"]
    forger = HeaderSigner(
        KEY_ID, public, "hmac-sha256", covered, sign_header="signature"
    )
    forged = forger.sign(plain, method="POST", path=POST.target)
    verifier = HeaderVerifier(
        forged, public, covered, "POST", POST.target, sign_header="signature"
    )

    assert verifier.verify()
    claim = cavage.claim(replace(POST, headers=forged), now())
    assert not claim.holds(RSA.public_key())


def now() -> datetime:
    return datetime.now(UTC)


# -- proofs ----------------------------------------------------------------------

NOTE = {
    "@context": ["https://www.w3.org/ns/activitystreams"],
    "type": "Note",
    "content": "Zwölf Brote: 12 €",
    "location": {"latitude": 38.7105, "longitude": -9.0, "radius": 1e21},
    "\U0001f600": 1,
    "\ufb33": 2,
}
plain_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def test_what_we_prove_holds_for_others():
    ours = proof.proven(NOTE, f"{KEY_ID}2", ED25519, now())

    others.check_proof(ours, ED25519.public_key())


def test_others_find_what_was_changed_in_it():
    ours = proof.proven(NOTE, f"{KEY_ID}2", ED25519, now())

    with pytest.raises(Unproven):
        others.check_proof({**ours, "content": "13"}, ED25519.public_key())


@pytest.mark.parametrize("left_out", ["", "@context"])
def test_what_others_prove_holds_for_us(left_out):
    bare = {name: value for name, value in NOTE.items() if name != left_out}
    theirs = others.prove(bare, f"{KEY_ID}2", ED25519)

    proof.check(theirs, ED25519.public_key(), now())


@given(plain_json)
def test_both_write_any_document_in_the_same_way(document):
    assert rfc8785.dumps(document) == jcs.canonicalize(document)


def test_keys_have_one_name():
    key = ED25519.public_key()

    assert multikey(key) == others.multikey(key)
    assert read_multikey(others.multikey(key)) == key
    assert others.read_multikey(multikey(key)) == key


def test_neither_takes_what_is_not_signed():
    with pytest.raises(Unproven):
        others.key_id_of(letter(POST))
    with pytest.raises(BadSignature):
        cavage.claim(POST, now())
