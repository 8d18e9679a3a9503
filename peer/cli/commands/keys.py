"""sx keys: the public half of what this peer signs with, and new ones."""

from __future__ import annotations

import json

import click

from peer.cli.naming import resolved
from peer.cli.running import opened, run, with_config
from peer.cli.stopping import NotDone
from peer.config import Config
from peer.node import rekeying
from peer.node.keys import OVERLAP, Keys, keys_of, settle_keys
from peer.node.node import Node

_ROTATE = "rotate"


@click.command()
@click.argument("words", metavar="[rotate] [NAME]", nargs=-1)
@click.option("--pem", is_flag=True, help="Only the RSA key, as PEM.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_config
def command(config: Config, words: tuple[str, ...], pem: bool, as_json: bool) -> None:
    """Show public keys, or make new ones.

    Those of the peer, or of the actor called NAME.  Private keys stay in the
    store, and go into backups but not into exports.

    With `rotate` the keys are made anew, and who follows is told.  The old ones are
    shown for a month more, so that what they signed is still believed.

    \b
    sx -d blog keys
    sx -d blog keys --pem
    sx -d blog keys rotate
    sx -d blog keys rotate ada
    """
    anew = words[:1] == (_ROTATE,)
    names = words[1:] if anew else words
    if len(names) > 1:
        raise click.UsageError("one NAME at a time")
    name = names[0] if names else None
    keys = run(_renewed(config, name) if anew else _found(config, name))
    if pem:
        click.echo(keys.public_key_pem, nl=False)
    elif as_json:
        told = {
            id: {"multikey": key, "sha256": keys.fingerprints[id]}
            for id, key in keys.multikeys.items()
        }
        click.echo(json.dumps(told, indent=2))
    else:
        for id, key in keys.multikeys.items():
            click.echo(
                f"{click.style(id, bold=True)}\n  {keys.fingerprints[id]}\n  {key}"
            )


async def _found(config: Config, name: str | None) -> Keys:
    async with opened(config) as node:
        actor = await _actor(node, name)
        if name is None:
            return await settle_keys(node.store, actor)
        return await _known(node, actor)


async def _renewed(config: Config, name: str | None) -> Keys:
    async with opened(config) as node:
        actor = await _actor(node, name)
        await (settle_keys(node.store, actor) if name is None else _known(node, actor))
        keys, count = await rekeying.rotate(node, actor)
        told = f"{count} inboxes will be told" if count else "nobody has to be told"
        click.echo(
            f"new keys for {actor}; {told}."
            f" The old ones are shown for {OVERLAP.days} days.",
            err=True,
        )
        return keys


async def _actor(node: Node, name: str | None) -> str:
    return f"{node.base}/actor" if name is None else await resolved(node, name)


async def _known(node: Node, actor: str) -> Keys:
    keys = await node.store.read(lambda read: keys_of(read, actor))
    if keys is None:
        raise NotDone(f"{actor} has no keys here")
    return keys
