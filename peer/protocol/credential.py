"""Tickets that are believed without asking anybody: signed by the desk that sold them.

The same ticket is said three times.  A **code** is short enough to be typed.  A
**token** is what the QR code holds: it fits in a small one, has no character that
a scanner's keyboard could mistake, and says nothing of who has it.  A **document**
is a credential with a proof, for whoever keeps tickets as files.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from peer.protocol import moment, proof
from peer.protocol.keys import PublicKey
from peer.protocol.origin import same_origin
from peer.protocol.signature import verify
from peer.protocol.terms import SX

Document = dict[str, Any]

#: Crockford's: none of I, L, O, U, which are read or heard as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH, _GROUP = 12, 4  # 60 bits

_SIGN, VERSION = "SX", "1"
_DOMAIN = b"sx-ticket-1\0"
_HEAD, _MARK, _SIGNATURE = struct.Struct(">4s8sQHI"), 8, 64
_LONGEST_ORDER = 64
_LONGEST = 320

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
_TYPE = "VerifiableCredential"
_TERMS = ("Seat", "code", "number", "holder", "order", "event", "ticketName")
CONTEXT: list[Any] = [CREDENTIALS, {name: SX + name for name in _TERMS}]


class BadTicket(ValueError):
    """No ticket of theirs, and why, as a sentence for who stands at the door."""


# -- codes -------------------------------------------------------------------------


def code_of(nonce: str, seat: str) -> str:
    """The code of ``seat``, which nobody guesses who does not know the ``nonce``.

    >>> code_of("a secret", "https://shop.example/seats/1-1")
    '93H6-53J8-BTB4'
    """
    made = hmac.digest(nonce.encode(), b"code\0" + seat.encode(), hashlib.sha256)
    return _code(int.from_bytes(made[:8], "big") >> 4)


def read_code(text: str) -> str | None:
    """The code that somebody typed, with or without dashes; None where it is none.

    >>> read_code(" 7k3m q2xd-otvb ")
    '7K3M-Q2XD-0TVB'
    """
    plain = "".join(text.split()).replace("-", "").upper().translate(_MISREAD)
    if len(plain) != _LENGTH or any(each not in ALPHABET for each in plain):
        return None
    return _grouped(plain)


def _code(number: int) -> str:
    digits = (number >> 5 * n & 31 for n in reversed(range(_LENGTH)))
    return _grouped("".join(ALPHABET[digit] for digit in digits))


def _grouped(plain: str) -> str:
    return "-".join(plain[n : n + _GROUP] for n in range(0, _LENGTH, _GROUP))


def _number(code: str) -> int:
    known = read_code(code)
    if known is None:
        raise ValueError(f"{code!r} is no code of a ticket")
    number = 0
    for each in known.replace("-", ""):
        number = number << 5 | ALPHABET.index(each)
    return number


# -- tokens ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """What a token says; ``event`` is the mark of the event, ``issued`` in seconds."""

    order: str  # the last part of its address
    number: int
    code: str
    event: bytes
    issued: int

    @property
    def slug(self) -> str:
        """The last part of the address of the seat."""
        return f"{self.order}-{self.number}"

    def is_for(self, event: str) -> bool:
        return hmac.compare_digest(self.event, mark_of(event))


@dataclass(frozen=True, slots=True)
class Token:
    """A slip and the signature below it, which nobody has looked at yet."""

    slip: Slip
    hint: bytes
    signed: bytes
    signature: bytes

    def may_be_of(self, keys: Mapping[str, PublicKey]) -> bool:
        """Does it name one of ``keys``?  Anybody can write that."""
        known = (key for key in keys.values() if isinstance(key, Ed25519PublicKey))
        return any(_hint(key) == self.hint for key in known)

    def signer(self, keys: Mapping[str, PublicKey]) -> str:
        """The id of the one of ``keys`` that signed it; BadTicket if none did."""
        for id, key in keys.items():
            if not isinstance(key, Ed25519PublicKey) or _hint(key) != self.hint:
                continue
            if verify(key, self.signature, _said(desk_of(id), self.signed)):
                return id
        raise BadTicket("This ticket is not genuine: no shop of this event signed it.")


def mark_of(event: str) -> bytes:
    """So much of the event's address as it takes to tell it from others."""
    return hashlib.sha256(event.encode()).digest()[:_MARK]


def desk_of(key_id: str) -> str:
    """The actor whose key it is."""
    return key_id.partition("#")[0]


def token(slip: Slip, desk: str, key: Ed25519PrivateKey) -> str:
    """``slip`` as a QR code has it, signed by ``desk`` with its ``key``."""
    body = _body(slip, _hint(key.public_key()))
    signature = key.sign(_said(desk, body))
    return _SIGN + VERSION + _base32(body + signature)


def read_token(text: str) -> Token:
    """What a scanner read; BadTicket where that is no token of ours."""
    plain = "".join(text.split()).upper()
    if not plain.startswith(_SIGN) or len(plain) < len(_SIGN) + 1:
        raise BadTicket("This is no ticket of this kind.")
    if plain[len(_SIGN)] != VERSION:
        raise BadTicket("This ticket is of a kind that this door cannot read.")
    content = _read_base32(plain[len(_SIGN) + 1 :])
    body, signature = content[:-_SIGNATURE], content[-_SIGNATURE:]
    if len(body) <= _HEAD.size:
        raise BadTicket("This ticket was not read to its end. Scan it again.")
    hint, mark, code, number, issued = _HEAD.unpack(body[: _HEAD.size])
    slip = Slip(_order(body[_HEAD.size :]), number, "", mark, issued)
    if code >> 60 or not number:
        raise BadTicket("This ticket cannot be read: part of it makes no sense.")
    slip = Slip(slip.order, number, _code(code), mark, issued)
    return Token(slip, hint, body, signature)


def looks_like_token(text: str) -> bool:
    """Longer than any code, and it begins as a token does."""
    plain = "".join(text.split()).upper()
    return plain.startswith(_SIGN) and len(plain) > 2 * _LENGTH


def _body(slip: Slip, hint: bytes) -> bytes:
    order = slip.order.encode("ascii")
    if not 0 < len(order) <= _LONGEST_ORDER or len(slip.event) != _MARK:
        raise ValueError(f"no token can be made of the order {slip.order!r}")
    number = _number(slip.code)
    return _HEAD.pack(hint, slip.event, number, slip.number, slip.issued) + order


def _order(content: bytes) -> str:
    text = content.decode("ascii", "replace")
    if len(content) > _LONGEST_ORDER or not _is_slug(text):
        raise BadTicket("This ticket cannot be read: part of it makes no sense.")
    return text


def _is_slug(text: str) -> bool:
    return text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _said(desk: str, body: bytes) -> bytes:
    return _DOMAIN + desk.encode() + b"\0" + body


def _hint(key: Ed25519PublicKey) -> bytes:
    """Which of several keys it may have been; it proves nothing."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:4]


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")


def _read_base32(text: str) -> bytes:
    """Strictly: one content is written in one way."""
    if len(text) > _LONGEST:
        raise BadTicket("This is longer than any ticket.")
    try:
        content = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as wrong:
        raise BadTicket("This ticket cannot be read. Scan it again.") from wrong
    if _base32(content) != text:
        raise BadTicket("This ticket cannot be read. Scan it again.")
    return content


# -- documents ---------------------------------------------------------------------


def document(
    seat: Mapping[str, Any], method: str, key: Ed25519PrivateKey, issued: datetime
) -> Document:
    """The credential of ``seat``, with a proof by the key known as ``method``.

    ``seat`` is what it says of the place, its ``id`` among it.
    """
    told = {
        "@context": CONTEXT,
        "id": seat["id"],
        "type": [_TYPE, "Seat"],
        "issuer": desk_of(method),
        "validFrom": moment.wire(issued),
        "credentialSubject": {"type": "Seat", **seat},
    }
    return proof.proven(told, method, key, issued)


def is_document(told: Mapping[str, Any]) -> bool:
    """Does it claim to be a ticket?"""
    types = told.get("type")
    return isinstance(types, list) and _TYPE in types and "Seat" in types


def check_document(
    told: Mapping[str, Any], method: str, key: PublicKey, now: datetime
) -> Mapping[str, Any]:
    """What ``told`` says of the seat; BadTicket, unless ``key`` signed it."""
    subject, issuer = told.get("credentialSubject"), told.get("issuer")
    if not is_document(told) or not isinstance(subject, Mapping):
        raise BadTicket("This is no ticket of this kind.")
    if issuer != desk_of(method) or proof.method_of(told) != method:
        raise BadTicket("This ticket is signed by somebody other than who issued it.")
    id = told.get("id")
    if id != subject.get("id") or not same_origin(str(id), str(issuer)):
        raise BadTicket("This ticket is for a place of another shop.")
    try:
        proof.check(told, key, now)
    except proof.BadProof as wrong:
        raise BadTicket(f"This ticket is not genuine: {wrong}.") from wrong
    return subject
