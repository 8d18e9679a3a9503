"""What was read in a transaction is still so, until somebody in it writes.

Those who share one mostly ask for the same: who is blocked, which vocabulary it is,
the thing that all of them answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peer.protocol.thing import Thing


@dataclass(slots=True)
class Known:
    """Things by id, records by space and key; None is that there is none."""

    things: dict[str, Thing | None] = field(default_factory=dict)
    records: dict[tuple[str, str], Mapping[str, Any] | None] = field(
        default_factory=dict
    )

    def forget(self) -> None:
        """Something was undone: nobody knows what of it was read before."""
        self.things.clear()
        self.records.clear()
