"""HTTP caching (RFC 9111) of what was fetched, as a cache of one reader's own.

What one actor was shown is not shown to another: keys are of both, reader and URL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

from peer.model.reading import Read
from peer.node.records import digest
from peer.protocol.moment import wire
from store.interface import Transaction

_SPACE = "fetched"
_LONGEST_FRESH = timedelta(days=1)
_KEPT = timedelta(days=7)
_DIRECTIVE = re.compile(r'([a-z-]+)(?:="?([^",]*)"?)?', re.I)
_ALWAYS = "0"  # sorts before every moment


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it stood at ``url``, which may be said again before ``until``."""

    url: str
    document: Mapping[str, Any]
    until: str
    etag: str = ""
    modified: str = ""

    @classmethod
    def of(
        cls,
        url: str,
        document: Mapping[str, Any],
        headers: Mapping[str, str],
        now: datetime,
    ) -> Self | None:
        """None where it may not be kept, or it would be of no use."""
        told = directives(headers.get("Cache-Control", ""))
        if "no-store" in told or headers.get("Vary", "").strip() == "*":
            return None
        fresh = _lifetime(told, headers, now)
        kept = cls(
            url,
            document,
            wire(now + fresh) if fresh else _ALWAYS,
            _line(headers.get("ETag", "")),
            _line(headers.get("Last-Modified", "")),
        )
        return kept if fresh or kept.questions else None

    def is_fresh(self, now: datetime) -> bool:
        return wire(now) < self.until

    def again(self, headers: Mapping[str, str], now: datetime) -> Self:
        """The same, once it was said to stand as it did (304)."""
        fresh = _lifetime(directives(headers.get("Cache-Control", "")), headers, now)
        return replace(self, until=wire(now + fresh) if fresh else _ALWAYS)

    @property
    def questions(self) -> Mapping[str, str]:
        """Headers that ask whether it still stands as it did."""
        asked = {"if-none-match": self.etag, "if-modified-since": self.modified}
        return {name: value for name, value in asked.items() if value}


def recall(read: Read, reader: str, url: str, now: datetime) -> Kept | None:
    told = read.recall(_SPACE, digest(f"{reader} {url}"), now=wire(now))
    return Kept(**told) if told else None


def keep(tx: Transaction, reader: str, url: str, kept: Kept, now: datetime) -> None:
    expires = wire(now + (_KEPT if kept.questions else _LONGEST_FRESH))
    tx.keep(_SPACE, digest(f"{reader} {url}"), asdict(kept), expires=expires)


def directives(text: str) -> Mapping[str, str]:
    """What a Cache-Control says, by name.

    >>> directives('private, max-age="60"')
    {'private': '', 'max-age': '60'}
    """
    return {name.lower(): value for name, value in _DIRECTIVE.findall(text[:1000])}


def _lifetime(
    told: Mapping[str, str], headers: Mapping[str, str], now: datetime
) -> timedelta:
    """For how long it is fresh.  Where nothing is said, nothing is guessed."""
    if "no-cache" in told:
        return timedelta()
    if "max-age" in told:
        age = headers.get("Age", "")
        seconds = float(_seconds(told["max-age"]) - _seconds(age))
    else:
        seconds = _seconds_until(headers.get("Expires", ""), now)
    return max(timedelta(), min(timedelta(seconds=seconds), _LONGEST_FRESH))


def _line(text: str) -> str:
    """What can be said back to them, or nothing."""
    return text if re.fullmatch(r"[ -~]{1,200}", text) else ""


def _seconds(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else 0


def _seconds_until(date: str, now: datetime) -> float:
    try:
        then = parsedate_to_datetime(date)
    except (ValueError, OverflowError, IndexError):
        return 0.0
    return (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp() - (
        now.timestamp()
    )
