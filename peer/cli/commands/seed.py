"""sx seed: play what the owner of a domain would have posted first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from peer.cli.diagnosis import loose_ends_of
from peer.cli.running import opened, run, with_config
from peer.config import Config
from peer.model.reading import Read
from store import open_store


@click.command()
@click.option(
    "--check", is_flag=True, help="Play them in a temporary store, and keep nothing."
)
@with_config
def command(config: Config, check: bool) -> None:
    """Play the seeds of the domain.

    Makes the store, if there is none yet.  Every peer does this when it starts.
    What was played before is not played again, so that people's edits stay.

    \b
    sx -d blog seed
    sx -d mine seed --check        is every step of my seeds as it should be?
    """
    if check:
        with TemporaryDirectory(prefix="sx-seed-") as folder:
            url = f"sqlite:///{Path(folder) / 'peer.db'}"
            run(_play(replace(config, database_url=url)))
    else:
        run(_play(config))


async def _play(config: Config) -> None:
    before = await _before(config)
    async with opened(config) as node:
        after = await node.store.read(_last)
        title = node.domain.title
        loose = list(loose_ends_of(node))
    for sentence in loose:
        click.echo(f"sx: {sentence}", err=True)
    fresh = after - before
    were = "activity was" if fresh == 1 else "activities were"
    click.echo(f"{title}: {fresh or 'no'} new {were} played; the log has {after}.")


async def _before(config: Config) -> int:
    file = config.sqlite_file
    if file is not None and not file.exists():
        return 0
    async with open_store(config.database_url) as store:
        return await store.read(_last)


def _last(read: Read) -> int:
    newest = read.log(limit=1)
    return newest[0].seq if newest else 0
