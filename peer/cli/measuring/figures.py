"""A measurement, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from peer.cli.tables import table


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; ``beside`` says what it was held against, and how."""

    name: str
    value: float
    unit: str
    beside: str = ""

    def row(self) -> Sequence[str]:
        return (self.name, _shown(self.value), self.unit, self.beside)


def told(figures: Iterable[Figure]) -> str:
    return table([figure.row() for figure in figures])


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    return [asdict(figure) for figure in figures]


def ratio(one: float, other: float, what: str) -> str:
    return f"{one / other:.2f} of {what}"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
