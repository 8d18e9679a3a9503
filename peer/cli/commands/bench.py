"""sx bench: what this machine and this version do, as ratios within one run."""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import click

from peer.cli.logs import start_logging
from peer.cli.measuring import arriving, fanout, filling, pages, processes, rates
from peer.cli.measuring.figures import Figure, as_json, ratio, told
from peer.cli.progress import progress
from peer.cli.running import opened, run
from peer.config import Config


@click.command()
@click.option(
    "--things",
    default=100_000,
    show_default=True,
    help="How many to fill the store with.",
)
@click.option(
    "--activities", default=4000, show_default=True, help="How many to do for a rate."
)
@click.option(
    "--hosts",
    multiple=True,
    type=click.IntRange(1, 20_000),
    default=(1000, 10_000),
    show_default=True,
    help="How many servers one post is delivered to; may be said several times.",
)
@click.option(
    "--postgresql", metavar="URL", help="An empty database to measure as well."
)
@click.option("--json", "as_data", is_flag=True, help="Print figures as JSON.")
@click.pass_obj
def command(
    environ: Mapping[str, str],
    things: int,
    activities: int,
    hosts: tuple[int, ...],
    postgresql: str | None,
    as_data: bool,
) -> None:
    """Measure: activities and deliveries a second, what pages cost, start and memory.

    A peer of its own is made in a temporary folder; yours is not touched.

    \b
    sx bench
    sx bench --things 10000 --activities 1000 --hosts 1000
    sx bench --postgresql postgresql:///scratch
    """
    start_logging("text")
    found: dict[str, list[Figure]] = {}
    for name, url in {"SQLite": None, "PostgreSQL": postgresql}.items():
        if name == "SQLite" or url:
            found[name] = run(
                _measured(environ, url, things, activities, hosts, not as_data)
            )
            if not as_data:
                click.echo(f"\n{name}\n{told(found[name])}")
    if as_data:
        click.echo(
            json.dumps({name: as_json(f) for name, f in found.items()}, indent=2)
        )


async def _measured(
    environ: Mapping[str, str],
    url: str | None,
    things: int,
    count: int,
    hosts: tuple[int, ...],
    shown: bool,
) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="sx-bench-") as folder:
        settings = _settings(environ, Path(folder), url)
        figures = [
            f async for f in processes.start_and_weight(settings, "a fresh store")
        ]
        async for figure in _of_one_peer(Config.of(settings), things, count, shown):
            figures.append(figure)
        async for figure in arriving.arriving(settings, count):
            figures.append(figure)
        async for figure in fanout.fanout(settings, hosts):
            figures.append(figure)
        what = f"{things:,} things"
        async for figure in processes.start_and_weight(settings, what):
            figures.append(figure)
        return figures


async def _of_one_peer(
    config: Config, things: int, count: int, shown: bool
) -> AsyncIterator[Figure]:
    async with opened(config) as node:
        await filling.fill(node, 100, lambda more: None)
        async for figure in rates.rates(node, count, "fresh"):
            yield figure
        fresh = await rates.activities(node, count, "before")
        few = await pages.costs(node)
        with progress(
            f"filling with {things:,} things", things if shown else 0
        ) as more:
            await filling.fill(node, things, more)
        full = await rates.activities(node, count, "after")
        beside = ratio(fresh / full, 1, "the cost with few things")
        yield Figure(f"activities with {things:,} things", full, "/s", beside)
        for figure in pages.compared(few, await pages.costs(node)):
            yield figure


def _settings(
    environ: Mapping[str, str], folder: Path, url: str | None
) -> dict[str, str]:
    """Those of an events peer in ``folder``, whatever ours are."""
    kept = {
        name: value for name, value in environ.items() if not name.startswith("SX_")
    }
    told = {
        "SX_DOMAIN": "events",
        "SX_BASE": "http://events.localhost:8802",
        "SX_LISTEN": f"127.0.0.1:{_free_port()}",
        "SX_VAR": str(folder),
    }
    return {**kept, **told, **({"SX_DATABASE_URL": url} if url else {})}


def _free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        port: int = some.getsockname()[1]
        return port
