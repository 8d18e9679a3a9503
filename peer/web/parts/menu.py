"""The menu at the top of every page: what the domain names, where the reader is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from peer.model.domain import Domain
from peer.model.lexicon import Lexicon


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


def _is_in(here: str, home: str) -> bool:
    return here == home or here.startswith(f"{home}/")
