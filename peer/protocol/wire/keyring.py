"""The keys that a document publishes, in each of the ways that this is done.

One ``publicKey`` or a list of them, Multikeys under ``assertionMethod``, a key
that is a document of its own, or only the ids of such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peer.protocol.keys import PublicKey, read_multikey, read_public_pem
from peer.protocol.wire.loose import Document, address, first, id_of, listed

SIGNING, PROVING = "publicKey", "assertionMethod"
#: As many as Mastodon looks at.
MOST_KEYS = 10
_LONGEST = 8192


@dataclass(frozen=True, slots=True)
class Published:
    """A key as it is told; without ``material`` it is only named."""

    id: str
    owner: str | None = None
    pem: str | None = None
    multibase: str | None = None

    @property
    def is_told(self) -> bool:
        return self.pem is not None or self.multibase is not None

    def key(self) -> PublicKey:
        """The key; ValueError where it is none that we take."""
        if self.multibase is not None:
            return read_multikey(self.multibase)
        return read_public_pem(_tidy(self.pem or ""))


def published(document: Document, *places: str) -> tuple[Published, ...]:
    """The keys under ``places`` of ``document``."""
    return tuple(
        key
        for place in places
        for told in listed(document.get(place))[:MOST_KEYS]
        if (key := told_key(told))
    )


def told_key(told: Any) -> Published | None:
    """The key that ``told`` is or names."""
    id = id_of(told)
    if id is None:
        return None
    if type(told) is not dict:
        return Published(id)
    return Published(
        id=id,
        owner=address(first(told, "owner", "controller")),
        pem=_material(told.get("publicKeyPem")),
        multibase=_material(told.get("publicKeyMultibase")),
    )


def _material(told: Any) -> str | None:
    return told if type(told) is str and 0 < len(told) <= _LONGEST else None


def _tidy(pem: str) -> str:
    """Mbin ends its lines as Windows does, and some leave spaces after them."""
    return "\n".join(line.strip() for line in pem.strip().splitlines())
