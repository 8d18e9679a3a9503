"""sx up: the peers of the cooperative side by side, for development."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from peer.cli.asking import ask_here
from peer.cli.crew import Crew, Member, Show
from peer.cli.listening import check_free
from peer.cli.running import run
from peer.cli.stopping import Stop
from peer.config import COOPERATIVE, PORT, Config, unknown

_COLORS = ("magenta", "cyan", "yellow", "green", "blue")

_PEER = ("serve", "--attached", "--link")

#: What each peer needs for itself, so that it cannot be set for all of them.
_OWN = ("SX_BASE", "SX_LISTEN", "SX_DATABASE_URL", "SX_DATABASE_URL_FILE")


@click.command()
@click.argument("domains", nargs=-1, metavar="[DOMAIN]...")
@click.option(
    "--port",
    type=click.IntRange(1, 65000),
    envvar="SX_PORT",
    default=PORT,
    show_default=True,
    help="The port of the first; the others take the next ones.",
)
@click.pass_obj
def command(environ: Mapping[str, str], domains: Sequence[str], port: int) -> None:
    """Start several peers side by side.

    Each is a process with its own store; their logs are shown together.  Without
    names: blog, events and shop.  Each keeps what it knows in ./var/<domain>.
    Ctrl-C stops all.

    \b
    sx up
    sx up blog events
    sx up blog events shop tools     with a domain of your own beside them
    sx up --port 9001
    """
    for sentence in unknown(environ):
        click.echo(f"sx: {sentence}", err=True)
    peers = planned(environ, domains or COOPERATIVE, port)
    for peer in peers:
        check_free(peer.config.listen, "choose others with SX_PORT=9001")
    status = run(_up(peers))
    if status:
        raise SystemExit(status)


@dataclass(frozen=True, slots=True)
class Planned:
    """One peer that is to be started: its settings, as it and as we read them."""

    config: Config
    environ: Mapping[str, str]


def planned(
    environ: Mapping[str, str], domains: Sequence[str], port: int
) -> Sequence[Planned]:
    """The settings of each peer, so that they know of one another and of no other."""
    if len(set(domains)) < len(domains):
        raise Stop("a peer was named twice")
    for name in _OWN:
        if environ.get(name):
            raise Stop(f"{name}: every peer needs its own; SX_DOMAIN starts one alone")
    hosts = {name: f"{name}.localhost:{port + n}" for n, name in enumerate(domains)}
    shared = {
        f"SX_{name.upper()}_BASE": f"http://{host}"
        for name, host in hosts.items()
        if name in COOPERATIVE
    }
    allowed = [*hosts.values(), environ.get("SX_DEV_ALLOW", "")]
    var = Path(environ.get("SX_VAR") or "var")
    return [
        _planned(
            {
                **shared,
                **environ,
                "SX_DOMAIN": name,
                "SX_BASE": f"http://{hosts[name]}",
                "SX_LISTEN": f"127.0.0.1:{port + n}",
                "SX_VAR": str(var / name),
                "SX_DEV_ALLOW": ",".join(filter(None, allowed)),
            }
        )
        for n, name in enumerate(domains)
    ]


def _planned(environ: Mapping[str, str]) -> Planned:
    return Planned(Config.of(environ), environ)


class Died(Exception):
    """A peer stopped before it served."""

    def __init__(self, member: Member) -> None:
        super().__init__(member.name)
        self.member = member


async def _up(peers: Sequence[Planned]) -> int:
    show = _shown([peer.config.domain for peer in peers])
    members = [Member(p.config.domain, p.environ, _PEER, show) for p in peers]
    async with Crew(members) as crew:
        try:
            links = await crew.unless_stopped(_started(peers, members))
        except Died as died:
            status = await died.member.over()
            show(died.member.name, f"did not start (exit {status})")
            return abs(status) or 1
        if links is not None:
            _welcome(peers, links)
            return await crew.unless_stopped(_watch(crew, show)) or 0
    return 0


def _shown(names: Sequence[str]) -> Show:
    width = max(map(len, names))
    colors = dict(zip(names, itertools.cycle(_COLORS), strict=False))

    def show(name: str, line: str) -> None:
        prefix = click.style(f"{name:{width}} |", fg=colors[name])
        click.echo(f"{prefix} {line}", err=True)

    return show


async def _started(
    peers: Sequence[Planned], members: Sequence[Member]
) -> Sequence[str]:
    """The owner's sign-in link of each peer, once all of them answer."""
    links = await asyncio.gather(*map(_link, members))
    await asyncio.gather(*(_ready(peer.config) for peer in peers))
    return links


async def _link(member: Member) -> str:
    link = await member.answer()
    if not link:
        raise Died(member)
    return link


async def _ready(config: Config) -> None:
    """Wait until the peer says that it can serve."""
    while not await asyncio.to_thread(_answers, config):
        await asyncio.sleep(0.05)


def _answers(config: Config) -> bool:
    try:
        return ask_here(config, "/readyz").status == 200
    except OSError:
        return False


def _welcome(peers: Sequence[Planned], links: Sequence[str]) -> None:
    click.echo()
    for peer, link in zip(peers, links, strict=True):
        name = click.style(f"{peer.config.domain:10}", bold=True)
        click.echo(f"  {name} {peer.config.base}")
        click.echo(f"  {'':10} to sign in as its owner, once: {link}\n")
    click.echo("  Ctrl-C stops them; what they know stays.\n")


async def _watch(crew: Crew, show: Show) -> int:
    """Until nobody is left."""
    while any(member.runs for member in crew.members):
        member, status = await crew.next_over()
        show(member.name, f"stopped (exit {status}); the others go on")
    return 1
