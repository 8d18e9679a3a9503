"""Documents as text: JSON that comes back as it went in, or is refused."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

_PLAIN = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def written(document: Mapping[str, Any]) -> str:
    """``document`` as JSON; ValueError where it is not something JSON can say.

    orjson writes NaN as null, and NUL as what PostgreSQL refuses.  Where it has
    written neither, there is nothing to look for.
    """
    plain = dict(document)
    try:
        told = orjson.dumps(plain, option=_PLAIN)
    except TypeError as wrong:
        raise ValueError(f"not to be kept as JSON: {wrong}") from wrong
    if b"null" in told or b"\\u0000" in told:
        _check(plain)
    return told.decode()


def read(text: str) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(text)
    return told


def _check(value: Any) -> None:
    kind = type(value)
    if kind is str:
        if "\0" in value:
            raise ValueError("text may not hold the character NUL")
    elif kind is float:
        if not math.isfinite(value):
            raise ValueError(f"JSON has no number {value}")
    elif kind is dict:
        _check_each(value)
        _check_each(value.values())
    elif kind is list or kind is tuple:
        _check_each(value)


def _check_each(values: Iterable[Any]) -> None:
    for value in values:
        _check(value)
