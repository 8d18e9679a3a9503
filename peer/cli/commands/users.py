"""sx users: who may sign in here, and what they then are."""

from __future__ import annotations

import json

import click

from peer.cli.naming import account
from peer.cli.running import opened, run, with_config
from peer.cli.tables import table
from peer.config import Config
from peer.node.node import Node
from peer.node.people import accounts, links, membership
from peer.node.people.accounts import ROLES, Account

_ROLES = click.Choice(list(ROLES))


@click.group()
def command() -> None:
    """Who may sign in at this peer.

    A NAME is an e-mail address, or the last part of a person's address.

    \b
    sx -d blog users list
    sx -d blog users add ana@example.org --name "Ana Ruiz" --role member
    sx -d blog users role ana-ruiz owner
    sx -d blog users link ana-ruiz
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_config
def listed(config: Config, as_json: bool) -> None:
    """Everybody with an account."""

    async def work() -> list[Account]:
        async with opened(config) as node:
            return await node.store.read(lambda read: list(accounts.everyone(read)))

    everyone = run(work())
    if as_json:
        click.echo(json.dumps([_shown(one) for one in everyone], indent=2))
    elif everyone:
        rows = [
            (one.id.rpartition("/")[2], one.role, one.email, one.name, _state(one))
            for one in everyone
        ]
        click.echo(table(rows))
    else:
        click.echo("Nobody has an account here yet.")


def _shown(one: Account) -> dict[str, object]:
    """What may be told of an account: all but how it is proved."""
    names = ("id", "email", "name", "role", "created", "disabled")
    return {name: getattr(one, name) for name in names}


def _state(one: Account) -> str:
    return "disabled" if one.disabled else ""


@command.command()
@click.argument("email")
@click.option("--name", help="What to be called; else the first part of the address.")
@click.option("--role", type=_ROLES, default="member", show_default=True)
@with_config
def add(config: Config, email: str, name: str | None, role: str) -> None:
    """Give EMAIL an account; one that is there already is raised to the role."""

    async def work() -> Account:
        async with opened(config) as node:
            called = name or email.partition("@")[0]
            return await membership.admit(node, email, called, role)

    one = run(work())
    click.echo(f"{one.name} is {one.role} here: {one.id}")


@command.command()
@click.argument("name")
@click.argument("role", type=_ROLES)
@with_config
def role(config: Config, name: str, role: str) -> None:
    """Make NAME a guest, a member or an owner."""
    one = run(_changed(config, name, role=role))
    click.echo(f"{one.name} is now {one.role}.")


@command.command()
@click.argument("name")
@with_config
def disable(config: Config, name: str) -> None:
    """Sign NAME out everywhere, and let them in no more."""
    one = run(_changed(config, name, disabled=True))
    click.echo(f"{one.name} can sign in no more.")


@command.command()
@click.argument("name")
@with_config
def enable(config: Config, name: str) -> None:
    """Let NAME sign in again."""
    one = run(_changed(config, name, disabled=False))
    click.echo(f"{one.name} can sign in again.")


async def _changed(
    config: Config, name: str, *, role: str | None = None, disabled: bool | None = None
) -> Account:
    async with opened(config) as node:
        one = await account(node, name)
        return await node.store.transact(
            lambda tx: membership.change(tx, one.id, role=role, disabled=disabled)
        )


@command.command()
@click.argument("name", required=False)
@with_config
def link(config: Config, name: str | None) -> None:
    """Print a link that signs NAME in, once; without a name, the owner.

    For who cannot get mail.  Whoever has the link is let in: hand it over with care.
    """

    async def work() -> str:
        async with opened(config) as node:
            return await _link(node, name)

    click.echo(run(work()))


async def _link(node: Node, name: str | None) -> str:
    if name is None:
        return await links.owner_link(node)
    return await links.link_for(node, await account(node, name))
