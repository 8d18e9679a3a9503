"""sx show: one thing, with all that stands in a relation to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from peer.cli.naming import resolved
from peer.cli.running import opened, run, with_config
from peer.cli.stopping import NotDone
from peer.cli.tables import table
from peer.config import Config
from peer.model.kinds import KINDS
from peer.model.lexicon import Lexicon, RelationKind
from peer.model.reading import Read
from peer.node.node import Node
from peer.protocol.thing import Activity, Edge, Thing

_MOST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """A thing or an activity, and the edges it is an end of."""

    object: Thing | Activity
    outgoing: Sequence[Edge] = ()
    incoming: Sequence[Edge] = ()

    def document(self) -> Mapping[str, Any]:
        return {
            **self.object.document(),
            "outgoing": [edge.document() for edge in self.outgoing],
            "incoming": [edge.document() for edge in self.incoming],
        }


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON, as the store has it.")
@with_config
def command(config: Config, name: str, as_json: bool) -> None:
    """Show a thing or an activity.

    NAME is an IRI, a path, or the last part of one if that is one thing's alone.

    \b
    sx -d blog show /posts/welcome
    sx -d blog show welcome --json | jq .values
    """

    async def work() -> tuple[Node, Found]:
        async with opened(config) as node:
            id = await resolved(node, name)
            return node, await node.store.read(lambda read: found(read, id))

    node, there = run(work())
    if as_json:
        click.echo(json.dumps(there.document(), indent=2, ensure_ascii=False))
    else:
        click.echo(_told(there, node.lexicon))


def found(read: Read, id: str) -> Found:
    thing = read.get(id)
    if thing is not None:
        return Found(
            thing,
            read.edges(subject=id, limit=_MOST),
            read.edges(object=id, limit=_MOST),
        )
    activity = read.activity(id)
    if activity is None:
        raise NotDone(f"there is nothing at {id}")
    return Found(activity)


def _told(there: Found, lexicon: Lexicon) -> str:
    if isinstance(there.object, Activity):
        return json.dumps(there.object.document(), indent=2, ensure_ascii=False)
    thing = there.object
    rows = [
        ("kind", thing.kind),
        ("owner", thing.owner),
        ("published", thing.published),
        ("updated", thing.updated),
        ("audience", thing.audience),
        *([("deleted", thing.deleted)] if thing.deleted else []),
        *((term, _shown(lexicon, thing, term)) for term in thing.values),
        *((_kind(lexicon, e).label, f"-> {e.object}") for e in there.outgoing),
        *((_kind(lexicon, e).inverse, f"<- {e.subject}") for e in there.incoming),
    ]
    return f"{click.style(thing.id, bold=True)}\n{table(rows)}"


def _kind(lexicon: Lexicon, edge: Edge) -> RelationKind:
    """The kind of ``edge``; of one that is no longer known, what it was called."""
    called = RelationKind(edge.relation, edge.relation, edge.relation, "")
    return lexicon.relations.get(edge.relation, called)


def _shown(lexicon: Lexicon, thing: Thing, term: str) -> str:
    """A value on one line."""
    kind = lexicon.types.get(thing.kind)
    field = kind.fields.get(term) if kind else None
    value = thing[term]
    if field is None:
        return str(value)
    return " ".join(KINDS[field.kind].show(field, value).split())
