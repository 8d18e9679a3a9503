"""Copies: from one store into another, and to and from a file that neither minds.

The file is lines of JSON: what it is, then ``[table, row]`` each, then how many
rows there are of each table, so that one which was cut off is not believed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from store import open_store
from store.connection import Row
from store.interface import Store, Unreadable

_TOGETHER = 500
_HEADER = {"sx-store": 1}
_SQLITE = b"SQLite format 3\0"

Rows = AsyncIterator[tuple[str, Row]]


async def pour(source: Store, target: Store) -> Mapping[str, int]:
    """Copy all of ``source`` into the empty ``target``; how many rows of what."""
    return await _poured(source.everything(), target)


async def restore(path: Path, target: Store) -> Mapping[str, int]:
    """Take what ``backup`` wrote, of either kind of store, into an empty one."""
    if not path.is_file():
        raise Unreadable(f"there is no file {path}")
    with path.open("rb") as file:
        start = file.read(len(_SQLITE))
    if start != _SQLITE:
        return await _poured(read_lines(path), target)
    with TemporaryDirectory(prefix="sx-restore-") as folder:
        copy = shutil.copy(path, folder)  # it will be migrated: the backup stays
        async with open_store(f"sqlite:///{copy}") as source:
            return await pour(source, target)


async def _poured(rows: Rows, target: Store) -> Mapping[str, int]:
    if any((await _rows_of(target)).values()):
        raise Unreadable("there is something in that store: a copy needs an empty one")
    copied: Counter[str] = Counter()
    async for table, some in _together(rows):
        await target.fill(table, some)
        copied[table] += len(some)
    there = await _rows_of(target)
    if copied != Counter(there):
        raise Unreadable(f"of {dict(copied)} rows {dict(there)} have arrived")
    return there


async def _rows_of(store: Store) -> Mapping[str, int]:
    told: Mapping[str, int] = (await store.describe())["rows"]
    return told


async def _together(rows: Rows) -> AsyncIterator[tuple[str, list[Row]]]:
    """Rows of one table at a time, some hundreds together."""
    of, some = "", list[Row]()
    async for table, row in rows:
        if some and (table != of or len(some) == _TOGETHER):
            yield of, some
            some = []
        of = table
        some.append(row)
    if some:
        yield of, some


# -- files -------------------------------------------------------------------------


async def write_lines(rows: Rows, to: Path) -> None:
    """``rows`` as a file that is there whole or not at all."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        part.touch(mode=0o600)
        with part.open("wb") as file:
            file.write(orjson.dumps(_HEADER) + b"\n")
            written: Counter[str] = Counter()
            async for table, row in rows:
                file.write(orjson.dumps([table, row]) + b"\n")
                written[table] += 1
            file.write(orjson.dumps({"rows": written}) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    except OSError as error:
        raise Unreadable(f"{to} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


async def read_lines(path: Path) -> Rows:
    """The rows in a file that :func:`write_lines` wrote; Unreadable for any other."""
    await asyncio.to_thread(_check_whole, path)
    for line in _lines(path):
        if isinstance(line, list):
            table, row = line
            yield table, tuple(row)


def _check_whole(path: Path) -> None:
    found: Counter[str] = Counter()
    last: Any = None
    for number, line in enumerate(_lines(path)):
        if number == 0 and line != _HEADER:
            raise Unreadable(f"{path} is not a copy of a store")
        if isinstance(line, list):
            found[line[0]] += 1
        last = line
    if not isinstance(last, dict) or last.get("rows") != found:
        raise Unreadable(f"{path} is not whole: its end is missing")


def _lines(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        for line in file:
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as wrong:
                raise Unreadable(f"{path} is not a copy of a store") from wrong
