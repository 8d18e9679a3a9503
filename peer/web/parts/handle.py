"""By what name a new actor is mentioned and followed: what was typed, and why not.

Whoever leaves it empty is called by the title, as everything else is addressed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from peer.model.declaration import Type
from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node import handles

FIELD = "handle"
_LONGEST = 40
_HANDLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
#: What stands at the end of an address for something else.
_TAKEN = ("new", "find")


@dataclass(frozen=True, slots=True)
class Handle:
    """``told`` is what is asked for; ``problem`` a sentence where it cannot be."""

    told: str
    host: str
    problem: str = ""

    @property
    def problems(self) -> dict[str, str]:
        return {FIELD: self.problem} if self.problem else {}


def handle_of(
    told: str, kind: Type, lexicon: Lexicon, base: str, read: Read
) -> Handle | None:
    """The handle that is ``told`` for a new ``kind``; None for what is no actor."""
    if not lexicon.is_actor(kind.name):
        return None
    host = urlsplit(base).netloc
    name = told.strip().removeprefix("@").removesuffix(f"@{host}").lower()
    problem = _wrong(name) if name else ""
    if name and not problem and _is_taken(name, kind, lexicon, base, read):
        problem = f"@{name} is somebody here already: choose another handle."
    return Handle(name, host, problem)


def _wrong(name: str) -> str:
    if len(name) > _LONGEST:
        return f"A handle has at most {_LONGEST} characters."
    if not _HANDLE.fullmatch(name) or name in _TAKEN:
        return "A handle is made of letters a to z, digits, and hyphens between them."
    return ""


def _is_taken(name: str, kind: Type, lexicon: Lexicon, base: str, read: Read) -> bool:
    """Was it ever given, or is there something at its address?"""
    return (
        handles.find(read, name) is not None
        or read.get(f"{base}/{kind.path}/{name}") is not None
        or handles.unsettled(read, name, base, lexicon) is not None
    )
