"""HTTP Message Signatures (RFC 9421), with the digest of RFC 9530.

Only what federation uses is read: components without parameters, one signature
at a time, and at least what makes a request this request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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

_LONGEST = 8192
_LABEL = r"[a-z*][a-z0-9_.*-]*"
_STRING = r'"((?:[^"\\\x00-\x1f\x7f]|\\["\\])*)"'
_PARAMETER = rf";\s*({_LABEL})(?:=(?:{_STRING}|(-?\d{{1,15}})|(\?[01])))?"
_INPUT = re.compile(
    rf'\s*({_LABEL})=(\(\s*((?:"[^"\\;()]*"\s*)*)\)((?:{_PARAMETER})*))\s*(?:,|$)'
)
_EACH_PARAMETER = re.compile(_PARAMETER)
_BYTES = re.compile(rf"\s*({_LABEL})=:([A-Za-z0-9+/=]*):\s*(?:,|$)")
_COMPONENTS = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class _Input:
    """What one signature says of itself; ``text`` as it stood, for the base."""

    text: str
    components: tuple[str, ...]
    parameters: Mapping[str, str]


def claim(message: Message, now: datetime) -> Claim:
    """Who signed ``message``, by their own account; or BadSignature."""
    inputs = dict(_inputs(message.headers.get("signature-input", "")))
    values = dict(_values(message.headers.get("signature", "")))
    label = next((each for each in inputs if each in values), None)
    if label is None:
        raise BadSignature("no signature has both an input and a value")
    told = inputs[label]
    _check_covered(message, told.components)
    _check_times(told.parameters, now)
    if "content-digest" in told.components:
        _check_digest(message)
    if not told.parameters.get("keyid"):
        raise BadSignature("the signature names no key")
    return Claim(
        key_id=told.parameters["keyid"],
        texts=(_base(message, told),),
        signature=values[label],
        algorithm=told.parameters.get("alg"),
    )


def signed(
    message: Message, key_id: str, key: PrivateKey, now: datetime, algorithm: str
) -> dict[str, str]:
    """The headers that sign ``message``; ``algorithm`` is the key's."""
    headers = dict(message.headers)
    components = ["@method", "@target-uri"]
    if message.body:
        headers["content-digest"] = f"sha-256=:{to_base64(digest(message.body))}:"
        components.append("content-digest")
    components += [name for name in COVERED_TOO if name in headers]
    listed = " ".join(f'"{each}"' for each in components)
    created = int(now.timestamp())
    text = f'({listed});created={created};keyid="{key_id}";alg="{algorithm}"'
    ready = Message(message.method, message.target, message.origin, headers)
    base = _base(ready, _Input(text, tuple(components), {}))
    return {
        **headers,
        "signature-input": f"sig1={text}",
        "signature": f"sig1=:{to_base64(sign(key, base))}:",
    }


# -- reading ------------------------------------------------------------------


def _inputs(header: str) -> Iterator[tuple[str, _Input]]:
    for found in _members(_INPUT, header, "Signature-Input"):
        parameters: dict[str, str] = {}
        for name, text, number, flag in _EACH_PARAMETER.findall(found[4] or ""):
            if name in parameters:
                raise BadSignature(f"the signature has {name} twice", 400)
            parameters[name] = text or number or flag
        components = tuple(_COMPONENTS.findall(found[3]))
        if len(set(components)) != len(components):
            raise BadSignature("the signature covers something twice", 400)
        yield found[1], _Input(found[2], components, parameters)


def _values(header: str) -> Iterator[tuple[str, bytes]]:
    for found in _members(_BYTES, header, "Signature"):
        yield found[1], from_base64(found[2])


def _members(
    pattern: re.Pattern[str], header: str, name: str
) -> Iterator[re.Match[str]]:
    if not header:
        raise BadSignature("this is not signed")
    if len(header) > _LONGEST:
        raise BadSignature("this signature is longer than any")
    at = 0
    seen: set[str] = set()
    while at < len(header):
        found = pattern.match(header, at)
        if found is None or found[1] in seen:
            raise BadSignature(f"the {name} header cannot be read", 400)
        seen.add(found[1])
        yield found
        at = found.end()


def _check_covered(message: Message, components: tuple[str, ...]) -> None:
    if "@method" not in components:
        raise BadSignature("the signature does not cover @method")
    in_parts = {"@authority", "@path"}
    if urlsplit(message.target).query:
        in_parts.add("@query")
    if "@target-uri" not in components and not in_parts <= set(components):
        raise BadSignature("the signature does not cover where the request goes")
    if message.method == "POST" and "content-digest" not in components:
        raise BadSignature("the signature of a POST does not cover content-digest")


def _check_times(parameters: Mapping[str, str], now: datetime) -> None:
    check_time(_instant(parameters, "created"), now)
    if "expires" in parameters and _instant(parameters, "expires") < now:
        raise BadSignature("the signature has expired")


def _instant(parameters: Mapping[str, str], name: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(parameters[name]), UTC)
    except (KeyError, ValueError, OverflowError, OSError) as wrong:
        raise BadSignature(f"the signature has no {name} that is a time") from wrong


def _check_digest(message: Message) -> None:
    given = message.headers.get("content-digest")
    if given is None:
        raise BadSignature("the signature covers a digest that is not there")
    digests = {m[1]: m[2] for m in _members(_BYTES, given, "Content-Digest")}
    if "sha-256" not in digests:
        raise BadSignature("only a sha-256 digest is understood")
    if from_base64(digests["sha-256"]) != digest(message.body):
        raise BadSignature("the digest is not that of the body")


def _base(message: Message, told: _Input) -> bytes:
    lines = [f'"{name}": {_component(message, name)}' for name in told.components]
    return "\n".join([*lines, f'"@signature-params": {told.text}']).encode()


_DERIVED: Mapping[str, Callable[[Message], str]] = {
    "@method": lambda m: m.method,
    "@target-uri": lambda m: m.origin + m.target,
    "@authority": lambda m: urlsplit(m.origin).netloc.lower(),
    "@scheme": lambda m: urlsplit(m.origin).scheme,
    "@request-target": lambda m: m.target,
    "@path": lambda m: urlsplit(m.target).path or "/",
    "@query": lambda m: "?" + urlsplit(m.target).query,
}


def _component(message: Message, name: str) -> str:
    if name in _DERIVED:
        return _DERIVED[name](message)
    if name not in message.headers:
        raise BadSignature(f"the signature covers {name}, which is not there")
    return message.headers[name].strip()
