"""What others may know of whom a document is for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer.protocol.terms import PUBLIC
from peer.protocol.wire.loose import ids

_OPEN, _BLIND = ("to", "cc", "audience"), ("bto", "bcc")


def sent(document: Mapping[str, Any]) -> dict[str, Any]:
    """``document`` as others get it: without who else got it in secret."""
    told = {name: value for name, value in document.items() if name not in _BLIND}
    inside = told.get("object")
    if isinstance(inside, Mapping):
        told["object"] = sent(inside)
    elif isinstance(inside, list):
        told["object"] = [sent(o) if isinstance(o, Mapping) else o for o in inside]
    return told


def is_public(document: Mapping[str, Any]) -> bool:
    """May everybody see it?  In ``to``, or, for Mastodon not listed, in ``cc``."""
    return any(PUBLIC in ids(document.get(name)) for name in _OPEN)
