"""The command line: ``sx``, or ``python -m peer`` from a checkout.

Each command is one file of ``commands/``, and called what the file is.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from types import ModuleType
from typing import Any

import click

from peer import __version__
from peer.cli import commands
from peer.cli.stopping import said


class Commands(click.Group):
    """Finds commands by the names of files, and reads only the one that is asked for.

    A file whose name would be one of Python's own (``import``, ``types``) has an
    underscore behind it.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_modules())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        module = _modules().get(name)
        if module is None:
            return None
        found: ModuleType = importlib.import_module(f"{commands.__name__}.{module}")
        command: click.Command = found.command
        command.name = name
        return command

    def invoke(self, ctx: click.Context) -> Any:
        with said():
            return super().invoke(ctx)


def _modules() -> dict[str, str]:
    """The file of each command."""
    found = pkgutil.iter_modules(commands.__path__)
    return {
        module.name.rstrip("_").replace("_", "-"): module.name
        for module in found
        if not module.name.startswith("_")
    }


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="sx-peer %(version)s")
@click.option("-d", "--domain", metavar="NAME", help="Which peer; else SX_DOMAIN says.")
@click.pass_context
def main(ctx: click.Context, domain: str | None) -> None:
    """Run and look after a peer: a blog, an events calendar, a shop, or your own.

    \b
    sx up                       three peers, for trying things out
    sx -d events serve          one of them
    sx -d events doctor         is everything as it should be?
    sx -d blog show /posts/welcome

    Settings are SX_* in the environment; docs/operating.md has them all.
    """
    ctx.obj = {**os.environ, **({"SX_DOMAIN": domain} if domain else {})}
