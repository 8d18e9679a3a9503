"""JSON as strangers send it: one reading or none.

What two parsers could read in two ways is refused here, so that what was
verified is what is acted on: keys twice, numbers that no one keeps exactly,
characters that some databases stop at.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

LARGEST = 1_000_000  # Mastodon's limit as well
_DEEPEST = 64
_EXACT = 2**53 - 1  # beyond that, two numbers are told alike
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
    if _members(told) != _STRINGS.sub(b"", raw).count(b":"):
        raise NotJson("a key stands in one object twice")
    return told


def _members(told: dict[str, Any]) -> int:
    """How many members ``told`` has, at all depths; NotJson for what is refused."""
    count = 0
    waiting: list[tuple[Any, int]] = [(told, 1)]
    while waiting:
        value, depth = waiting.pop()
        if type(value) is dict:
            count += len(value)
            for key in value:
                _check_text(key)
            waiting.extend((each, depth + 1) for each in value.values())
        elif type(value) is list:
            waiting.extend((each, depth + 1) for each in value)
        elif type(value) is str:
            _check_text(value)
        elif type(value) in (int, float) and not -_EXACT <= value <= _EXACT:
            raise NotJson("a number is larger than can be kept exactly")
        if depth > _DEEPEST:
            raise NotJson(f"this is nested more than {_DEEPEST} deep")
    return count


def _check_text(text: str) -> None:
    if "\0" in text:
        raise NotJson("a text holds the character NUL")
