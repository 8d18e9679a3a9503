"""SPARQL, asked in a process of its own: what takes too long there is ended there.

The process is this module, run as a program.  It is told on stdin which store to
read and what is asked, says ``ready`` once it has read the public dataset, and
then has a few seconds to answer.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyoxigraph as ox
from rdflib import Dataset
from rdflib.query import Result

import peer
from peer.model.rdf import quads
from peer.model.sparql import LONGEST, NotAnswered, asked, dataset_over, read_only
from peer.node import vocabulary
from peer.node.linked import dataset
from peer.node.refusal import Refused
from store import open_store

PATIENCE = 5.0
_TO_LOAD = 60.0
_MOST_ROWS = 1000
_LARGEST = 4 * 1024 * 1024
_MEMORY = 2 * 1024 * 1024 * 1024
_READY = b"ready\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """A table, or (of a question that builds a graph) Turtle."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_cut: bool = False
    turtle: str = ""
    result: Any = None  # in the JSON of SPARQL 1.1


async def ask(database_url: str, question: str, patience: float = PATIENCE) -> Answer:
    """What the public dataset answers; Refused where it is not answered, and why."""
    if len(question) > LONGEST:
        raise Refused(f"A question has at most {LONGEST} characters.", 422)
    told = json.dumps({"database_url": database_url, "question": question})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": str(Path(peer.__file__).parents[1])},
        limit=_LARGEST,
    )
    try:
        return _understood(await _conversation(process, told.encode(), patience))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _conversation(
    process: asyncio.subprocess.Process, told: bytes, patience: float
) -> bytes:
    assert process.stdin and process.stdout, "both are pipes"
    process.stdin.write(told)
    process.stdin.close()
    first = await _line(process.stdout, _TO_LOAD)
    return await _line(process.stdout, patience) if first == _READY else first


async def _line(source: asyncio.StreamReader, patience: float) -> bytes:
    try:
        async with asyncio.timeout(patience):
            return await source.readline()
    except TimeoutError:
        late = f"This took longer than {patience:g} seconds, so it was ended."
        raise Refused(late, 422) from None
    except ValueError:
        raise Refused("The answer is too large: ask with a LIMIT.", 422) from None


def _understood(line: bytes) -> Answer:
    if not line:
        raise Refused("This took more than it may, so it was ended.", 422)
    told = orjson.loads(line)
    if "refused" in told:
        raise Refused(told["refused"], 422)
    rows = tuple(tuple(row) for row in told.pop("rows", ()))
    columns = tuple(told.pop("columns", ()))
    return Answer(columns=columns, rows=rows, **told)


# -- in the other process ------------------------------------------------------------


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    told = json.load(sys.stdin)
    try:
        query = read_only(told["question"])
        graph = asyncio.run(_loaded(told["database_url"]))
        sys.stdout.buffer.write(_READY)
        sys.stdout.buffer.flush()
        answer = _told(asked(graph, query))
    except NotAnswered as refused:
        answer = {"refused": str(refused)}
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")


async def _loaded(database_url: str) -> Dataset:
    held = ox.Store()
    async with open_store(database_url) as store:
        lexicon = await store.read(vocabulary.load)
        async for batch in dataset.said(store, lexicon):
            held.extend(quads(batch))
    return dataset_over(held)


def _told(result: Result) -> dict[str, Any]:
    match result.type:
        case "CONSTRUCT" | "DESCRIBE":
            turtle = result.serialize(format="turtle") or b""
            return {"turtle": turtle.decode()}
        case "ASK":
            said = bool(result.askAnswer)
            rows = [["yes" if said else "no"]]
            plain: dict[str, Any] = {"head": {}, "boolean": said}
            return {"columns": ["answer"], "rows": rows, "result": plain}
        case _:
            return _table(result)


def _table(result: Result) -> dict[str, Any]:
    """So many rows, as text for people, and in the JSON of SPARQL 1.1 for programs."""
    names = [str(name) for name in result.vars or ()]
    found: list[Any] = list(islice(result, _MOST_ROWS + 1))
    rows = found[:_MOST_ROWS]
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    bindings = [_bound(names, row) for row in rows]
    return {
        "columns": names,
        "rows": texts,
        "is_cut": len(found) > _MOST_ROWS,
        "result": {"head": {"vars": names}, "results": {"bindings": bindings}},
    }


def _bound(names: list[str], row: Any) -> dict[str, Any]:
    return {
        name: _term(value)
        for name, value in zip(names, row, strict=True)
        if value is not None
    }


def _term(value: Any) -> dict[str, str]:
    kind = {"URIRef": "uri", "BNode": "bnode"}.get(type(value).__name__, "literal")
    told = {"type": kind, "value": str(value)}
    if getattr(value, "language", None):
        told["xml:lang"] = value.language
    elif getattr(value, "datatype", None):
        told["datatype"] = str(value.datatype)
    return told


if __name__ == "__main__":
    main()
