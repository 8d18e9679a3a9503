"""How the text of a setting is read.  Each reader says in a sentence what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from peer.protocol import iri

_HOST = re.compile(r"(?!-)[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")


class BadSetting(ValueError):
    """What is wrong with a value, without the name of the setting."""


def word(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", text):
        raise BadSetting(f"{text!r} is not a name of small letters, digits and dashes")
    return text


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
            raise BadSetting(f"{text!r} is not a whole number")
        if not least <= int(text) <= most:
            raise BadSetting(f"{text} is not from {least} to {most}")
        return int(text)

    return read


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise BadSetting(f"{text!r} is not one of {', '.join(words)}")
        return text

    return read


def some_of(*words: str) -> Callable[[str], tuple[str, ...]]:
    """Several of ``words``, in the order in which they were given, each once."""
    one = one_of(*words)

    def read(text: str) -> tuple[str, ...]:
        found = [one(part) for part in re.split(r"[,\s]+", text.lower()) if part]
        return tuple(dict.fromkeys(found))

    return read


def path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def folder(text: str) -> Path:
    found = path(text)
    if not found.is_dir():
        raise BadSetting(f"there is no folder {str(found)!r}")
    return found


def email(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise BadSetting(f"{text!r} is not an e-mail address")
    return text


def address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not _HOST.fullmatch(host):
        raise BadSetting(f"{text!r} is not <host>:<port>, such as 127.0.0.1:8801")
    return host.strip("[]"), whole(1, 65535)(port)


def addresses(text: str) -> frozenset[str]:
    found = [part for part in re.split(r"[,\s]+", text.lower()) if part]
    for part in found:
        address(part)
    return frozenset(found)


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    found = [part for part in re.split(r"[,\s]+", text) if part]
    try:
        return tuple(ip_network(part) for part in found)
    except ValueError as wrong:
        raise BadSetting(f"{wrong}") from wrong


def origin(text: str) -> str:
    """Scheme, host and, unless it is the usual one, port: what ids begin with."""
    parts = _url(text, "http", "https")
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username:
        raise BadSetting(f"{text!r} says more than scheme, host and port")
    return iri.origin(text)


def database_url(text: str) -> str:
    if text.startswith("sqlite:"):
        if not re.fullmatch(r"sqlite:///[^?#]+", text):
            raise BadSetting("a SQLite store is sqlite:///<path>")
        return f"sqlite:///{path(text.removeprefix('sqlite:///'))}"
    parts = _split(text)
    if parts.scheme not in ("postgresql", "postgres") or len(parts.path) < 2:
        raise BadSetting(
            "it is neither sqlite:///<path> nor postgresql://<host>/<database>"
        )
    return text


def smtp_url(text: str) -> str:
    _url(text, "smtp", "smtps")
    return text


def cache_url(text: str) -> str:
    _url(text, "redis", "rediss")
    return text


def _url(text: str, *schemes: str) -> SplitResult:
    """``text`` in parts.  What was given is not said again: it may hold a password."""
    parts = _split(text)
    if parts.scheme not in schemes or not re.fullmatch(
        r"[\w.:-]+", parts.hostname or ""
    ):
        raise BadSetting(f"it is not {' or '.join(f'{s}://<host>' for s in schemes)}")
    return parts


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as wrong:
        raise BadSetting(f"it is not a URL: {wrong}") from wrong
    return parts
