"""Reading what somebody declared: tables of plain values into dataclasses.

Whatever is wrong is said with the key that it is about, so that it can be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any, TypeVar

from peer.model.kinds.kind import broken

T = TypeVar("T")


class DeclarationError(ValueError):
    """A declaration that does not say what it should, and the key that it is about."""

    def __init__(self, key: str, wrong: str, where: str = "") -> None:
        super().__init__(": ".join(part for part in (where, key, wrong) if part))
        self.key, self.wrong = key, wrong


_PLAIN: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "str | None": (str,),
    "bool": (bool,),
    "int": (int,),
    "int | None": (int,),
    "tuple[str, ...]": (list, tuple),
}
_SAID = {str: "text", bool: "true or false", int: "a whole number", list: "a list"}


def made(cls: type[T], told: Mapping[str, Any], at: str) -> T:
    """``cls`` from ``told``: no key unknown, none missing, each of its type."""
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    for key in told:
        if key not in known:
            wrong = f"is not a key here; there are {', '.join(sorted(known))}"
            raise DeclarationError(_at(at, key), wrong)
    given = {}
    for key, one in known.items():
        if key in told:
            given[key] = _of_type(told[key], str(one.type), _at(at, key))
        elif one.default is MISSING and one.default_factory is MISSING:
            raise DeclarationError(_at(at, key), "is missing")
    return cls(**given)


def _of_type(value: Any, wanted: str, key: str) -> Any:
    allowed = _PLAIN.get(wanted, ())
    if not allowed or (value is None and "None" in wanted):
        return value
    if not isinstance(value, allowed) or (
        isinstance(value, bool) and bool not in allowed
    ):
        raise DeclarationError(key, f"should be {_SAID[allowed[0]]}, not {value!r}")
    if isinstance(value, str) and broken(value):
        raise DeclarationError(key, "should be a single line of text")
    if not isinstance(value, list | tuple):
        return value
    if not all(isinstance(v, str) for v in value):
        raise DeclarationError(key, "should be a list of texts")
    return tuple(value)


def _at(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key


def table(told: Mapping[str, Any], key: str, at: str = "") -> Mapping[str, Any]:
    found = told.get(key, {})
    if not isinstance(found, Mapping):
        raise DeclarationError(_at(at, key), "should be a table")
    return found


def tables(
    told: Mapping[str, Any], key: str
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in table(told, key):
        yield name, table(told[key], name, key)


def matching(
    told: Mapping[str, Any], key: str, pattern: re.Pattern[str], said: str
) -> str:
    value = told.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise DeclarationError(key, f"should be {said}" if value else "is missing")
    return value


def line_of(text: str, key: str) -> int:
    """The line of a TOML ``text`` where ``key`` stands, or the nearest that tells."""
    *tables, last = key.split(".")
    here: list[str] = []
    best = 1
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[([^\]]+)\]", line):
            here = [part.strip().strip('"') for part in header[1].split(".")]
            if here == [*tables, last]:
                return number
            if here and here == tables[: len(here)]:
                best = number
        elif here == tables and re.match(rf'\s*"?{re.escape(last)}"?\s*[=.]', line):
            return number
    return best
