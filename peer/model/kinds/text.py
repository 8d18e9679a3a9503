"""Text: a line, prose in Markdown, one of several choices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from peer.model.kinds.kind import (
    Control,
    Kind,
    Site,
    broken,
    cleaned,
    datatype,
    folded,
    right,
    silent,
    typed,
    unsafe,
    whole,
)

if TYPE_CHECKING:
    from peer.model.declaration import Field

LONGEST_LINE = 500
LONGEST_PROSE = 200_000

# Each alternative is linear in the text, whatever a stranger writes.
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS = re.compile(r"^[ ]{0,3}(?:#{1,6}|>|[-+*])[ ]|[*_`~]{1,3}", re.MULTILINE)


def plain(markdown: str) -> str:
    """The words of ``markdown`` without most of its marks, for searches and listings.

    >>> plain("# The *old* [bakery](https://bakery.example/)")
    'The old bakery'
    """
    return _MARKS.sub("", _LINK.sub(r"\1", markdown)).strip()


def _wrong_text(field: Field, value: Any, longest: int) -> str | None:
    if not isinstance(value, str):
        return f"{field.label} is text."
    if unsafe(value):
        return f"{field.label} has a character in it that cannot be shown."
    if not value.strip():
        return f"{field.label} is empty."
    return _wrong_length(field, len(value), longest)


def _wrong_length(field: Field, length: int, longest: int) -> str | None:
    if field.min is not None and length < field.min:
        return f"{field.label} is at least {field.min} characters long."
    most = longest if field.max is None else field.max
    if length > most:
        return f"{field.label} is at most {most} characters long, and this is {length}."
    return None


def _wrong_line(field: Field, value: Any) -> str | None:
    wrong = _wrong_text(field, value, LONGEST_LINE)
    if wrong is None and broken(value):
        return f"{field.label} is a single line of text."
    return wrong


def _wrong_prose(field: Field, value: Any) -> str | None:
    return _wrong_text(field, value, LONGEST_PROSE)


def _lengths(field: Field, longest: int) -> dict[str, str]:
    bounds = {"maxlength": str(longest if field.max is None else field.max)}
    return bounds if field.min is None else {**bounds, "minlength": str(field.min)}


def _controls(
    field: Field, value: Any, _site: Site, *, input: str, longest: int
) -> Sequence[Control]:
    return [
        Control(
            field.term,
            input,
            value or "",
            required=field.required,
            attributes=_lengths(field, longest),
        )
    ]


def _parse_line(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = typed(field, told)
    return right(field, text, _wrong_line) if text else None


def _parse_prose(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = told.get(field.term, "").replace("\r\n", "\n").replace("\r", "\n")
    return right(field, text, _wrong_prose) if text.strip() else None


def _read_line(field: Field, told: Any) -> Any:
    text = str(told) if whole(told) or isinstance(told, float) else told
    if isinstance(text, str) and broken(text):
        text = " ".join(cleaned(text).split())
    return right(field, text, _wrong_line)


def _read_prose(field: Field, told: Any) -> Any:
    text = cleaned(told) if isinstance(told, str) and unsafe(told) else told
    return right(field, text, _wrong_prose)


def _shape_text(field: Field, longest: int) -> Mapping[str, Any]:
    return {
        **datatype("xsd:string"),
        "sh:minLength": 1 if field.min is None else field.min,
        "sh:maxLength": longest if field.max is None else field.max,
    }


LINE = Kind(
    name="line",
    wrong=_wrong_line,
    controls=partial(_controls, input="text", longest=LONGEST_LINE),
    parse=_parse_line,
    show=lambda _field, value: value,
    key=folded,
    words=lambda _field, value: value,
    read=_read_line,
    shape=partial(_shape_text, longest=LONGEST_LINE),
    bound=lambda _field, length: f"{length} characters",
)

PROSE = Kind(
    name="prose",
    wrong=_wrong_prose,
    controls=partial(_controls, input="textarea", longest=LONGEST_PROSE),
    parse=_parse_prose,
    show=lambda _field, value: plain(value),
    key=folded,
    words=lambda _field, value: plain(value),
    read=_read_prose,
    shape=partial(_shape_text, longest=LONGEST_PROSE),
    bound=lambda _field, length: f"{length} characters",
    markup=True,
)


# -- one of several choices ------------------------------------------------------


def _wrong_choice(field: Field, value: Any) -> str | None:
    if isinstance(value, str) and value in field.choices:
        return None
    return f"{field.label} is one of these: {', '.join(field.choices.values())}."


def _choice_controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    return [
        Control(
            field.term,
            "select",
            value or "",
            required=field.required,
            choices=field.choices,
        )
    ]


def _parse_choice(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = typed(field, told)
    return right(field, text, _wrong_choice) if text else None


def _read_choice(field: Field, told: Any) -> Any:
    return right(field, told, _wrong_choice)


CHOICE = Kind(
    name="choice",
    wrong=_wrong_choice,
    controls=_choice_controls,
    parse=_parse_choice,
    show=lambda field, value: field.choices.get(value, value),
    key=lambda value: value,
    words=silent,
    read=_read_choice,
    shape=lambda field: {
        **datatype("xsd:string"),
        "sh:in": {"@list": list(field.choices)},
    },
)
