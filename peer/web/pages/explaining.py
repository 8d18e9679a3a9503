"""A type's own page: its declaration explained, with an example and who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from peer.model.behavior import Behavior
from peer.model.declaration import Type
from peer.model.documentation import Documentation, documentation_of
from peer.node.node import Node, shelves
from peer.node.writing.prose import prose
from peer.protocol.moment import wire
from peer.protocol.thing import Thing


@dataclass(frozen=True, slots=True)
class Explained:
    said: Documentation
    behaviors: Sequence[Behavior]
    example: str  # a document of that type, as it goes over the wire


def explained(node: Node, thing: Thing) -> Explained | None:
    """What the page of ``thing`` has to say, if ``thing`` is a type."""
    if thing.kind != "Type" or thing["name"] not in node.lexicon.types:
        return None
    said = documentation_of(thing["name"], node.lexicon, _example(node, thing["name"]))
    shown = orjson.dumps(said.example, option=orjson.OPT_INDENT_2).decode()
    return Explained(said, answering(node, said.kind), shown if said.example else "")


def answering(node: Node, kind: Type) -> Sequence[Behavior]:
    """The behaviors that answer to what is permitted to be done to ``kind``."""
    line = node.lexicon.lineage([kind.name])
    return [
        behavior
        for behavior in node.behaviors
        if behavior.verb in kind.permits and behavior.answers_to(behavior.verb, line)
    ]


def _example(node: Node, name: str) -> dict[str, Any] | None:
    """The specimen beside the declaration; a type made in the browser has none."""
    types, _ = shelves(node.config)
    source = types.find(f"{name.lower()}/example.json")
    if source is None:
        return None
    values = orjson.loads(source.read_bytes())["values"]
    home = f"{node.base}/{node.lexicon.types[name].path}"
    now = wire(node.now())
    specimen = Thing(f"{home}/example", name, values, f"{node.base}/actor", now, now)
    return node.lexicon.wire((name,)).document(specimen, lambda text: str(prose(text)))
