"""The menus at the top of every page: of the cooperative, and of this peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peer.model.domain import Domain
from peer.model.lexicon import Lexicon

#: By what a peer does: what its door is called, and where that is.
_DOORS = {
    "blog": ("Journal", "/"),
    "events": ("Events", "/calendars"),
    "shop": ("Shop", "/"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    href: str
    current: bool


def menu(domain: Domain, lexicon: Lexicon, here: str) -> Sequence[Entry]:
    kinds = [lexicon.types[name] for name in domain.menu if name in lexicon.types]
    return [
        Entry(kind.plural, f"/{kind.path}", _is_in(here, f"/{kind.path}"))
        for kind in kinds
    ]


def doors(peers: Mapping[str, str], base: str) -> Sequence[Entry]:
    """The peers of one cooperative, this one among them; nothing where it is alone."""
    found = [
        Entry(label, peers[role] + door, peers[role] == base)
        for role, (label, door) in _DOORS.items()
        if role in peers
    ]
    return found if len(found) > 1 else ()


def _is_in(here: str, home: str) -> bool:
    return here == home or here.startswith(f"{home}/")
