"""Values as they are typed after a command: ``name=Hello``, ``content=@file.md``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from peer.cli.stopping import NotDone
from peer.model.declaration import Field
from peer.model.kinds import KINDS, Site, Wrong


def values(
    fields: Mapping[str, Field], words: Sequence[str], site: Site
) -> Mapping[str, Any]:
    """What ``words`` say, by term: read as a form would, or given as JSON."""
    given: dict[str, Any] = {}
    typed: dict[str, dict[str, str]] = {}
    for name, is_json, text in _parted(words):
        term = name.partition(".")[0]
        if is_json:
            given[term] = _json(name, text)
        elif not text and name == term:
            given[term] = None
        elif term not in fields:
            given[term] = text  # what is no field is refused by name, further on
        else:
            typed.setdefault(term, {})[name] = text
    for term, told in typed.items():
        given[term] = _parsed(fields[term], told, site)
    return given


def notes(words: Sequence[str]) -> Mapping[str, Any]:
    """What a verb is told beside its object."""
    return {
        name: _json(name, text) if is_json else text
        for name, is_json, text in _parted(words)
    }


def _parted(words: Sequence[str]) -> Iterator[tuple[str, bool, str]]:
    """(name, is it JSON, text) of each word."""
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name:
            raise click.UsageError(f"{word!r} is not term=value")
        yield name.removesuffix(":"), name.endswith(":"), _read(text)


def _read(text: str) -> str:
    """``text``, or what the file behind an ``@`` says (``-``: stdin)."""
    if not text.startswith("@"):
        return text
    if text.startswith("@@"):
        return text[1:]
    try:
        return sys.stdin.read() if text == "@-" else Path(text[1:]).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        said = getattr(wrong, "strerror", None) or "it is not text"
        raise NotDone(f"{text[1:]} cannot be read: {said}") from wrong


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise NotDone(f"{name}: it is not JSON: {wrong}") from wrong


def _parsed(field: Field, told: Mapping[str, str], site: Site) -> Any:
    try:
        return KINDS[field.kind].parse(field, told, site)
    except Wrong as wrong:
        raise NotDone(f"{field.term}: {wrong}") from wrong
