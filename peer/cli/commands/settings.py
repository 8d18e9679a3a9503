"""sx settings: every setting there is, what it is for, and what it is now."""

from __future__ import annotations

import json
from collections.abc import Mapping

import click

from peer.config import SETTINGS, Setting


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--markdown", is_flag=True, help="As the table of docs/operating.md.")
@click.pass_obj
def command(environ: Mapping[str, str], as_json: bool, markdown: bool) -> None:
    """List the settings, and what they are.

    Secrets are only said to be set.

    \b
    sx settings
    sx settings --json | jq -r '.[] | select(.set).name'
    """
    if markdown:
        click.echo("| setting | what for | default |\n|---|---|---|")
        for each in SETTINGS:
            star = " *" if each.secret else ""
            click.echo(f"| `{each.name}` | {each.help}{star} | {each.default} |")
    elif as_json:
        click.echo(json.dumps([_told(each, environ) for each in SETTINGS], indent=2))
    else:
        for each in SETTINGS:
            now = shown(each, environ) or f"without it: {each.default}"
            click.echo(f"{click.style(each.name, bold=True)}  {now}\n    {each.help}")


def _told(setting: Setting, environ: Mapping[str, str]) -> Mapping[str, object]:
    now = shown(setting, environ)
    return {
        "name": setting.name,
        "help": setting.help,
        "default": setting.default,
        "set": bool(now),
        "value": None if setting.secret else now or None,
    }


def shown(setting: Setting, environ: Mapping[str, str]) -> str:
    """What it is set to, in words that may be seen by anybody."""
    if setting.secret and environ.get(f"{setting.name}_FILE"):
        return f"(from {environ[f'{setting.name}_FILE']})"
    given = environ.get(setting.name, "")
    return "(set)" if given and setting.secret else given
