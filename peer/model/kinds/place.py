"""Places: a name, and where that is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peer.model.kinds.kind import (
    Control,
    Kind,
    Site,
    Wrong,
    broken,
    datatype,
    folded,
    right,
)

if TYPE_CHECKING:
    from peer.model.declaration import Field

_LONGEST = 200
_COUNTRY = re.compile("[A-Z]{2}")
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?")
_DECIMALS = 7  # a centimeter

# The parts that are text: what they are called, what a browser may fill them in
# with, and what schema.org's PostalAddress calls them.
_PARTS = {
    "name": ("Name", "organization", ""),
    "street": ("Street and number", "street-address", "streetAddress"),
    "postcode": ("Postcode", "postal-code", "postalCode"),
    "city": ("Town or city", "address-level2", "addressLocality"),
    "country": ("Country, as two letters", "country", "addressCountry"),
}
_ADDRESS = {part: said for part, (_, _, said) in _PARTS.items() if said}
_HALF_TURNS = {"latitude": 90.0, "longitude": 180.0}


def _wrong(field: Field, value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return f"{field.label} is a place with a name."
    if unknown := set(value) - set(_PARTS) - set(_HALF_TURNS):
        return f"{field.label} has no part that is called {min(map(repr, unknown))}."
    if "name" not in value:
        return f"{field.label} needs the name of the place."
    return _wrong_texts(field, value) or _wrong_degrees(field, value)


def _wrong_texts(field: Field, value: Mapping[str, Any]) -> str | None:
    for part in _PARTS:
        text = value.get(part, "-")
        called = f"{field.label}: {_PARTS[part][0].lower()}"
        if not isinstance(text, str) or broken(text) or not text.strip():
            return f"{called} is a single line of text."
        if len(text) > _LONGEST:
            return f"{called} is at most {_LONGEST} characters long."
    if not _COUNTRY.fullmatch(value.get("country", "GB")):
        return f"{field.label}: country is two capital letters, such as GB."
    return None


def _wrong_degrees(field: Field, value: Mapping[str, Any]) -> str | None:
    for part, most in _HALF_TURNS.items():
        degrees = value.get(part, 0.0)
        if isinstance(degrees, bool) or not isinstance(degrees, int | float):
            return f"{field.label}: {part} is a number of degrees."
        if not -most <= degrees <= most:  # nor is what is not a number
            return f"{field.label}: {part} is between -{most:g} and {most:g} degrees."
    if ("latitude" in value) != ("longitude" in value):
        return f"{field.label} needs both a latitude and a longitude, or neither."
    return None


def _controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    told: Mapping[str, Any] = value or {}
    texts = [
        Control(
            f"{field.term}.{part}",
            "text",
            told.get(part, ""),
            label=label,
            required=field.required and part == "name",
            attributes={
                "autocomplete": fill,
                "maxlength": "2" if part == "country" else str(_LONGEST),
            },
        )
        for part, (label, fill, _) in _PARTS.items()
    ]
    degrees = [
        Control(
            f"{field.term}.{part}",
            "text",
            _shown(told[part]) if part in told else "",
            label=part.capitalize(),
            attributes={"inputmode": "decimal", "autocomplete": "off"},
        )
        for part in _HALF_TURNS
    ]
    return [*texts, *degrees]


def _shown(degrees: float) -> str:
    # Nought is added so that none is shown as negative.
    return f"{round(degrees, _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _parse(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    given = {part: told.get(f"{field.term}.{part}", "").strip() for part in _PARTS}
    value: dict[str, Any] = {part: text for part, text in given.items() if text}
    for part in _HALF_TURNS:
        if text := told.get(f"{field.term}.{part}", "").strip():
            value[part] = _degrees(field, part, text)
    if not value:
        return None
    if "country" in value:
        value["country"] = value["country"].upper()
    return right(field, value, _wrong)


def _degrees(field: Field, part: str, text: str) -> float:
    if not _DEGREES.fullmatch(text):
        raise Wrong(f"{field.label}: {part} is a number of degrees such as 38.7105.")
    return float(text)


def show(_field: Field, value: Mapping[str, Any]) -> str:
    return in_words(value)


def in_words(value: Mapping[str, Any]) -> str:
    """Where it is, on one line."""
    town = " ".join(filter(None, (value.get("postcode"), value.get("city"))))
    parts = (value["name"], value.get("street"), town, value.get("country"))
    return ", ".join(filter(None, parts))


def _said(value: Mapping[str, Any]) -> Mapping[str, Any]:
    told: dict[str, Any] = {"type": "Place", "name": value["name"]}
    address = {said: value[part] for part, said in _ADDRESS.items() if part in value}
    if address:
        told["address"] = {"type": "PostalAddress", **address}
    for part in _HALF_TURNS:
        if part in value:
            # Mobilizon passes over a latitude that is a whole number.
            told[part] = float(value[part])
    return told


def _read(field: Field, told: Any) -> Any:
    if isinstance(told, str):
        return right(field, {"name": told.strip()}, _wrong)
    if not isinstance(told, Mapping) or told.get("type") == "VirtualLocation":
        raise Wrong(f"{field.label} is a place with a name.")
    value = {"name": told.get("name"), **_read_address(told.get("address"))}
    for part in _HALF_TURNS:
        if isinstance(degrees := told.get(part), float):
            value[part] = round(degrees, _DECIMALS)
        elif degrees is not None:
            value[part] = degrees
    return right(field, value, _wrong)


def _read_address(told: Any) -> dict[str, Any]:
    """The parts of an address that can be read; one as mere text is its street."""
    if isinstance(told, str) and told.strip() and not broken(told):
        return {"street": told.strip()[:_LONGEST]}
    if not isinstance(told, Mapping):
        return {}
    return {part: told[said] for part, said in _ADDRESS.items() if told.get(said)}


def _shape(_field: Field) -> Mapping[str, Any]:
    name = {
        "sh:path": {"@id": "as:name"},
        **datatype("xsd:string"),
        "sh:minCount": 1,
        "sh:maxCount": 1,
        "sh:minLength": 1,
        "sh:maxLength": _LONGEST,
    }
    degrees = [
        {
            "sh:path": {"@id": f"as:{part}"},
            **datatype("xsd:float"),
            "sh:maxCount": 1,
            "sh:minInclusive": {"@type": "xsd:float", "@value": f"-{most:g}"},
            "sh:maxInclusive": {"@type": "xsd:float", "@value": f"{most:g}"},
        }
        for part, most in _HALF_TURNS.items()
    ]
    country = {
        "sh:path": {
            "@list": [{"@id": "schema:address"}, {"@id": "schema:addressCountry"}]
        },
        "sh:pattern": f"^{_COUNTRY.pattern}$",
        "sh:maxCount": 1,
    }
    return {
        "sh:class": {"@id": "as:Place"},
        "sh:node": {"sh:property": [name, country, *degrees]},
    }


PLACE = Kind(
    name="place",
    wrong=_wrong,
    controls=_controls,
    parse=_parse,
    show=show,
    key=lambda value: folded(value["name"]),
    words=show,
    read=_read,
    shape=_shape,
    said=_said,
    terms={
        "PostalAddress": "schema:PostalAddress",
        "address": "schema:address",
        **{said: f"schema:{said}" for said in _ADDRESS.values()},
    },
)
