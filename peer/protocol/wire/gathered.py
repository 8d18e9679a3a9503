"""A collection, or a page of one, as another server tells it.

Whoever follows ``next`` has to count: some collections never end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peer.protocol.wire.loose import (
    Ref,
    Unreadable,
    address,
    first,
    ids,
    number,
    ref,
    refs,
)
from peer.protocol.wire.names import type_of
from peer.protocol.wire.said import own_id
from peer.protocol.wire.words import check_words

_TYPES = frozenset(
    f"{ordered}Collection{page}" for ordered in ("", "Ordered") for page in ("", "Page")
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Some of a collection: its first page may be named, or brought along."""

    id: str | None
    type: str
    total: int | None
    items: tuple[Ref, ...]
    first: Ref | None
    next: str | None
    part_of: str | None
    attributed: tuple[str, ...]

    @property
    def is_hidden(self) -> bool:
        """Only how many there are is told, if that."""
        return not self.items and self.first is None and self.next is None


def read(document: Any) -> Gathered:
    """The collection that ``document`` is; Unreadable where it is none."""
    if type(document) is not dict:
        raise Unreadable("this is not a JSON object")
    check_words(document)
    kind = type_of(document)
    if kind not in _TYPES:
        raise Unreadable("this is not a collection")
    return Gathered(
        id=own_id(document),
        type=kind,
        total=number(document.get("totalItems")),
        items=refs(first(document, "orderedItems", "items")),
        first=ref(document.get("first")),
        next=address(ref(document.get("next"))),
        part_of=address(ref(document.get("partOf"))),
        attributed=ids(document.get("attributedTo")),
    )
