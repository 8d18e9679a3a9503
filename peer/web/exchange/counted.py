"""How often a page asks the store: what its budget of queries is held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from peer.model.reading import Read


@dataclass(slots=True)
class Counted:
    """Passes questions on to a Read, and counts them."""

    count: int = 0

    def of(self, read: Read) -> Read:
        self.count = 0  # a query may be begun again
        return cast(Read, _Counting(read, self))


@dataclass(frozen=True, slots=True)
class _Counting:
    _read: Read
    _counted: Counted

    def __getattr__(self, name: str) -> Callable[..., Any]:
        ask = getattr(self._read, name)

        def counted(*args: Any, **told: Any) -> Any:
            self._counted.count += 1
            return ask(*args, **told)

        return counted
