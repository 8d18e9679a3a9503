"""Backups: all that a peer is, secrets too, in one file; and back again.

A copy of either kind of store may be restored into the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from peer.config import Config
from peer.node.copies.bundle import (
    BadBundle,
    Step,
    bench_for,
    check_label,
    label,
    pack,
    unpack,
)
from peer.node.keys import keys_of
from peer.node.sealing import FILE
from store import copying, open_store

_FORMAT = "sx-backup 1"
_STORE, _MEDIA = "store", "media"


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup, counted."""

    made: str
    base: str
    rows: Mapping[str, int]
    pictures: int


async def back_up(config: Config, to: Path, now: str, step: Step) -> Contents:
    """Write a backup of the peer, which may be serving, and read it back."""
    with bench_for(to) as folder:
        copy = folder / _STORE
        async with open_store(config.database_url) as store:
            await store.backup(copy)
        # Pictures are never changed: those that the copy speaks of are all there.
        files = {_STORE: copy, **_seal(config.var), **pictures(config.var)}
        pack(to, label(_FORMAT, config, now), files, step)
    return await rehearse(config, to, step)


def _seal(var: Path) -> Mapping[str, Path]:
    """The key of what is kept sealed in the store, where anything ever was."""
    return {FILE: var / FILE} if (var / FILE).exists() else {}


def pictures(var: Path) -> Mapping[str, Path]:
    """Every uploaded file, by the name that it has in a bundle."""
    found = sorted((var / _MEDIA).rglob("*"))
    return {str(path.relative_to(var)): path for path in found if path.is_file()}


async def rehearse(config: Config, source: Path, step: Step) -> Contents:
    """Restore into a folder that is thrown away: could it be done?"""
    with TemporaryDirectory(prefix="sx-rehearsal-") as folder:
        var = Path(folder) / "var"
        var.mkdir()
        url = f"sqlite:///{var / 'peer.db'}"
        return await restore(replace(config, var=var, database_url=url), source, step)


async def restore(config: Config, source: Path, step: Step) -> Contents:
    """Bring back what ``source`` holds; BadBundle where anything is there already."""
    if pictures(config.var):
        raise BadBundle(f"there are pictures in {config.var} already: nothing was done")
    with TemporaryDirectory(dir=config.var, prefix=".sx-restore-") as folder:
        bundle = unpack(source, Path(folder), step)
        check_label(bundle, _FORMAT, config, source)
        async with open_store(config.database_url) as store:
            rows = await copying.restore(Path(folder) / _STORE, store)
            await store.read(lambda read: keys_of(read, f"{config.base}/actor"))
        count = len(pictures(Path(folder)))
        if count:
            (Path(folder) / _MEDIA).rename(config.var / _MEDIA)
        for name, file in _seal(Path(folder)).items():
            file.chmod(0o600)
            file.replace(config.var / name)
    return Contents(bundle.told["made"], bundle.told["base"], rows, count)
