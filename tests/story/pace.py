"""How a crowd gets on: how long its answers take, and whether it is stuck.

Whoever waits may wait as long as anybody gets anywhere, so that a slow machine is not
taken for a peer that does not answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from time import monotonic

PATIENCE = 600.0  # seconds in which nobody has got anywhere


@dataclass
class Pace:
    _took: defaultdict[str, list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _last: float = field(default_factory=monotonic)

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """Note how long ``what`` takes, if it comes to an end."""
        begin = monotonic()
        yield
        self._took[what].append(monotonic() - begin)

    def moved(self) -> None:
        """Somebody has got further."""
        self._last = monotonic()

    def check(self, what: str) -> None:
        """Fail if nobody has got anywhere for long; ``what`` is what is waited for."""
        stuck = monotonic() - self._last
        assert stuck < PATIENCE, f"nobody got anywhere for {stuck:.0f} s: {what}"

    def lines(self) -> Iterator[str]:
        """How long it took, a line for each kind of answer."""
        for what, took in self._took.items():
            cuts = (
                quantiles(took, n=100, method="inclusive")
                if len(took) > 1
                else took * 99
            )
            yield (
                f"{what}: {len(took)} of them, p50 {cuts[49]:.3f} s,"
                f" p99 {cuts[98]:.3f} s, at most {max(took):.3f} s"
            )
