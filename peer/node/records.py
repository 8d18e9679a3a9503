"""What a peer keeps for itself (accounts, sessions, letters…), space by space."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from peer.model.reading import Read

_PAGE = 500


def each(
    read: Read, space: str, prefix: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All that is kept in ``space`` under keys that begin with ``prefix``, by key.

    What has expired may still be among it.
    """
    after = prefix
    while page := read.recall_all(space, after=after, limit=_PAGE):
        for key, document in page:
            if not key.startswith(prefix):
                return
            yield key, document
        after = page[-1][0]


def digest(secret: str) -> str:
    """What is kept of a secret that is only ever shown to us again."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
