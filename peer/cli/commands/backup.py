"""sx backup: the whole peer in one file, that was read back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from peer.cli.progress import progress
from peer.cli.running import check_kept, run, with_config
from peer.config import Config
from peer.node.copies.backup import back_up, pictures
from peer.protocol.moment import wire


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_config
def command(config: Config, file: Path) -> None:
    """Write the whole peer into FILE, and read it back.

    That is its store, its pictures and its keys.  The peer may be serving
    meanwhile.  Who has the file can speak for the peer: keep it as you would a
    password.

    \b
    sx -d blog backup /backups/blog-$(date +%F).tar
    """
    check_kept(config)
    total = sum(path.stat().st_size for path in pictures(config.var).values())
    with progress("backing up", 2 * total) as step:
        done = run(back_up(config, file, wire(datetime.now(UTC)), step))
    things, entries = done.rows["thing"], done.rows["log"]
    click.echo(
        f"{file}: {things} things, {entries} activities, {done.pictures} pictures;"
        " read back, and whole."
    )
