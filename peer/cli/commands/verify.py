"""sx verify: does what was signed hold, and whose key was it?"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from peer.cli import located, verifying
from peer.cli.running import config_of, opened, run
from peer.cli.stopping import NotDone
from peer.cli.verifying import Verified
from peer.node.node import Node
from peer.node.outgoing import office
from peer.protocol import credential

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("what")
@click.option("--with", "files", type=_FILE, multiple=True, help="Whose keys to take.")
@click.option("--offline", is_flag=True, help="Ask nobody: with the keys known here.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(
    environ: Mapping[str, str],
    what: str,
    files: tuple[Path, ...],
    offline: bool,
    as_json: bool,
) -> None:
    """Verify an edge, a consent, an order or a ticket.

    WHAT is an address, a file with a document, or what is in the QR code of a ticket.
    With `--with` (documents of actors, or a list of keys) neither is a peer needed nor
    anybody asked.  The status is 1 where anything does not hold.

    \b
    sx -d events verify https://blog.example/edges/7
    sx -d events verify --offline https://blog.example/edges/7
    sx verify edge.json --with ana.json
    """
    found = _with(what, files) if files else run(_found(environ, what, offline))
    if not found:
        raise NotDone(f"nothing in {what} is signed")
    if as_json:
        told = [each.document() for each in found]
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for each in found:
            click.echo(_told(each))
    if any(each.wrong for each in found):
        sys.exit(1)


def _with(what: str, files: Sequence[Path]) -> list[Verified]:
    keys = verifying.given(files)
    if credential.looks_like_token(what):
        return [verifying.ticket_by(what, keys.all_keys)]
    told = verifying.read_json(Path(what))
    return verifying.offline(told, keys, datetime.now(UTC))


async def _found(
    environ: Mapping[str, str], what: str, offline: bool
) -> list[Verified]:
    async with opened(config_of(environ)) as node:
        if offline:
            return await _judged(node, what, ask=False)
        async with office.opened(node):
            return await _judged(node, what, ask=True)


async def _judged(node: Node, what: str, *, ask: bool) -> list[Verified]:
    if credential.looks_like_token(what):
        return [await verifying.ticket(node, what, ask=ask)]
    if "://" in what:
        return await located.at(node, what, ask=ask)
    return await verifying.verified(node, verifying.read_json(Path(what)), ask=ask)


def _told(each: Verified) -> str:
    title = click.style(f"{each.what} {each.id}".rstrip(), bold=True)
    if each.signer is None:
        return f"{title}\n  does not hold: {each.wrong}"
    beside = f", but {each.beside}" if each.beside else ""
    state = f"does not hold: {each.wrong}" if each.wrong else f"holds{beside}"
    return (
        f"{title}\n  {state}\n  signed by {each.signer.owner}"
        f"\n  with {each.signer.method}\n  {each.signer.fingerprint}"
    )
