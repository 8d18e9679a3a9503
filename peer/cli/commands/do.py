"""sx do: any activity, from the command line and through the same door as a form's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import click

from peer.cli.naming import acting, resolved
from peer.cli.running import opened, run, with_config
from peer.cli.values import notes, values
from peer.config import Config
from peer.model.kinds import Site
from peer.node.node import Node
from peer.node.outbox import Ask
from peer.node.outgoing import office
from peer.protocol.thing import AUDIENCES, Activity

#: What follows the verb, where it is not one thing and notes.
_SHAPES = {
    "Create": "TYPE [term=value]...",
    "Update": "THING term=value...",
    "Add": "THING RELATION THING",
    "Remove": "THING RELATION THING",
    "Undo": "ACTIVITY",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was typed."""

    verb: str
    words: Sequence[str]
    who: str | None
    audience: str | None
    slug: str


@click.command()
@click.argument("verb")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--as", "who", metavar="NAME", help="Who does it; else the peer itself.")
@click.option("--audience", type=click.Choice(AUDIENCES), help="Who may see the thing.")
@click.option("--slug", default="", help="The last part of a new thing's address.")
@click.option("--json", "as_json", is_flag=True, help="Print the activity as JSON.")
@with_config
def command(
    config: Config,
    verb: str,
    words: Sequence[str],
    who: str | None,
    audience: str | None,
    slug: str,
    as_json: bool,
) -> None:
    """Do VERB to something, if that is permitted.

    What can be done on a page can be done here, through the same door.  A thing is
    named by its path, or by its last part where that is one thing's alone; who is
    on another server by @name@server, and what is there by its address.  What
    others are to know is delivered by the peer while it runs.

    A value is what one would type in the form; term=@file reads a file, term:=… is
    JSON, and term= takes a value away.  A value of several parts is told part by
    part, as in location.name=….

    \b
    sx -d blog do Create Post name="Hello" content=@hello.md
    sx -d blog do Update /posts/hello summary="A greeting" --as ana
    sx -d blog do Add hello tagged music
    sx -d blog do Like /posts/welcome --as ana
    sx -d events do Join /events/summer-gig --as ana
    sx -d blog do Follow @main@events.example --as ana
    sx -d blog do Delete /posts/hello
    """
    verb = verb[:1].upper() + verb[1:]
    done = run(_do(config, Told(verb, words, who, audience, slug)))
    if done is None:
        click.echo(f"{verb}: that was so already, and nothing has changed.")
    elif as_json:
        click.echo(json.dumps(done.document(), indent=2, ensure_ascii=False))
    else:
        click.echo(f"{done.type} {done.object.id}\n  as {done.id}")


async def _do(config: Config, told: Told) -> Activity | None:
    async with opened(config) as node, office.opened(node):
        viewer = await acting(node, told.who)
        return await node.publish(viewer, await _ask(node, told))


async def _ask(node: Node, told: Told) -> Ask:
    match told.verb, told.words:
        case "Create", [kind, *rest]:
            return _create(node, told, kind, rest)
        case "Update", [name, *rest] if rest or told.audience:
            return await _update(node, told, name, rest)
        case ("Add" | "Remove") as verb, [subject, relation, object]:
            ends = await resolved(node, subject), await resolved(node, object)
            return Ask(verb, subject=ends[0], relation=relation, object=ends[1])
        case "Undo", [activity]:
            return Ask("Undo", id=_activity(node, activity))
        case verb, [name, *rest] if verb not in _SHAPES:
            return Ask(verb, id=await resolved(node, name), notes=notes(rest))
        case verb, _:
            shape = _SHAPES.get(verb, "THING [note=value]...")
            raise click.UsageError(f"it goes: sx do {verb} {shape}")


def _create(node: Node, told: Told, name: str, rest: Sequence[str]) -> Ask:
    kind = node.lexicon.types.get(name[:1].upper() + name[1:])
    fields = kind.fields if kind else {}
    return Ask(
        "Create",
        kind=kind.name if kind else name,
        values=values(fields, rest, _site(node)),
        audience=told.audience,
        slug=told.slug,
    )


async def _update(node: Node, told: Told, name: str, rest: Sequence[str]) -> Ask:
    id = await resolved(node, name)
    thing = await node.store.read(lambda read: read.get(id))
    fields = node.lexicon.types[thing.kind].fields if thing else {}
    given = values(fields, rest, _site(node))
    return Ask("Update", id=id, values=given, audience=told.audience)


def _site(node: Node) -> Site:
    return Site(node.domain.zone, node.domain.currency)


def _activity(node: Node, name: str) -> str:
    return name if "://" in name else f"{node.base}/{name.strip('/')}"
