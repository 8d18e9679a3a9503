"""The declarations and behaviors on disk: read once, at start."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import behaviors
from peer.model import domain
from peer.model.behavior import Behavior, found_in
from peer.model.declaration import DeclarationError, Type, from_toml
from peer.model.domain import Domain


@dataclass(frozen=True, slots=True)
class Written:
    """A type as its file declares it: understood, and as it stands there."""

    type: Type
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folders to look in, the caller's own before the program's."""

    folders: tuple[Path, ...]

    def find(self, name: str) -> Path | None:
        found = (folder / name for folder in self.folders)
        return next((path for path in found if path.exists()), None)

    def names(self, file: str) -> Sequence[str]:
        """The folders on this shelf that hold such a file."""
        found = (path for folder in self.folders for path in folder.glob(f"*/{file}"))
        return sorted({path.parent.name for path in found})


def read_domain(seeds: Shelf, name: str) -> Domain:
    source = seeds.find(f"{name}/domain.toml")
    if source is None:
        known = ", ".join(seeds.names("domain.toml"))
        raise DeclarationError("SX_DOMAIN", f"there is no {name!r}; there are {known}")
    return domain.from_toml(name, source.read_text(), str(source))


def read_types(types: Shelf, folders: Sequence[str]) -> Mapping[str, Written]:
    """The types declared in ``folders``, by name."""
    found: dict[str, Written] = {}
    for folder in folders:
        source = types.find(f"{folder}/type.toml")
        if source is None:
            known = ", ".join(types.names("type.toml"))
            wrong = f"there is no {folder!r}; there are {known}"
            raise DeclarationError("types", wrong)
        written = _understood(source.read_text(), str(source))
        name = written.type.name
        if name.lower() != folder:
            wrong = f"{name!r} should stand in a folder {name.lower()!r}"
            raise DeclarationError("name", wrong, str(source))
        found[name] = written
    return found


@lru_cache(maxsize=256)
def _understood(text: str, where: str) -> Written:
    """A process may put a peer together more than once: most of it is parsing these."""
    return Written(*from_toml(text, where))


def all_behaviors() -> Sequence[Behavior]:
    """Every behavior in ``behaviors/``: being in a file there is all it takes."""
    names = sorted(module.name for module in pkgutil.iter_modules(behaviors.__path__))
    return found_in(importlib.import_module(f"behaviors.{name}") for name in names)
