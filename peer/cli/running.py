"""What most commands need: the settings, a loop, and a peer in it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from functools import update_wrapper
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
import uvloop

from peer.cli.logs import start_logging
from peer.cli.stopping import Stop
from peer.config import Config, unknown
from peer.node.library import read_domain
from peer.node.node import Node, open_node, shelves

P = ParamSpec("P")
T = TypeVar("T")


def with_config(command: Callable[Concatenate[Config, P], T]) -> Callable[P, T]:
    """Hand ``command`` the settings, having told of those that nobody knows."""

    @click.pass_obj
    def given(environ: Mapping[str, str], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return command(config_of(environ), *args, **kwargs)

    return update_wrapper(given, command)


def config_of(environ: Mapping[str, str]) -> Config:
    for sentence in unknown(environ):
        click.echo(f"sx: {sentence}", err=True)
    config = Config.of(environ)
    start_logging(config.log)
    return config


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Node]:
    """The peer that ``config`` describes, in a folder that is made if there is none."""
    read_domain(shelves(config)[1], config.domain)  # no folder for a slip of the pen
    make_folder(config.var)
    async with open_node(config) as node:
        yield node


def keep_what_is_there() -> None:
    """What a program consists of is garbage never: look only at what comes from now on.

    A fifth of the time of delivering went into looking through all of it again, for
    up to 50 ms at once.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def make_folder(var: Path) -> None:
    """The folder of a peer, which holds its keys: nobody else looks into it."""
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as wrong:
        raise Stop(f"SX_VAR: {var} cannot be made: {wrong.strerror}") from wrong


def check_kept(config: Config) -> None:
    """Stop, if there is no peer here yet that something could be taken from."""
    file = config.sqlite_file
    if file is not None and not file.exists():
        raise Stop(f"there is no store at {file}: was the peer ever started?")


def run(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)
