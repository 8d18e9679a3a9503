"""Refused: what somebody asked for was not done, and why, in words for them."""

from __future__ import annotations

from collections.abc import Mapping

from peer.protocol.thing import Thing


class Refused(Exception):
    """Nothing was changed.  ``problems`` is by term where it is about fields."""

    def __init__(
        self,
        reason: str,
        status: int = 409,
        problems: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.problems = dict(problems or {})


class Conflict(Refused):
    """Somebody else changed the thing in the meantime; ``current`` is theirs."""

    def __init__(self, current: Thing) -> None:
        super().__init__("Somebody else has changed this since you opened it.", 409)
        self.current = current
