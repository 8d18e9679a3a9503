"""Where a page ends, as text that only we can have written."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import orjson

from peer.model.query import BadCursor

_SEAL = 4  # bytes: enough to tell a cursor of ours from one that was mangled


def write(*place: str | int | bool | None) -> str:
    told = orjson.dumps(place)
    return base64.urlsafe_b64encode(_seal(told) + told).decode().rstrip("=")


def read(text: str) -> list[Any]:
    """The place that :func:`write` was given; BadCursor for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
        place: list[Any] = orjson.loads(raw[_SEAL:])
        ours = text == write(*place) and b"\\u0000" not in raw
    except (ValueError, TypeError) as wrong:
        raise BadCursor("this is not the address of a page") from wrong
    if not ours:
        raise BadCursor("this is not the address of a page")
    return place


def _seal(told: bytes) -> bytes:
    return hashlib.blake2b(told, digest_size=_SEAL, person=b"cursor").digest()
