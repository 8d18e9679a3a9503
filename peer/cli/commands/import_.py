"""sx import: an archive, into an empty store."""

from __future__ import annotations

from pathlib import Path

import click

from peer.cli.progress import progress
from peer.cli.running import make_folder, run, with_config
from peer.config import Config
from peer.node.copies.archive import bring_in


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_config
def command(config: Config, file: Path) -> None:
    """Make the peer that an exported FILE tells of.

    Only where there is none yet.  Its log is played again, and what comes out is
    compared with what the file says there is.  Keys are made anew, and passwords
    have to be.

    \b
    SX_VAR=/var/lib/new sx -d blog import blog.tar
    """
    make_folder(config.var)
    with progress("reading", file.stat().st_size) as step:
        done = run(bring_in(config, file, step))
    click.echo(
        f"{config.base}: {done.things} things, {done.edges} edges, {done.activities}"
        f" activities, {done.records} records, {done.pictures} pictures."
    )
