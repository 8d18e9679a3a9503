"""Asking a peer whether it is there, without anything but the standard library.

``sx up`` and health checks run often and start in an instant: no client is loaded.
"""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from peer.config import Config

_PATIENCE = 3.0
_LARGEST = 2**20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer said to a GET: its status, what time it thinks it is, and what."""

    status: int
    date: datetime | None
    body: bytes = b""


def ask_here(config: Config, path: str) -> Answer:
    """Ask the peer of ``config`` where it listens; OSError where it does not."""
    host, port = config.listen
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=_PATIENCE)
    return _answer(connection, path, urlsplit(config.base).netloc)


def ask(base: str, path: str, accept: str = "*/*") -> Answer:
    """Ask the peer at ``base``.  What is under .localhost is this machine."""
    parts = urlsplit(base)
    host = parts.hostname or ""
    here = "127.0.0.1" if host.endswith(".localhost") else host
    kind = http.client.HTTPSConnection
    if parts.scheme == "http":
        kind = http.client.HTTPConnection  # type: ignore[assignment]
    connection = kind(here, parts.port, timeout=_PATIENCE)
    return _answer(connection, path, parts.netloc, accept)


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _answer(
    connection: http.client.HTTPConnection, path: str, host: str, accept: str = "*/*"
) -> Answer:
    try:
        connection.request("GET", path, headers={"Host": host, "Accept": accept})
        response = connection.getresponse()
        told = response.getheader("Date")
        date = parsedate_to_datetime(told) if told else None
        return Answer(response.status, date, response.read(_LARGEST))
    except http.client.HTTPException as wrong:
        raise OSError(f"no HTTP: {type(wrong).__name__}") from wrong
    finally:
        connection.close()
