"""What a kind of field is: how its values are asked for, checked, shown and said.

A kind is a value whose parts are functions.  They all take the field, because a
field's label and bounds belong in what is said about it.  Values are plain JSON;
``None`` is never one of them: a field without a value has no entry at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peer.protocol.terms import PREFIXES

if TYPE_CHECKING:
    from peer.model.declaration import Field

#: The largest whole number that every JSON reader keeps exactly (RFC 8785).
LARGEST = 2**53 - 1
_LONGEST_KEY = 200
_PADDED = 10**16


class Wrong(ValueError):
    """What was given is not a value; the message is a sentence for who gave it."""


#: A sentence on what is wrong with a value, or nothing.
Check = Callable[["Field", Any], str | None]


def right(field: Field, value: Any, wrong: Check) -> Any:
    """``value``, if nothing is wrong with it; Wrong otherwise."""
    if said := wrong(field, value):
        raise Wrong(said)
    return value


@dataclass(frozen=True, slots=True)
class Site:
    """What a field falls back on where its declaration leaves it open."""

    zone: str = "UTC"
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to fill in: data from which a template makes an input.

    ``input`` is an HTML input type, or ``textarea`` or ``select``.  A value of
    several parts has a control for each, named ``term.part`` and labelled; where
    there is one control, the field's own label is its label.
    """

    name: str
    input: str
    value: str = ""
    label: str = ""
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """``wrong`` and ``read`` take anything; the others only what is not wrong.

    ``parse`` makes a value of what was typed, ``None`` where nothing was, and
    raises :class:`Wrong`.  ``said`` makes of a value what stands in an
    ActivityStreams document (``None``: the value itself), ``read`` the reverse.
    ``coercion`` is the JSON-LD type of what stands there, ``terms`` what its
    parts mean, and ``shape`` the SHACL constraints on it, both as JSON-LD.
    """

    name: str
    wrong: Check
    controls: Callable[[Field, Any, Site], Sequence[Control]]
    parse: Callable[[Field, Mapping[str, str], Site], Any]
    show: Callable[[Field, Any], str]
    key: Callable[[Any], str]
    words: Callable[[Field, Any], str]
    read: Callable[[Field, Any], Any]
    shape: Callable[[Field], Mapping[str, Any]]
    said: Callable[[Any], Any] | None = None
    coercion: str | None = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    bound: Callable[[Field, int], str] | None = None  # what a min or max is of it
    ordered: bool = False  # may one value come ``after`` another?
    markup: bool = False  # said in HTML, with the text it was made from beside it


def silent(_field: Field, _value: Any) -> str:
    """The words of a value that nobody would search for."""
    return ""


def typed(field: Field, told: Mapping[str, str]) -> str:
    """What was typed into the field's only control."""
    return told.get(field.term, "").strip()


def folded(text: str) -> str:
    """A sortable key of ``text``: short enough for any index."""
    return unicodedata.normalize("NFC", text).casefold()[:_LONGEST_KEY]


def padded(number: int) -> str:
    """A key of ``number`` that sorts as it does, negative ones too.

    >>> padded(-5) < padded(3) < padded(20)
    True
    """
    return f"{_PADDED + number:017d}"


def whole(value: Any) -> bool:
    """Is it a whole number that every reader of JSON keeps exactly?"""
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and (-LARGEST <= value <= LARGEST)
    )


def inside(field: Field, number: int, show: Callable[[int], str] = str) -> str | None:
    """What is wrong where ``number`` is outside the bounds of ``field``."""
    if field.min is not None and number < field.min:
        return f"{field.label} is at least {show(field.min)}."
    if field.max is not None and number > field.max:
        return f"{field.label} is at most {show(field.max)}."
    return None


def datatype(name: str) -> dict[str, Any]:
    """The constraint that a value is a literal of the datatype ``name``."""
    prefix, _, rest = name.partition(":")
    return {"sh:datatype": {"@id": PREFIXES[prefix] + rest}}


# Control characters and lone surrogates: no page, log or RDF file can hold them.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\u2028\u2029]")


def unsafe(text: str) -> bool:
    return _UNSAFE.search(text) is not None


def broken(text: str) -> bool:
    """Does ``text`` go over more than one line, or hold what no text may?"""
    return unsafe(text) or _BREAKS.search(text) is not None


def cleaned(text: str) -> str:
    """``text`` without what no text may hold."""
    return _UNSAFE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
