"""sx doctor: is everything as it should be?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict

import click

from peer.cli import diagnosis
from peer.cli.asking import ask_here
from peer.cli.diagnosis import Finding
from peer.cli.outside import of_outside
from peer.cli.running import run
from peer.config import Config

_SIGNS = {"well": ("ok", "green"), "note": ("--", "yellow"), "wrong": ("!!", "red")}


@click.command()
@click.option(
    "--replay",
    is_flag=True,
    help="Play the whole log into an empty store, and compare what comes out.",
)
@click.option(
    "--outside",
    is_flag=True,
    help="Ask the running peer what other servers ask, and read it as they do.",
)
@click.option("--alive", is_flag=True, help="Only: does it serve?  For health checks.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(
    environ: Mapping[str, str],
    replay: bool,
    outside: bool,
    alive: bool,
    as_json: bool,
) -> None:
    """Say what is wrong, if anything is.

    Looks at the settings, files, store, keys, clock and peers.  It may be run
    beside the peer.  The status is 1 when something is wrong.

    \b
    sx -d events doctor
    sx -d events doctor --replay
    sx -d events doctor --outside
    """
    if alive:
        raise SystemExit(0 if _serves(Config.of(environ)) else 1)
    findings = run(_shown(_findings(environ, replay, outside), as_json))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], indent=2))
    if any(each.state == "wrong" for each in findings):
        raise SystemExit(1)


def _serves(config: Config) -> bool:
    try:
        return ask_here(config, "/readyz").status == 200
    except OSError:
        return False


async def _shown(findings: AsyncIterator[Finding], quietly: bool) -> list[Finding]:
    found = []
    async for finding in findings:
        found.append(finding)
        if not quietly:
            sign, color = _SIGNS[finding.state]
            click.echo(
                f"{click.style(sign, fg=color)} {finding.about:10} {finding.said}"
            )
    return found


async def _findings(
    environ: Mapping[str, str], replay: bool, outside: bool
) -> AsyncIterator[Finding]:
    sound = True
    for finding in diagnosis.of_settings(environ):
        sound = sound and finding.state != "wrong"
        yield finding
    if not sound:
        return
    config = Config.of(environ)
    for finding in diagnosis.of_files(config):
        yield finding
    async for finding in diagnosis.of_store(config, replay=replay):
        yield finding
    for finding in diagnosis.of_peers(config):
        yield finding
    if outside:
        for finding in of_outside(config):
            yield finding
