"""The declarations and behaviors on disk: read once, at start."""

from __future__ import annotations

import importlib
import pkgutil
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import behaviors
from peer.model import domain
from peer.model.behavior import Behavior, ClashError, found_in
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
    return domain.from_toml(name, text_of(source), str(source))


def text_of(source: Path) -> str:
    """What stands in a file that people write; DeclarationError where it is no text."""
    try:
        return source.read_text("utf-8")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        where = f"{source}:{line}"
        raise DeclarationError("", "this is not text in UTF-8", where) from wrong
    except OSError as wrong:
        raise DeclarationError("", str(wrong.strerror), str(source)) from wrong


def read_types(
    types: Shelf, folders: Sequence[str], where: str = ""
) -> Mapping[str, Written]:
    """The types declared in ``folders``, by name; ``where`` says who asks for them."""
    found: dict[str, Written] = {}
    for folder in folders:
        source = types.find(f"{folder}/type.toml")
        if source is None:
            known = ", ".join(types.names("type.toml"))
            wrong = f"there is no {folder!r}; there are {known}"
            raise DeclarationError("types", wrong, where)
        written = _understood(text_of(source), str(source))
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
    try:
        return found_in([_behaviors_in(name) for name in names])
    except ClashError as wrong:
        raise DeclarationError("behaviors", str(wrong)) from wrong


def _behaviors_in(name: str) -> ModuleType:
    """A file of behaviors; whatever keeps it from being read is told with its line."""
    try:
        return importlib.import_module(f"behaviors.{name}")
    except Exception as wrong:
        line = _line_in(f"{name}.py", wrong)
        said = f"{type(wrong).__name__}: {wrong}"
        raise DeclarationError("", said, f"behaviors/{name}.py:{line}") from wrong


def _line_in(file: str, wrong: Exception) -> int:
    """The last line of ``file`` that was being read when it went ``wrong``."""
    if isinstance(wrong, SyntaxError) and wrong.lineno is not None:
        return wrong.lineno
    frames = traceback.extract_tb(wrong.__traceback__)
    lines = [each.lineno for each in frames if Path(each.filename).name == file]
    return lines[-1] or 1 if lines else 1
