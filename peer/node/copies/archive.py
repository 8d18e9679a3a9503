"""Archives: what a peer would show or say of itself, as JSON lines and pictures.

No keys, passwords or sessions are in one.  It is read by playing its log again,
which gives everything else; what it says there is, is then compared.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from peer.config import Config
from peer.model.reading import Entry
from peer.node.copies.backup import pictures
from peer.node.copies.bundle import (
    BadBundle,
    Step,
    bench_for,
    check_label,
    label,
    pack,
    unpack,
)
from peer.node.node import assembled
from peer.node.replay import play
from peer.protocol.thing import Activity
from store import open_store
from store.interface import Store, Transaction

_FORMAT = "sx-archive 1"
_THINGS, _EDGES, _LOG, _RECORDS = (
    f"{name}.jsonl" for name in ("things", "edges", "log", "records")
)

#: The records that are taken along, and what is left out of them.
_TAKEN: Mapping[str, tuple[str, ...]] = {
    "account": ("password",),
    "email": (),
    "declared": (),
}


@dataclass(frozen=True, slots=True)
class Counted:
    things: int
    edges: int
    activities: int
    records: int
    pictures: int


async def export(config: Config, to: Path, now: str, step: Step) -> Counted:
    """Write an archive of the peer, which may be serving."""
    with bench_for(to) as folder:
        async with open_store(config.database_url) as store:
            counted = await _write(store, folder)
        made = {path.name: path for path in sorted(folder.iterdir())}
        shown = pictures(config.var)
        pack(to, label(_FORMAT, config, now), {**made, **shown}, step)
    return Counted(**counted, pictures=len(shown))


async def _write(store: Store, folder: Path) -> Mapping[str, int]:
    return {
        "things": await _lines(folder / _THINGS, _documents(store.things())),
        "edges": await _lines(folder / _EDGES, _documents(store.every_edge())),
        "activities": await _lines(folder / _LOG, _entries(store.every_entry())),
        "records": await _lines(folder / _RECORDS, _records(store)),
    }


async def _lines(path: Path, documents: AsyncIterator[Mapping[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        async for document in documents:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
            count += 1
    return count


async def _documents(stream: AsyncIterator[Any]) -> AsyncIterator[Mapping[str, Any]]:
    async for each in stream:
        yield each.document()


async def _entries(stream: AsyncIterator[Entry]) -> AsyncIterator[Mapping[str, Any]]:
    async for entry in stream:
        yield {"seq": entry.seq, **entry.activity.document()}


async def _records(store: Store) -> AsyncIterator[Mapping[str, Any]]:
    async for space, key, document in store.every_record():
        if space in _TAKEN:
            told = {k: v for k, v in document.items() if k not in _TAKEN[space]}
            yield {"space": space, "key": key, "document": told}


# -- and back ----------------------------------------------------------------------


async def bring_in(config: Config, source: Path, step: Step) -> Counted:
    """Make the peer that ``source`` tells of, where there is none yet."""
    if pictures(config.var):
        raise BadBundle(f"there are pictures in {config.var} already: nothing was done")
    with TemporaryDirectory(dir=config.var, prefix=".sx-import-") as temporary:
        folder = Path(temporary)
        check_label(unpack(source, folder, step), _FORMAT, config, source)
        async with open_store(config.database_url) as store:
            counted = await _play(config, store, folder)
        media = folder / "media"
        count = len(pictures(folder))
        if count:
            media.rename(config.var / media.name)
    return Counted(**counted, pictures=count)


async def _play(config: Config, store: Store, folder: Path) -> Mapping[str, int]:
    if any((await store.describe())["rows"].values()):
        raise BadBundle("there is something in that store: nothing was done")
    count = await play(assembled(config, store), _told_entries(folder / _LOG), store)
    records = list(_read(folder / _RECORDS))
    await store.transact(lambda tx: _keep(tx, records))
    return {
        "things": await _same(folder / _THINGS, _documents(store.things())),
        "edges": await _same(folder / _EDGES, _documents(store.every_edge())),
        "activities": count,
        "records": len(records),
    }


def _keep(tx: Transaction, records: list[Mapping[str, Any]]) -> None:
    for told in records:
        tx.keep(told["space"], told["key"], told["document"])


def _read(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


async def _told_entries(path: Path) -> AsyncIterator[Entry]:
    for told in _read(path):
        activity = {key: value for key, value in told.items() if key != "seq"}
        yield Entry(told["seq"], Activity.of(activity))


async def _same(path: Path, there: AsyncIterator[Mapping[str, Any]]) -> int:
    """How many there are; BadBundle where they are not those of the archive."""
    told = {each["id"]: each for each in _read(path)}
    found = {each["id"]: each async for each in there}
    different = [id for id in {*told, *found} if told.get(id) != found.get(id)]
    if different:
        raise BadBundle(
            f"its log gives something else than its {path.stem} for {min(different)}"
        )
    return len(found)
