"""Signatures as others make and check them, in other people's code: no line of ours.

httpsig builds the strings of draft-cavage.  Its verifier takes a forgery made with
the public key alone, so the verifying is cryptography's.  http-message-signatures
does RFC 9421, and jcs writes what FEP-8b32 hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import based58
import jcs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    MappingKeyResolver,
    algorithms,
)
from multidict import CIMultiDict

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it imports pkg_resources
    from httpsig.utils import generate_message, parse_signature_header

AS2 = "application/activity+json"
PrivateKey = RSAPrivateKey | Ed25519PrivateKey
PublicKey = RSAPublicKey | Ed25519PublicKey


class Unproven(Exception):
    """This shows nothing, and why."""


@dataclass
class Letter:
    """A request, before it is sent or after it has come."""

    method: str
    url: str
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    body: bytes = b""

    @property
    def target(self) -> str:
        parts = urlsplit(self.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")


def now() -> datetime:
    return datetime.now(UTC)


# -- draft-cavage-12 -------------------------------------------------------------

POSTED = ("(request-target)", "host", "date", "digest", "content-type")
READ = ("(request-target)", "host", "date")


def sign_cavage(
    letter: Letter,
    key_id: str,
    key: PrivateKey,
    *,
    covered: Sequence[str] = (),
    algorithm: str = "rsa-sha256",
    date: datetime | None = None,
) -> None:
    """Sign in place; headers that the letter has already are left as they are."""
    headers = letter.headers
    headers.setdefault("Host", urlsplit(letter.url).netloc)
    headers.setdefault("Date", format_datetime(date or now(), usegmt=True))
    if letter.body:
        headers.setdefault("Digest", "SHA-256=" + _digest(letter.body))
        headers.setdefault("Content-Type", AS2)
    covered = covered or (POSTED if letter.body else READ)
    text = generate_message(covered, headers, method=letter.method, path=letter.target)
    told = {"keyId": key_id, "algorithm": algorithm, "headers": " ".join(covered)}
    told["signature"] = base64.b64encode(_sign(key, text)).decode()
    headers["Signature"] = ",".join(f'{n}="{v}"' for n, v in told.items())


def check_cavage(letter: Letter, key: PublicKey, window: timedelta) -> None:
    headers = letter.headers
    told = parse_signature_header(headers["signature"])
    covered = told["headers"].split()
    wanted = POSTED[:4] if letter.body else READ
    if missing := set(wanted) - set(covered):
        raise Unproven(f"{sorted(missing)} is not signed")
    if abs(now() - parsedate_to_datetime(headers["date"])) > window:
        raise Unproven(f"{headers['date']} is not now")
    if letter.body and headers["digest"] != "SHA-256=" + _digest(letter.body):
        raise Unproven("the digest is of something else")
    text = generate_message(covered, headers, method=letter.method, path=letter.target)
    _verify(key, base64.b64decode(told["signature"]), text)


# -- RFC 9421 ----------------------------------------------------------------------

_RSA, _ED25519 = algorithms.RSA_V1_5_SHA256, algorithms.ED25519


def sign_rfc9421(
    letter: Letter,
    key_id: str,
    key: PrivateKey,
    *,
    covered: Sequence[str] = ("@method", "@target-uri"),
    created: datetime | None = None,
    **more: Any,
) -> None:
    letter.headers.setdefault("Host", urlsplit(letter.url).netloc)
    if letter.body:
        letter.headers.setdefault("Content-Type", AS2)
    signer = HTTPMessageSigner(
        signature_algorithm=_RSA if isinstance(key, RSAPrivateKey) else _ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}),
    )
    signer.sign(
        letter,
        key_id=key_id,
        created=created,
        covered_component_ids=covered,
        body=letter.body or None,
        label="sig1",
        **more,
    )


def check_rfc9421(letter: Letter, key: PublicKey, window: timedelta) -> None:
    verifier = HTTPMessageVerifier(
        signature_algorithm=_RSA if isinstance(key, RSAPublicKey) else _ED25519,
        key_resolver=MappingKeyResolver(
            public_keys={key_id_of(letter): key}, private_keys={}
        ),
    )
    try:
        verifier.verify(
            letter,
            max_age=window,
            require_components=("@method", "@target-uri"),
            body=letter.body or None,
        )
    except HTTPMessageSignaturesException as wrong:
        raise Unproven(str(wrong)) from wrong


# -- either ------------------------------------------------------------------------


def key_id_of(letter: Letter) -> str:
    headers = letter.headers
    if "signature" not in headers:
        raise Unproven("this is not signed")
    if "signature-input" in headers:
        found = re.search(r';keyid="([^"]+)"', headers["signature-input"])
        return found[1] if found else ""
    return str(parse_signature_header(headers["signature"])["keyId"])


def dialect_of(letter: Letter) -> str:
    return "rfc9421" if "signature-input" in letter.headers else "cavage"


def check(letter: Letter, key: PublicKey, window: timedelta) -> None:
    judge = check_rfc9421 if dialect_of(letter) == "rfc9421" else check_cavage
    judge(letter, key, window)


def _digest(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _sign(key: PrivateKey, text: bytes) -> bytes:
    if isinstance(key, RSAPrivateKey):
        return key.sign(text, PKCS1v15(), SHA256())
    return key.sign(text)


def _verify(key: PublicKey, signature: bytes, text: bytes) -> None:
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, text, PKCS1v15(), SHA256())
        else:
            key.verify(signature, text)
    except InvalidSignature as wrong:
        raise Unproven("the signature is not of this key") from wrong


# -- FEP-8b32, eddsa-jcs-2022; FEP-521a ------------------------------------------------


def prove(
    document: Mapping[str, Any], method: str, key: Ed25519PrivateKey
) -> dict[str, Any]:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    if "@context" in document:
        options["@context"] = document["@context"]
    value = key.sign(_hashes(options, document))
    return {**document, "proof": {**options, "proofValue": _base58(value)}}


def check_proof(document: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    options = dict(document["proof"])
    value = options.pop("proofValue")
    bare = {name: told for name, told in document.items() if name != "proof"}
    _verify(key, based58.b58decode(value[1:].encode()), _hashes(options, bare))


def multikey(key: Ed25519PublicKey) -> str:
    return _base58(b"\xed\x01" + key.public_bytes_raw())


def read_multikey(text: str) -> Ed25519PublicKey:
    content = based58.b58decode(text[1:].encode())
    if text[0] != "z" or content[:2] != b"\xed\x01":
        raise Unproven("that is no Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(content[2:])


def _hashes(options: Mapping[str, Any], document: Mapping[str, Any]) -> bytes:
    return b"".join(
        hashlib.sha256(jcs.canonicalize(dict(each))).digest()
        for each in (options, document)
    )


def _base58(content: bytes) -> str:
    return "z" + based58.b58encode(content).decode()


# -- keys, as actors show them -----------------------------------------------------


def public_key(actor: Mapping[str, Any], key_id: str) -> PublicKey:
    """The key ``key_id`` of ``actor``, which both name each other."""
    shown = actor.get("publicKey", {})
    if shown.get("id") == key_id:
        if shown.get("owner") != actor["id"]:
            raise Unproven(f"{key_id} is not owned by {actor['id']}")
        key = load_pem_public_key(shown["publicKeyPem"].encode())
        if isinstance(key, RSAPublicKey):
            return key
    return proof_key(actor, key_id)


def proof_key(actor: Mapping[str, Any], method: str) -> Ed25519PublicKey:
    for each in actor.get("assertionMethod", []):
        if each["id"] == method and each["controller"] == actor["id"]:
            return read_multikey(each["publicKeyMultibase"])
    raise Unproven(f"{actor['id']} shows no key {method}")


def digest_of_followers(ids: Sequence[str]) -> str:
    """FEP-8fcf: the digests of all ids, one over the other."""
    sum = bytes(32)
    for id in ids:
        each = hashlib.sha256(id.encode()).digest()
        sum = bytes(a ^ b for a, b in zip(sum, each, strict=True))
    return sum.hex()
