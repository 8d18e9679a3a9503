"""Content ids: one name for one content, whoever computes it.

A CIDv1 (multiformats) over the RFC 8785 form of a document: base32, the ``json``
codec, SHA-256.  A thing's content is its kind and values; where it lives, who
owns it and when it changed are not part of it.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import rfc8785

from peer.protocol.thing import Thing

_VERSION, _JSON, _SHA2_256 = b"\x01", b"\x80\x04", b"\x12\x20"


def cid(document: Any) -> str:
    digest = hashlib.sha256(rfc8785.dumps(document)).digest()
    raw = _VERSION + _JSON + _SHA2_256 + digest
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def content_id(thing: Thing) -> str:
    return cid({"kind": thing.kind, "values": dict(thing.values)})
