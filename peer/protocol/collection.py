"""Ordered collections and their pages, and telling followers by a digest.

A collection says how many there are and where it begins; one that is hidden says
how many, which Mastodon and GoToSocial take for what it means.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from peer.protocol import moment
from peer.protocol.origin import same, same_origin
from peer.protocol.terms import AS_CONTEXT

Document = dict[str, Any]

_PARAMETER = re.compile(r'\s*(\w+)="([^"]*)"\s*(?:,|$)')


def collection(
    id: str, total: int, first: str | None = None, owner: str | None = None
) -> Document:
    """The collection ``id``; without ``first``, a hidden one."""
    told: Document = {
        "@context": AS_CONTEXT,
        "id": id,
        "type": "OrderedCollection",
        "totalItems": total,
    }
    if owner:
        told["attributedTo"] = owner
    if first:
        told["first"] = first
    return told


def page(
    id: str,
    part_of: str,
    items: Sequence[Any],
    *,
    next: str | None = None,
    prev: str | None = None,
    total: int | None = None,
    context: Any = AS_CONTEXT,
) -> Document:
    """One page of the collection ``part_of``; the last has no ``next``."""
    told: Document = {
        "@context": context,
        "id": id,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
    }
    if total is not None:
        told["totalItems"] = total
    if next:
        told["next"] = next
    if prev:
        told["prev"] = prev
    told["orderedItems"] = list(items)
    return told


def upcoming(events: Iterable[Mapping[str, Any]], now: datetime) -> list[str]:
    """The ids of the events that are not over, the soonest first (FEP-8a8e)."""
    ahead = [event for event in events if _end(event) >= now]
    return [event["id"] for event in sorted(ahead, key=_start)]


def _start(event: Mapping[str, Any]) -> datetime:
    return moment.read(event["startTime"])


def _end(event: Mapping[str, Any]) -> datetime:
    return moment.read(event.get("endTime") or event["startTime"])


# -- FEP-8fcf ----------------------------------------------------------------------


def digest(followers: Iterable[str]) -> str:
    """One number for a set of followers, in whatever order they are told."""
    sum = 0
    for id in set(followers):
        sum ^= int.from_bytes(hashlib.sha256(id.encode()).digest(), "big")
    return f"{sum:064x}"


def on_origin(followers: Iterable[str], origin: str) -> list[str]:
    """Those of ``followers`` whom the server at ``origin`` answers for."""
    return [id for id in followers if same_origin(id, origin)]


def synchronization(collection: str, url: str, digest: str) -> str:
    """The header ``Collection-Synchronization``."""
    return f'collectionId="{collection}", url="{url}", digest="{digest}"'


def differs(header: str, followers: str, known: Iterable[str]) -> str | None:
    """Where to ask who follows, if the ``header`` says that it is not as we know.

    ``followers`` is the sender's collection: a header about any other is ignored,
    and one that would send us to another server as well.
    """
    told = dict(_PARAMETER.findall(header[:8192]))
    url = told.get("url", "")
    if not same(told.get("collectionId"), followers) or not same_origin(url, followers):
        return None
    return url if told.get("digest", "").lower() != digest(known) else None
