"""What was decided here about others, by whom and why: kept, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from peer.model.reading import Read
from peer.node.records import digest
from peer.protocol.moment import wire
from store.interface import Transaction

_SPACE = "audit"
_END_OF_TIME = 10**14  # milliseconds; taken from it, the newest comes first by key


@dataclass(frozen=True, slots=True)
class Decision:
    """``did`` is a verb (``block``, ``dismiss``…), ``what`` an IRI or a domain."""

    by: str
    did: str
    what: str
    why: str
    at: str


def note(
    tx: Transaction, by: str, did: str, what: str, why: str, now: datetime
) -> None:
    decision = Decision(by, did, what, why, wire(now))
    tx.keep(_SPACE, _key(decision, now), asdict(decision))


def _key(decision: Decision, now: datetime) -> str:
    left = _END_OF_TIME - int(now.timestamp() * 1000)
    return f"{left:014d}-{digest(repr(decision))[:12]}"


def decisions(
    read: Read, *, after: str = "", limit: int = 50
) -> tuple[Sequence[Decision], str]:
    """The newest first, and what to give as ``after`` for those before them."""
    kept = read.recall_all(_SPACE, after=after, limit=limit + 1)
    more = kept[limit - 1][0] if len(kept) > limit else ""
    return [Decision(**told) for _, told in kept[:limit]], more
