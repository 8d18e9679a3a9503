"""The peers of the story, with a wire between each two of them that may be cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.federation.ways import Way

#: Several shops may sell for one event, and a post may be on several calendars.
DOMAINS = {
    "blog": "blog",
    "events": "events",
    "events2": "events",
    "shop": "shop",
    "shop2": "shop",
    "shop3": "shop",
}
_INNER = "-inner"


@dataclass(frozen=True, slots=True)
class Wired(Way):
    """``doors`` are the ports that others know; ``ports`` are behind them."""

    doors: Mapping[str, int] = field(default_factory=dict)

    def base(self, name: str) -> str:
        return f"http://{name}.localhost:{self.doors[name]}"


def names() -> list[str]:
    """What ports are needed for."""
    return [*DOMAINS, *(name + _INNER for name in DOMAINS)]


def split(ports: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Of the ports with those names: the doors, and what is behind them."""
    doors = {name: ports[name] for name in DOMAINS}
    return doors, {name: ports[name + _INNER] for name in DOMAINS}


def known(way: Way, name: str) -> dict[str, str]:
    """Which peers ``name`` is told of: its cooperative, by role."""
    roles = {role: way.base(role) for role in ("blog", "events", "shop")}
    return {**roles, DOMAINS[name]: way.base(name)}
