"""sx types: what this peer can know of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from peer import paths
from peer.cli.running import config_of, opened, run
from peer.cli.stopping import NotDone
from peer.cli.tables import table
from peer.config import Config
from peer.model.behavior import Behavior
from peer.model.declaration import Type
from peer.model.lexicon import Lexicon
from peer.node.library import Shelf, all_behaviors, read_types


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def command(environ: Mapping[str, str], name: str | None, as_json: bool) -> None:
    """List the types, or tell of one.

    With a domain, those that its peer knows, the ones made in the browser
    included; without one, all that there are files for.

    \b
    sx types
    sx -d events types
    sx -d events types Event
    sx types Post --json
    """
    lexicon = _lexicon(environ)
    if name is None:
        _list(lexicon, as_json)
        return
    kind = {n.lower(): t for n, t in lexicon.types.items()}.get(name.lower())
    if kind is None:
        raise NotDone(f"there is no type {name!r}; there are {_names(lexicon.types)}")
    if as_json:
        click.echo(json.dumps(asdict(kind), indent=2))
    else:
        click.echo(_told(kind, lexicon, all_behaviors()))


def _lexicon(environ: Mapping[str, str]) -> Lexicon:
    if environ.get("SX_DOMAIN"):
        return run(_known(config_of(environ)))
    own = environ.get("SX_TYPES")
    shelf = Shelf((*([Path(own)] if own else []), paths.TYPES))
    return Lexicon(
        {n: w.type for n, w in read_types(shelf, shelf.names("type.toml")).items()}
    )


async def _known(config: Config) -> Lexicon:
    async with opened(config) as node:
        return node.lexicon


def _names(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _list(lexicon: Lexicon, as_json: bool) -> None:
    types = [lexicon.types[name] for name in sorted(lexicon.types)]
    if as_json:
        rows = [
            {k: getattr(t, k) for k in ("name", "path", "is_a", "about")} for t in types
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo(table([(t.name, f"/{t.path}", t.is_a, t.about) for t in types]))


def _told(kind: Type, lexicon: Lexicon, behaviors: Sequence[Behavior]) -> str:
    parts = [f"{click.style(kind.name, bold=True)}  /{kind.path}  {kind.is_a}"]
    if kind.extends:
        parts.append(f"extends {', '.join(kind.extends)}")
    if kind.about:
        parts.append(kind.about)
    parts.append(
        _section(
            "fields",
            [
                (f.term, f.kind, "required" if f.required else "", f.label)
                for f in kind.fields.values()
            ],
        )
    )
    parts.append(
        _section(
            "relations",
            [
                (r.term, f"{r.kind} {'from' if r.reverse else 'to'} {r.to}", r.label)
                for r in kind.relations.values()
            ],
        )
    )
    line = lexicon.lineage([kind.name])
    parts.append(
        _section(
            "permits",
            [
                (verb, who, _answering(verb, line, behaviors))
                for verb, who in kind.permits.items()
            ],
        )
    )
    return "\n\n".join(filter(None, parts))


def _answering(verb: str, line: Sequence[str], behaviors: Sequence[Behavior]) -> str:
    names = [b.module for b in behaviors if b.answers_to(verb, line)]
    return ", ".join(dict.fromkeys(names)) or "nothing answers to it"


def _section(title: str, rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    return f"{title}\n" + "\n".join(f"  {line}" for line in table(rows).splitlines())
