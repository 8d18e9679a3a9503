"""Proofs on documents: FEP-8b32, cryptosuite ``eddsa-jcs-2022``.

A document with a proof can be believed whoever hands it over.  What is hashed
is the JSON as it was signed, in RFC 8785 form; no JSON-LD is involved, so no
key of the document can hide from the proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from peer.protocol import moment
from peer.protocol.keys import PublicKey
from peer.protocol.multibase import base58btc, read_base58btc
from peer.protocol.signature import verify

SUITE = "eddsa-jcs-2022"
_TYPE, _PURPOSE = "DataIntegrityProof", "assertionMethod"
#: The linked-data signature of Mastodon: no part of what a proof is about.
_OTHER = "signature"


class BadProof(ValueError):
    """A proof that shows nothing, and why."""


def proven(
    document: Mapping[str, Any], method: str, key: Ed25519PrivateKey, now: datetime
) -> dict[str, Any]:
    """``document`` with a proof by the key known as ``method``.

    Its time has no fraction: some write one again before they check, without the
    zeros at its end, and so it would fit nine times out of ten.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    options: dict[str, Any] = {
        "type": _TYPE,
        "cryptosuite": SUITE,
        "verificationMethod": method,
        "proofPurpose": _PURPOSE,
        "created": moment.whole(now),
    }
    if "@context" in bare:
        options = {"@context": bare["@context"], **options}
    value = base58btc(key.sign(_hashed(options, bare)))
    return {**bare, "proof": {**options, "proofValue": value}}


def method_of(document: Mapping[str, Any]) -> str | None:
    """The key that the proof of ``document`` names; None where there is no such proof.

    A proof of another kind is as none: what it says we cannot tell.
    """
    proof = document.get("proof")
    if not isinstance(proof, Mapping) or proof.get("cryptosuite") != SUITE:
        return None
    method = proof.get("verificationMethod")
    return method if isinstance(method, str) and method else None


def check(document: Mapping[str, Any], key: PublicKey, now: datetime) -> None:
    """BadProof, unless ``key`` made the proof on ``document`` and it still stands."""
    proof = document.get("proof")
    if method_of(document) is None or not isinstance(proof, Mapping):
        raise BadProof("there is no proof of a kind that is understood")
    if proof.get("type") != _TYPE or proof.get("proofPurpose") != _PURPOSE:
        raise BadProof("the proof is not an assertion")
    if not isinstance(key, Ed25519PublicKey):
        raise BadProof(f"{SUITE} takes an Ed25519 key")
    _check_times(proof, now)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    bare = {n: v for n, v in document.items() if n not in ("proof", _OTHER)}
    hashed = _hashed(options, _in_context(bare, options))
    if not verify(key, _value(proof), hashed):
        raise BadProof("the proof does not fit the document")


def _check_times(proof: Mapping[str, Any], now: datetime) -> None:
    expires = proof.get("expires")
    if expires is None:
        return
    try:
        over = moment.read(expires) < now
    except (TypeError, ValueError) as wrong:
        raise BadProof("the proof expires at no time that is one") from wrong
    if over:
        raise BadProof("the proof has expired")


def _in_context(
    bare: Mapping[str, Any], options: Mapping[str, Any]
) -> Mapping[str, Any]:
    """``bare`` in the context of the proof, where the proof has one of its own.

    The document's must begin with it: what was added later was not signed.
    """
    if "@context" not in options:
        return bare
    signed, now = _listed(options["@context"]), _listed(bare.get("@context"))
    if now[: len(signed)] != signed:
        raise BadProof("the context of the document is not that of the proof")
    return {**bare, "@context": options["@context"]}


def _listed(context: Any) -> Sequence[Any]:
    return context if isinstance(context, list) else [context]


def _value(proof: Mapping[str, Any]) -> bytes:
    value = proof.get("proofValue")
    if not isinstance(value, str):
        raise BadProof("the proof has no value")
    try:
        return read_base58btc(value)
    except ValueError as wrong:
        raise BadProof("the value of the proof cannot be read") from wrong


def _hashed(options: Mapping[str, Any], bare: Mapping[str, Any]) -> bytes:
    try:
        return b"".join(
            hashlib.sha256(rfc8785.dumps(dict(each))).digest()
            for each in (options, bare)
        )
    except rfc8785.CanonicalizationError as wrong:
        raise BadProof("the document has no canonical form") from wrong
