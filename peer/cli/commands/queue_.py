"""sx queue: what is still to reach other servers, and what went wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from peer.cli.running import opened, run, with_config
from peer.cli.stopping import NotDone
from peer.cli.tables import table
from peer.config import Config
from peer.model.reading import Backlog, Delivery, Read
from peer.node.outgoing import backlog

_PAGE = 500

_JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")
_HOST = click.option("--host", help="Only what goes to this host.")


@click.group(invoke_without_command=True)
@_JSON
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """What is still to be delivered to other servers.

    Says, host by host, how much waits, fails and was given up.  Nothing that was
    given up goes away until it is dropped here or at /queue.

    \b
    sx -d blog queue
    sx -d blog queue list --dead
    sx -d blog queue retry --host there.example
    sx -d blog queue drop 42
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(hosts, as_json=as_json)


@command.command()
@_JSON
@with_config
def hosts(config: Config, as_json: bool) -> None:
    """How much there is, host by host."""

    async def work() -> list[Backlog]:
        async with opened(config) as node:
            return await node.store.read(_hosts)

    told = run(work())
    if as_json:
        click.echo(json.dumps([asdict(each) for each in told], indent=2))
    elif told:
        click.echo(table([_HEADS, *map(_row, told)]))
    else:
        click.echo("Nothing is waiting: everything has been delivered.")


_HEADS = ("host", "waiting", "failing", "dead", "next", "error")


def _hosts(read: Read) -> list[Backlog]:
    told: list[Backlog] = []
    while some := read.backlogs(after=told[-1].host if told else "", limit=_PAGE):
        told += some
    return told


def _row(each: Backlog) -> Sequence[str]:
    counts = (str(each.waiting), str(each.failing), str(each.dead))
    return (each.host, *counts, each.due, each.error)


@command.command("list")
@_HOST
@click.option("--dead", is_flag=True, help="Only what was given up.")
@click.option("--limit", default=100, show_default=True, help="At most so many.")
@click.option("--after", default=0, help="Only those after this number.")
@_JSON
@with_config
def listed(
    config: Config,
    host: str | None,
    dead: bool,
    limit: int,
    after: int,
    as_json: bool,
) -> None:
    """Each delivery, by its number."""

    def of(read: Read) -> list[Delivery]:
        names = [None] if host is None else backlog.origins(host)
        found = [
            each
            for name in names
            for each in read.queued(host=name, dead=dead, after=after, limit=limit)
        ]
        return found[:limit]

    async def work() -> list[Delivery]:
        async with opened(config) as node:
            return await node.store.read(of)

    found = run(work())
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    elif found:
        click.echo(table([_line(each) for each in found]))
    else:
        click.echo("There is nothing like that in the queue.")


def _line(each: Delivery) -> Sequence[str]:
    state = each.due or "given up"
    tried = f"{each.attempts}x"
    return (str(each.id), state, tried, each.inbox, each.activity, each.error)


@command.command()
@click.argument("id", type=int, required=False)
@_HOST
@click.option("--all", "everything", is_flag=True, help="All that has failed.")
@with_config
def retry(config: Config, id: int | None, host: str | None, everything: bool) -> None:
    """Try again now, as though for the first time, what has failed or was given up."""
    if [id is not None, host is not None, everything].count(True) != 1:
        raise click.UsageError("say which: an ID, --host or --all")

    async def work() -> int:
        async with opened(config) as node:
            return await backlog.retry(node, id=id, host=host)

    count = run(work())
    if not count:
        raise NotDone("nothing like that has failed")
    click.echo(f"{count} will be tried again within seconds.")


@command.command()
@click.argument("id", type=int, required=False)
@_HOST
@with_config
def drop(config: Config, id: int | None, host: str | None) -> None:
    """Take out of the queue what will then never be delivered."""
    if (id is None) == (host is None):
        raise click.UsageError("say which: an ID or --host")

    async def work() -> int:
        async with opened(config) as node:
            return await backlog.drop(node, node.site.id or "", id=id, host=host)

    count = run(work())
    if not count:
        raise NotDone("there is nothing like that in the queue")
    click.echo(f"{count} dropped.")
