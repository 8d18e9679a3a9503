"""HTTP signatures as most of the fediverse writes them (draft-cavage-12).

Stricter than the draft where it left room for harm: what must be covered is
said here, not by the sender; ``hs2019`` means what everybody means by it (the
key's own algorithm, with SHA-256).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from urllib.parse import urlsplit

from peer.protocol.keys import PrivateKey
from peer.protocol.signature import (
    COVERED_TOO,
    BadSignature,
    Claim,
    Message,
    check_time,
    digest,
    from_base64,
    sign,
    to_base64,
)

_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|(\d+))\s*(?:,|$)')
_LONGEST = 8192
_DATES = 256  # one a second


def claim(message: Message, now: datetime) -> Claim:
    """Who signed ``message``, by their own account; or BadSignature.

    Whatever does not need the key is checked here: the time, the digest of the
    body, and that the signature covers what an attacker would want to change.
    """
    told = _parameters(_header(message))
    covered = told.get("headers", _default(told)).lower().split()
    _check_covered(message, covered)
    _check_times(message, told, covered, now)
    if "digest" in covered:
        _check_digest(message)
    return Claim(
        key_id=told["keyid"],
        texts=tuple(_texts(message, told, covered)),
        signature=from_base64(told["signature"]),
        algorithm=told.get("algorithm"),
    )


def signed(
    message: Message, key_id: str, key: PrivateKey, now: datetime
) -> dict[str, str]:
    """The headers that sign ``message`` for the host in its headers."""
    headers = {**message.headers, "date": format_datetime(now.astimezone(UTC), True)}
    covered = ["(request-target)", "host", "date"]
    if message.body:
        headers["digest"] = "SHA-256=" + to_base64(digest(message.body))
        covered += ["digest", "content-type"]
    covered += [name for name in COVERED_TOO if name in headers]
    ready = Message(message.method, message.target, message.origin, headers)
    text = _text(ready, {}, covered, message.target)
    value = ",".join(
        [
            f'keyId="{key_id}"',
            'algorithm="rsa-sha256"',
            f'headers="{" ".join(covered)}"',
            f'signature="{to_base64(sign(key, text))}"',
        ]
    )
    return {**headers, "signature": value}


# -- reading ---------------------------------------------------------------------


def _header(message: Message) -> str:
    value = message.headers.get("signature", "")
    if not value:
        scheme, _, rest = message.headers.get("authorization", "").partition(" ")
        value = rest if scheme.lower() == "signature" else ""
    if not value:
        raise BadSignature("this is not signed")
    if len(value) > _LONGEST:
        raise BadSignature("this signature is longer than any")
    return value


def _parameters(value: str) -> dict[str, str]:
    """The parameters, by name in small letters; each once, or none is believed."""
    told: dict[str, str] = {}
    at = 0
    while at < len(value):
        found = _PARAMETER.match(value, at)
        if found is None:
            raise BadSignature("the Signature header cannot be read", 400)
        name = found[1].lower()
        if name in told:
            raise BadSignature(f"the Signature header has {found[1]} twice", 400)
        told[name] = found[2] if found[2] is not None else found[3]
        at = found.end()
    for name in ("keyid", "signature"):
        if not told.get(name):
            raise BadSignature(f"the Signature header has no {name}")
    return told


def _default(told: Mapping[str, str]) -> str:
    return "(created)" if told.get("algorithm") == "hs2019" else "date"


def _check_covered(message: Message, covered: list[str]) -> None:
    if "(request-target)" not in covered:
        raise BadSignature("the signature does not cover (request-target)")
    if "host" not in covered:
        raise BadSignature("the signature does not cover host")
    if not {"date", "(created)"} & set(covered):
        raise BadSignature("the signature covers neither date nor (created)")
    if message.method == "POST" and "digest" not in covered:
        raise BadSignature("the signature of a POST does not cover digest")


def _check_times(
    message: Message, told: Mapping[str, str], covered: list[str], now: datetime
) -> None:
    if "(created)" in covered:
        check_time(_instant(told, "created"), now)
    elif (date := message.headers.get("date")) is not None:
        check_time(_date(date), now)
    if "expires" in told and _instant(told, "expires") < now:
        raise BadSignature("the signature has expired")


def _instant(told: Mapping[str, str], name: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(told[name]), UTC)
    except (KeyError, ValueError, OverflowError, OSError) as wrong:
        raise BadSignature(f"the signature has no {name} that is a time") from wrong


@lru_cache(_DATES)
def _date(text: str) -> datetime:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, IndexError) as wrong:
        raise BadSignature("the Date header is no date") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_digest(message: Message) -> None:
    """Every SHA-256 that the header gives is that of the body, and there is one."""
    given = message.headers.get("digest")
    if given is None:
        raise BadSignature("the signature covers a digest that is not there")
    named = [part.strip().partition("=") for part in given.split(",")]
    ours = [value for name, _, value in named if name.lower() == "sha-256"]
    if not ours:
        raise BadSignature("only a SHA-256 digest is understood")
    if any(from_base64(value) != digest(message.body) for value in ours):
        raise BadSignature("the digest is not that of the body")


def _texts(
    message: Message, told: Mapping[str, str], covered: list[str]
) -> list[bytes]:
    """What may have been signed: some sign the path with its query, some without."""
    targets = {message.target: None}
    if message.method == "GET":
        targets[urlsplit(message.target).path] = None
    return [_text(message, told, covered, target) for target in targets]


def _text(
    message: Message, told: Mapping[str, str], covered: list[str], target: str
) -> bytes:
    lines = []
    for name in covered:
        if name == "(request-target)":
            value = f"{message.method.lower()} {target}"
        elif name in ("(created)", "(expires)"):
            value = told.get(name[1:-1], "")
        elif name in message.headers:
            value = message.headers[name].strip()
        else:
            raise BadSignature(f"the signature covers {name}, which is not there")
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode()
