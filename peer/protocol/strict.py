"""JSON as strangers send it: one reading or none.

What two parsers could read in two ways is refused here, so that what was
verified is what is acted on: keys twice, numbers that no one keeps exactly,
characters that some databases stop at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

LARGEST = 1_000_000  # Mastodon's limit as well
_DEEPEST = 64
_EXACT = 2**53 - 1  # beyond that, two numbers are told alike
_NUMBERS, _CONTAINERS = frozenset((int, float)), frozenset((dict, list))
#: NUL has to be escaped; behind an even number of backslashes it is.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
#: Where none of these stands, the colon of a member follows upon its key.
_APART = (b" :", b"\t:", b"\n:", b"\r:")
_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.S)


class NotJson(ValueError):
    """What came is not a JSON object that can be read in one way only."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


def read(raw: bytes) -> dict[str, Any]:
    """The object that ``raw`` says."""
    if len(raw) > LARGEST:
        raise NotJson(f"a body is at most {LARGEST:,} bytes", 413)
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError as wrong:
        raise NotJson(f"this is not JSON: {wrong}") from wrong
    if not isinstance(told, dict):
        raise NotJson("this is not a JSON object")
    if b"\\u0000" in raw and _NUL.search(raw):
        raise NotJson("a text holds the character NUL")
    if not _are_all(_members(told), raw):
        raise NotJson("a key stands in one object twice")
    return told


def _are_all(members: int, raw: bytes) -> bool:
    """Has ``raw`` no more ``members`` than that, so that each was read?

    A text may look like a member, too; only where one does are the texts taken out.
    """
    if raw.count(b'":') == members and not any(apart in raw for apart in _APART):
        return True
    return _STRINGS.sub(b"", raw).count(b":") == members


def _members(told: dict[str, Any]) -> int:
    """How many members ``told`` has, at all depths; NotJson for what is refused."""
    count = 0
    level: list[Any] = [told]
    for _ in range(_DEEPEST):
        inside: list[Any] = []
        for each in level:
            values = each
            if type(each) is dict:
                count += len(each)
                values = each.values()
            kinds = set(map(type, values))
            if not kinds.isdisjoint(_NUMBERS):
                _check_numbers(values)
            if not kinds.isdisjoint(_CONTAINERS):
                inside += [v for v in values if type(v) is dict or type(v) is list]
        if not inside:
            return count
        level = inside
    raise NotJson(f"this is nested more than {_DEEPEST} deep")


def _check_numbers(values: Iterable[Any]) -> None:
    for value in values:
        if type(value) in (int, float) and not -_EXACT <= value <= _EXACT:
            raise NotJson("a number is larger than can be kept exactly")
