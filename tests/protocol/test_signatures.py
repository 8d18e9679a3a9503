"""Both families of HTTP signatures, through one set of questions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from peer.protocol import cavage, rfc9421
from peer.protocol.keys import read_public_pem
from peer.protocol.signature import BadSignature, Message

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
KEY_ID = "https://a.example/users/ada#main-key"
RSA = generate_private_key(public_exponent=65537, key_size=2048)
OTHER = generate_private_key(public_exponent=65537, key_size=2048)
POST = Message(
    method="POST",
    target="/inbox?page=2",
    origin="https://b.example",
    headers={"host": "b.example", "content-type": "application/activity+json"},
    body=b'{"type": "Like"}',
)
GET = Message("GET", "/posts/1?x=1", "https://b.example", {"host": "b.example"})
FAMILIES = {"cavage": cavage, "rfc9421": rfc9421}


@pytest.fixture(params=FAMILIES)
def family(request) -> ModuleType:
    return FAMILIES[request.param]


@pytest.fixture
def signed(family) -> Callable[..., Message]:
    def sign(
        message: Message, key=RSA, now=NOW, algorithm="rsa-v1_5-sha256"
    ) -> Message:
        told = {} if family is cavage else {"algorithm": algorithm}
        return replace(
            message, headers=family.signed(message, KEY_ID, key, now, **told)
        )

    return sign


def holds(family, message, key=RSA, now=NOW) -> bool:
    return family.claim(message, now).holds(key.public_key())


@pytest.mark.parametrize("message", [POST, GET])
def test_what_we_sign_holds(family, signed, message):
    claim = family.claim(signed(message), NOW)

    assert claim.key_id == KEY_ID
    assert claim.holds(RSA.public_key())


def test_another_key_did_not_sign_it(family, signed):
    assert not holds(family, signed(POST), key=OTHER)


def test_a_body_that_was_changed_is_found_before_any_key_is_needed(family, signed):
    changed = replace(signed(POST), body=b'{"type": "Dislike"}')

    with pytest.raises(BadSignature, match="digest is not that of the body"):
        family.claim(changed, NOW)


@pytest.mark.parametrize("change", [{"target": "/other"}, {"method": "PUT"}])
def test_it_holds_for_this_request_only(family, signed, change):
    assert not holds(family, replace(signed(POST), **change))


def test_it_holds_for_this_host_only(family, signed):
    there = signed(POST)
    headers = {**there.headers, "host": "c.example"}
    elsewhere = replace(there, origin="https://c.example", headers=headers)

    assert not holds(family, elsewhere)


@pytest.mark.parametrize("late", [timedelta(hours=13), timedelta(hours=-2)])
def test_it_holds_for_a_time_only(family, signed, late):
    with pytest.raises(BadSignature, match="signed"):
        family.claim(signed(POST), NOW + late)


def test_clocks_may_differ_by_minutes(family, signed):
    for minutes in (-5, 5):
        assert holds(family, signed(POST), now=NOW + timedelta(minutes=minutes))


def test_an_unsigned_request_shows_nothing(family):
    with pytest.raises(BadSignature, match="not signed"):
        family.claim(POST, NOW)


def test_the_key_decides_the_algorithm(signed):
    """Else an attacker would name one under which a public key is a secret."""
    there = signed(POST)
    for named in ("hmac-sha256", "none", "ed25519", "rsa-sha1"):
        headers = {
            name: value.replace("rsa-sha256", named).replace("rsa-v1_5-sha256", named)
            for name, value in there.headers.items()
        }
        family = rfc9421 if "signature-input" in headers else cavage
        assert not holds(family, replace(there, headers=headers))


def test_ed25519_signs_as_well():
    key = Ed25519PrivateKey.generate()
    headers = rfc9421.signed(POST, KEY_ID, key, NOW, "ed25519")

    assert rfc9421.claim(replace(POST, headers=headers), NOW).holds(key.public_key())


@pytest.mark.parametrize("left_out", ["(request-target)", "host", "date", "digest"])
def test_cavage_covers_all_that_an_attacker_would_change(left_out):
    headers = dict(cavage.signed(POST, KEY_ID, RSA, NOW))
    headers["signature"] = headers["signature"].replace(f"{left_out} ", "", 1)

    with pytest.raises(BadSignature, match="cover"):
        cavage.claim(replace(POST, headers=headers), NOW)


@pytest.mark.parametrize("left_out", ['"@method"', '"@target-uri"', '"content-digest"'])
def test_rfc9421_covers_all_that_an_attacker_would_change(left_out):
    headers = dict(rfc9421.signed(POST, KEY_ID, RSA, NOW, "rsa-v1_5-sha256"))
    headers["signature-input"] = headers["signature-input"].replace(left_out, "")

    with pytest.raises(BadSignature, match="cover"):
        rfc9421.claim(replace(POST, headers=headers), NOW)


def test_a_path_signed_without_its_query_is_what_some_servers_send():
    bare = cavage.signed(replace(GET, target="/posts/1"), KEY_ID, RSA, NOW)

    assert holds(cavage, replace(GET, headers=bare))


@pytest.mark.parametrize(
    "digest",
    [
        "UNIX=0",
        "SHA-256=AAAA,SHA-256={right}",
        "SHA-256={right},SHA-256=AAAA",
        "",
        "SHA-256",
    ],
)
def test_every_digest_must_be_right_and_one_understood(digest):
    headers = dict(cavage.signed(POST, KEY_ID, RSA, NOW))
    right = headers["digest"].partition("=")[2]
    headers["digest"] = digest.replace("{right}", right)

    with pytest.raises(BadSignature):
        cavage.claim(replace(POST, headers=headers), NOW)


@pytest.mark.parametrize(
    "header",
    [
        'keyId="a",keyId="b",signature="AA=="',
        'keyId="a"',
        'signature="AA=="',
        'keyId="a",signature="%"',
        "nonsense",
        'keyId="a',
        'keyId="a",signature="AA==",headers="date',
        "," * 100,
        'keyId="a",signature="AA==",' + "x" * 9000,
        'keyId="a",signature="AA==",headers="(created)",created=99999999999999',
    ],
)
def test_what_cannot_be_read_in_one_way_is_refused(header):
    message = replace(POST, headers={**POST.headers, "signature": header})

    with pytest.raises(BadSignature) as refused:
        cavage.claim(message, NOW)

    assert refused.value.status in (400, 401)


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("sig1=()", "sig1=:AA==:"),
        ('sig1=("@method");created=1;created=2;keyid="a"', "sig1=:AA==:"),
        ('sig1=("@method" "@method");created=1', "sig1=:AA==:"),
        ('sig1=("@method"', "sig1=:AA==:"),
        ('sig1=("@method";req);created=1;keyid="a"', "sig1=:AA==:"),
        ('a=("@method");created=1', "b=:AA==:"),
        ('a=("@method"),a=("@path")', "a=:AA==:"),
        ('sig1=("@method" "@target-uri" "content-digest");keyid="a"', "sig1=:AA==:"),
    ],
)
def test_an_input_that_is_odd_is_refused(told, value):
    headers = {**POST.headers, "signature-input": told, "signature": value}

    with pytest.raises(BadSignature):
        rfc9421.claim(replace(POST, headers=headers), NOW)


FIXTURES = os.environ.get("SX_FIXTURES")


@pytest.mark.skipif(not FIXTURES, reason="SX_FIXTURES names no folder: NO VECTORS")
def test_requests_that_another_server_judged_are_judged_alike():
    told = json.loads(
        (Path(FIXTURES) / "vectors/mastodon-http-signatures.json").read_text()
    )
    now = datetime.fromisoformat(told["now"])
    for case in told["cases"]:
        there = urlsplit(case["target_uri"])
        target = there.path + (f"?{there.query}" if there.query else "")
        origin = f"{there.scheme}://{there.netloc}"
        body = (case["body"] or "").encode()
        message = Message(case["method"], target, origin, case["headers"], body)
        family = rfc9421 if "signature-input" in case["headers"] else cavage
        try:
            key = read_public_pem(told["keys"][case["key"]])
            found = family.claim(message, now).holds(key)
        except BadSignature:
            found = False
        assert found == case["valid"], case["name"]
