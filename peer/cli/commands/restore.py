"""sx restore: a backup, where there is nothing yet."""

from __future__ import annotations

from pathlib import Path

import click

from peer.cli.progress import progress
from peer.cli.running import make_folder, run, with_config
from peer.config import Config
from peer.node.copies.backup import rehearse, restore


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--verify", is_flag=True, help="Only rehearse it, in a temporary folder.")
@with_config
def command(config: Config, file: Path, verify: bool) -> None:
    """Bring back the peer that is in FILE.

    Only where there is none yet: nothing is ever overwritten.  Digests, numbers of
    rows and keys are checked.  With SX_DATABASE_URL a backup of a SQLite store
    becomes one in PostgreSQL.

    \b
    sx -d blog restore --verify /backups/blog.tar
    SX_VAR=/var/lib/new sx -d blog restore /backups/blog.tar
    """
    if not verify:
        make_folder(config.var)
    with progress("restoring", file.stat().st_size) as step:
        done = run((rehearse if verify else restore)(config, file, step))
    things, entries = done.rows["thing"], done.rows["log"]
    could = "could be restored" if verify else "restored"
    click.echo(
        f"{config.base} {could} as of {done.made}: {things} things,"
        f" {entries} activities, {done.pictures} pictures."
    )
