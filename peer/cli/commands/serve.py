"""sx serve: one peer, answering requests until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping

import click
import structlog
from aiohttp import web

from peer.cli.crew import Crew, Member
from peer.cli.diagnosis import loose_ends_of
from peer.cli.listening import check_free, listening
from peer.cli.logs import start_logging
from peer.cli.running import config_of, keep_what_is_there, opened, run
from peer.config import Config
from peer.node import chores
from peer.node.people import links
from peer.web.app import make_app
from peer.web.exchange.serving import Runner

log = structlog.get_logger("peer")

_WORKER = ("serve", "--attached", "--worker")

#: A worker that stops within so many seconds of its start may do so again.
_TOO_SOON = 10.0
#: But it is started so often all the same, each time a little later (in seconds).
_IN_VAIN, _PAUSE = 4, 0.5


@click.command()
@click.option(
    "--link", is_flag=True, help="Print a one-time sign-in link for the owner."
)
@click.option("--attached", is_flag=True, hidden=True)
@click.option("--worker", is_flag=True, hidden=True)
@click.pass_obj
def command(
    environ: Mapping[str, str], link: bool, attached: bool, worker: bool
) -> None:
    """Serve one peer.

    Migrates its store, plays its seeds, and answers until told to stop.  SIGTERM
    and Ctrl-C let requests under way finish first.

    \b
    SX_DOMAIN=events sx serve
    SX_DOMAIN=shop SX_DATABASE_URL=postgresql:///shop SX_WORKERS=4 sx serve
    """
    config = Config.of(environ) if worker else config_of(environ)
    if config.workers > 1 and not worker:
        check_free(config.listen, "choose another with SX_LISTEN")
        run(_settle(config))
        start_logging(config.log)
        raise SystemExit(run(_workers(config, environ, link)))
    run(_serve(config, link, attached=attached, shared=worker))


async def _serve(config: Config, link: bool, *, attached: bool, shared: bool) -> None:
    stopping = _told_to_stop(attached)
    with listening(config.listen, shared=shared) as socket:
        start_logging(config.log)
        async with opened(config) as node, chores.doing(node):
            runner = Runner(make_app(node))
            await runner.setup()
            try:
                await web.SockSite(runner, socket).start()
                keep_what_is_there()
                if not shared:
                    for sentence in loose_ends_of(node):
                        log.warning("a loose end", said=sentence)
                log.info("serving", domain=config.domain, at=config.base)
                if link:
                    click.echo(await links.owner_link(node))
                await stopping.wait()
                log.info("stopping")
            finally:
                await runner.cleanup()


def _told_to_stop(attached: bool) -> asyncio.Event:
    """Set by a signal; and if ``attached``, when whoever started us is no more."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopping.set)

    def gone() -> None:
        loop.remove_reader(sys.stdin)
        stopping.set()

    if attached:
        loop.add_reader(sys.stdin, gone)  # nothing is ever said there: it was closed
    return stopping


async def _settle(config: Config) -> None:
    """Do what is done once before many do it, so that what is wrong is said once."""
    async with opened(config):
        pass


async def _workers(config: Config, environ: Mapping[str, str], link: bool) -> int:
    """The same peer in several processes, which share its port and its store."""
    members = [Member(str(n), environ, _WORKER) for n in range(config.workers)]
    if link:
        members[0].arguments = (*_WORKER, "--link")
    async with Crew(members) as crew:
        return await crew.unless_stopped(_replaced(crew)) or 0


async def _replaced(crew: Crew) -> int:
    """Start workers that stop anew, unless they stop at once, time and again.

    Whoever is killed, or loses the database while it starts, will start the next time.
    """
    in_vain = 0
    while True:
        member, status = await crew.next_over()
        soon = asyncio.get_running_loop().time() - member.since < _TOO_SOON
        in_vain = in_vain + 1 if soon and status != -signal.SIGKILL else 0
        if in_vain > _IN_VAIN:
            return abs(status) or 1
        log.error("a worker stopped; starting another", status=status)
        await asyncio.sleep(in_vain * _PAUSE)
        member.arguments = _WORKER
        await member.start()
