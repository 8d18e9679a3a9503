"""Tables: structured values, written as TOML by people and kept as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peer.model.kinds.kind import (
    Control,
    Kind,
    Site,
    Wrong,
    datatype,
    folded,
    right,
    silent,
    typed,
    unsafe,
    whole,
)
from peer.model.toml import text_of, value_of

if TYPE_CHECKING:
    from peer.model.declaration import Field

LONGEST = 200_000
_DEEPEST = 12


def _wrong(field: Field, value: Any) -> str | None:
    if not isinstance(value, Mapping | list):
        return f"{field.label} is a table or a list."
    if wrong := _wrong_inside(value, _DEEPEST):
        return f"{field.label} {wrong}."
    if len(text_of(value)) > LONGEST:
        return f"{field.label} is too long."
    return None


def _wrong_inside(value: Any, depth: int) -> str | None:
    if depth == 0:
        return f"has tables inside one another deeper than {_DEEPEST}"
    if isinstance(value, Mapping):
        return _first_wrong([*value, *value.values()], depth) or _wrong_keys(value)
    if isinstance(value, list):
        return _first_wrong(value, depth)
    return _wrong_leaf(value)


def _first_wrong(values: Sequence[Any], depth: int) -> str | None:
    return next(filter(None, (_wrong_inside(v, depth - 1) for v in values)), None)


def _wrong_keys(value: Mapping[Any, Any]) -> str | None:
    return (
        None if all(isinstance(k, str) for k in value) else "has a key that is no text"
    )


def _wrong_leaf(value: Any) -> str | None:
    if isinstance(value, str):
        return "has a character in it that cannot be shown" if unsafe(value) else None
    if isinstance(value, bool) or whole(value):
        return None
    if isinstance(value, float) and math.isfinite(value):
        return None
    return "holds text, numbers, true or false, lists and tables, and nothing else"


def _controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    return [
        Control(
            field.term,
            "textarea",
            "" if value is None else text_of(value),
            required=field.required,
            attributes={"spellcheck": "false", "autocapitalize": "off"},
        )
    ]


def _parse(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = typed(field, told).replace("\r\n", "\n")
    if not text:
        return None
    if len(text) > LONGEST:
        raise Wrong(f"{field.label} is too long.")
    try:
        value = value_of(text)
    except (ValueError, RecursionError) as wrong:
        raise Wrong(f"{field.label} is not TOML: {_reason(wrong)}.") from wrong
    return right(field, value, _wrong)


def _reason(wrong: Exception) -> str:
    if isinstance(wrong, RecursionError):
        return "it goes too deep"
    return str(wrong)[:1].lower() + str(wrong)[1:]


def _read(field: Field, told: Any) -> Any:
    # What compacts JSON-LD takes a list of one for that one.
    value = [told] if isinstance(told, str | int | float) else told
    return right(field, value, _wrong)


TABLE = Kind(
    name="table",
    wrong=_wrong,
    controls=_controls,
    parse=_parse,
    show=lambda _field, value: text_of(value),
    key=lambda value: folded(text_of(value)),
    words=silent,
    read=_read,
    shape=lambda _field: datatype("rdf:JSON"),
    coercion="@json",
)
