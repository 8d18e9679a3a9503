"""A tar file that says what is in it: files, and first a manifest of their digests."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from peer import __version__
from peer.config import Config

_MANIFEST = "manifest.json"
_BLOCK = 1 << 20

#: Called with how many more of the bytes are done.
Step = Callable[[int], None]


class BadBundle(ValueError):
    """A file that is not what it should be, and why, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """``told`` is what whoever made it had to say; ``files`` are digests, by name."""

    told: Mapping[str, Any]
    files: Mapping[str, str]


def label(format: str, config: Config, now: str) -> Mapping[str, Any]:
    """What a bundle says of where it is from."""
    return {
        "format": format,
        "program": __version__,
        "made": now,
        "domain": config.domain,
        "base": config.base,
    }


def check_label(bundle: Bundle, format: str, config: Config, source: Path) -> None:
    """BadBundle, unless it is of that format and of the peer of ``config``."""
    if bundle.told.get("format") != format:
        raise BadBundle(f"{source} is another kind of file: it is no {format}")
    if bundle.told["base"] != config.base:
        raise BadBundle(
            f"{source} is of {bundle.told['base']}, and SX_BASE says {config.base}:"
            " its ids would not be found"
        )


@contextmanager
def bench_for(to: Path) -> Iterator[Path]:
    """A folder beside ``to``, to gather in what is to go into it."""
    if to.exists():
        raise BadBundle(f"{to} is there already, and is not overwritten")
    home = to.absolute().parent
    try:
        folder = TemporaryDirectory(dir=home, prefix=".sx-")
    except OSError as wrong:
        raise BadBundle(f"{home} cannot be written to: {wrong.strerror}") from wrong
    with folder as name:
        yield Path(name)


def pack(
    to: Path, told: Mapping[str, Any], files: Mapping[str, Path], step: Step
) -> Bundle:
    """Write ``files`` into ``to``, which is there afterwards whole or not at all."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        bundle = Bundle(told, {name: _digest(path) for name, path in files.items()})
        _write(part, bundle, files, step)
        os.link(part, to)
    except FileExistsError as wrong:
        raise BadBundle(f"{to} is there already, and is not overwritten") from wrong
    except OSError as wrong:
        where = wrong.filename or part
        raise BadBundle(f"{to} cannot be made: {where}: {wrong.strerror}") from wrong
    finally:
        part.unlink(missing_ok=True)
    return bundle


def _write(part: Path, bundle: Bundle, files: Mapping[str, Path], step: Step) -> None:
    # It may hold keys: from its first byte nobody else reads it.
    raw = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(raw, "wb") as file:
        with tarfile.open(fileobj=file, mode="w|") as tar:
            _add_manifest(tar, bundle)
            for name, path in files.items():
                tar.add(path, name, recursive=False, filter=_nobodys)
                step(path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())


def _add_manifest(tar: tarfile.TarFile, bundle: Bundle) -> None:
    content = json.dumps({**bundle.told, "files": bundle.files}, indent=1).encode()
    info = tarfile.TarInfo(_MANIFEST)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _nobodys(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names of who has an account on this machine."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


def unpack(source: Path, folder: Path, step: Step) -> Bundle:
    """Put the files of ``source`` into ``folder``, every one as its digest says."""
    try:
        with tarfile.open(source) as tar:
            bundle = _manifest(tar, source)
            found = {}
            while (info := tar.next()) is not None:
                found[info.name] = _take(tar, info, folder)
                step(info.size)
    except (tarfile.TarError, EOFError) as wrong:
        raise BadBundle(f"{source} is damaged, or another kind of file") from wrong
    except OSError as wrong:
        raise BadBundle(f"{source} cannot be read: {wrong.strerror}") from wrong
    for name, digest in bundle.files.items():
        if found.get(name) != digest:
            raise BadBundle(f"{source} is damaged: {name} is not what it was")
    if unknown := set(found) - set(bundle.files):
        raise BadBundle(f"{source} holds what it does not tell of: {min(unknown)}")
    return bundle


def _manifest(tar: tarfile.TarFile, source: Path) -> Bundle:
    first = tar.next()
    if first is None or first.name != _MANIFEST:
        raise BadBundle(f"{source} was not made by this program")
    content = tar.extractfile(first)
    assert content is not None, "a manifest is a file"
    told = json.loads(content.read())
    return Bundle(told, told.pop("files"))


def _take(tar: tarfile.TarFile, info: tarfile.TarInfo, folder: Path) -> str:
    """Write one file, under no name but one inside ``folder``; its digest."""
    name = PurePosixPath(info.name)
    content = tar.extractfile(info) if info.isfile() else None
    if name.is_absolute() or ".." in name.parts or content is None:
        raise BadBundle(f"{info.name!r} is no name for a file in here")
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as file:
        while block := content.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
