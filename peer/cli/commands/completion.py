"""sx completion: what a shell needs so that Tab completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete sx with Tab.

    \b
    sx completion bash >> ~/.bashrc
    sx completion zsh  >> ~/.zshrc
    sx completion fish > ~/.config/fish/completions/sx.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click knows the shells that it is asked to choose from"
    click.echo(kind(ctx.find_root().command, {}, "sx", "_SX_COMPLETE").source())
