"""sx keys: the public half of what this peer signs with."""

from __future__ import annotations

import json

import click

from peer.cli.naming import resolved
from peer.cli.running import opened, run, with_config
from peer.cli.stopping import NotDone
from peer.config import Config
from peer.node.keys import Keys, keys_of, settle_keys


@click.command()
@click.argument("name", required=False)
@click.option("--pem", is_flag=True, help="Only the RSA key, as PEM.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_config
def command(config: Config, name: str | None, pem: bool, as_json: bool) -> None:
    """Show public keys.

    Those of the peer, or of the actor called NAME.  Private keys stay in the
    store, and go into backups but not into exports.

    \b
    sx -d blog keys
    sx -d blog keys --pem
    """
    keys = run(_found(config, name))
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
        if name is None:
            return await settle_keys(node.store, f"{node.base}/actor")
        actor = await resolved(node, name)
        keys = await node.store.read(lambda read: keys_of(read, actor))
        if keys is None:
            raise NotDone(f"{actor} has no keys here")
        return keys
