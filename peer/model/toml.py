"""TOML, as people write tables in a form and as types are kept in files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import tomli_w

_ONE = "value"


def text_of(value: Any) -> str:
    """``value`` as TOML: a table as a document, a list as the value that it is.

    >>> text_of({"name": "Post"}), text_of(["a"])
    ('name = "Post"', '["a"]')
    """
    if isinstance(value, Mapping):
        return tomli_w.dumps(dict(value)).strip()
    return _inline(value)


def value_of(text: str) -> Any:
    """What ``text`` says: a document, or a single list or table.

    >>> value_of('["a", "b"]'), value_of("[a]")
    (['a', 'b'], {'a': {}})
    """
    try:
        told = tomllib.loads(f"{_ONE} = {text}")
    except tomllib.TOMLDecodeError:
        return tomllib.loads(text)
    return told[_ONE] if set(told) == {_ONE} else tomllib.loads(text)


def _inline(value: Any) -> str:
    """One value on one line, which TOML's writer does to scalars only."""
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(k)} = {_inline(v)}" for k, v in value.items())
        return f"{{{pairs}}}"
    return _scalar(value)


def _key(name: str) -> str:
    return tomli_w.dumps({name: 0}).removesuffix(" = 0\n")


def _scalar(value: Any) -> str:
    return tomli_w.dumps({_ONE: value}).removeprefix(f"{_ONE} = ").strip()
