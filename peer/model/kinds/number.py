"""Whole numbers, and yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peer.model.kinds.kind import (
    LARGEST,
    Control,
    Kind,
    Site,
    Wrong,
    datatype,
    inside,
    padded,
    right,
    silent,
    typed,
    whole,
)

if TYPE_CHECKING:
    from peer.model.declaration import Field

# One way to write a number: no sign before nought, no leading noughts.
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,15}")
_SUCH = 12
_TICKED = ("yes", "on", "true")
_TOLD: Mapping[str, Any] = {"true": True, "false": False}


def _wrong_count(field: Field, value: Any) -> str | None:
    return inside(field, value) if whole(value) else _not_a_count(field)


def _not_a_count(field: Field) -> str:
    return f"{field.label} is a whole number such as {_example(field)}."


def _example(field: Field) -> int:
    most = _SUCH if field.max is None else min(_SUCH, field.max)
    return most if field.min is None else max(most, field.min)


def _count_controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    bounds = {"min": field.min, "max": field.max}
    return [
        Control(
            field.term,
            "number",
            "" if value is None else str(value),
            required=field.required,
            attributes={
                "step": "1",
                "inputmode": "numeric",
                **{name: str(n) for name, n in bounds.items() if n is not None},
            },
        )
    ]


def _parse_count(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = typed(field, told)
    return _read_count(field, text) if text else None


def _read_count(field: Field, told: Any) -> Any:
    return right(field, _number(told), _wrong_count)


def _number(told: Any) -> Any:
    """``told`` as the whole number that it says, in text or with a point."""
    if isinstance(told, str):
        text = told.strip()
        return int(text) if _WHOLE.fullmatch(text) else told
    return int(told) if isinstance(told, float) and told.is_integer() else told


def _shape_count(field: Field) -> Mapping[str, Any]:
    return {
        **datatype("xsd:integer"),
        "sh:minInclusive": -LARGEST if field.min is None else field.min,
        "sh:maxInclusive": LARGEST if field.max is None else field.max,
    }


COUNT = Kind(
    name="count",
    wrong=_wrong_count,
    controls=_count_controls,
    parse=_parse_count,
    show=lambda _field, value: str(value),
    key=padded,
    words=silent,
    read=_read_count,
    shape=_shape_count,
    coercion="xsd:integer",
    bound=lambda _field, number: str(number),
    ordered=True,
)


# -- yes or no ---------------------------------------------------------------------


def _wrong_flag(field: Field, value: Any) -> str | None:
    return None if isinstance(value, bool) else f"{field.label} is either yes or no."


def _flag_controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    return [Control(field.term, "checkbox", "yes" if value else "")]


def _parse_flag(field: Field, told: Mapping[str, str], _site: Site) -> bool:
    text = typed(field, told)
    if text and text not in _TICKED:
        raise Wrong(f"{field.label} is either ticked or not.")
    return bool(text)


def _read_flag(field: Field, told: Any) -> Any:
    value = _TOLD.get(told, told) if isinstance(told, str) else told
    return right(field, value, _wrong_flag)


FLAG = Kind(
    name="flag",
    wrong=_wrong_flag,
    controls=_flag_controls,
    parse=_parse_flag,
    show=lambda _field, value: "Yes" if value else "No",
    key=lambda value: "1" if value else "0",
    words=silent,
    read=_read_flag,
    shape=lambda _field: datatype("xsd:boolean"),
    coercion="xsd:boolean",
)
