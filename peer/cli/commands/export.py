"""sx export: everything but secrets, for leaving or for looking at."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from peer.cli.progress import progress
from peer.cli.running import check_kept, run, with_config
from peer.config import Config
from peer.node.copies.archive import export
from peer.node.copies.backup import pictures
from peer.protocol.moment import wire


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_config
def command(config: Config, file: Path) -> None:
    """Write everything but secrets into FILE.

    All but keys, passwords, sessions and letters, as a tar of JSON lines (things,
    edges, log, records) and pictures.  The peer may be serving meanwhile.

    \b
    sx -d blog export blog.tar
    tar -xOf blog.tar things.jsonl | jq -r .id
    """
    check_kept(config)
    total = sum(path.stat().st_size for path in pictures(config.var).values())
    with progress("writing", total) as step:
        done = run(export(config, file, wire(datetime.now(UTC)), step))
    click.echo(
        f"{file}: {done.things} things, {done.edges} edges, {done.activities}"
        f" activities, {done.records} records, {done.pictures} pictures."
    )
