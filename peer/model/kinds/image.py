"""Images: where one is, how large, and what it shows to who cannot see it.

Whoever stores what was uploaded as ``term.file`` puts what it became, as JSON text,
into ``term.kept``.  The form carries that along, so that a mistake elsewhere does
not cost the upload; so it comes back from a browser, and whoever publishes it asks
whether it is an image of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from peer.model.kinds.kind import (
    Control,
    Kind,
    Site,
    Wrong,
    broken,
    cleaned,
    folded,
    right,
    whole,
)
from peer.model.kinds.link import is_link

if TYPE_CHECKING:
    from peer.model.declaration import Field

LONGEST_ALT = 1500
_MEDIA_TYPE = re.compile(r"image/[a-z0-9.+-]{1,40}")
_PARTS = ("url", "mediaType", "width", "height", "alt")
_SIZES = ("width", "height")
_LARGEST_SIDE = 100_000


def _wrong(field: Field, value: Any) -> str | None:
    if not isinstance(value, Mapping) or not is_link(value.get("url")):
        return f"{field.label} is an image and needs the web address of one."
    if unknown := set(value) - set(_PARTS):
        return f"{field.label} has no part that is called {min(map(repr, unknown))}."
    return (
        _wrong_media_type(field, value.get("mediaType", "image/png"))
        or _wrong_size(field, value)
        or _wrong_alt(field, value.get("alt"))
    )


def _wrong_media_type(field: Field, value: Any) -> str | None:
    if isinstance(value, str) and _MEDIA_TYPE.fullmatch(value):
        return None
    return f"{field.label} is an image, such as a JPEG or a PNG."


def _wrong_size(field: Field, value: Mapping[str, Any]) -> str | None:
    for part in _SIZES:
        side = value.get(part, 1)
        if not whole(side) or not 1 <= side <= _LARGEST_SIDE:
            return f"{field.label}: {part} is a number of pixels."
    return None


def _wrong_alt(field: Field, value: Any) -> str | None:
    if not isinstance(value, str) or (value and not value.strip()):
        return f"{field.label} needs a description for those who cannot see it."
    if broken(value):
        return f"{field.label}: the description is a single line of text."
    if len(value) > LONGEST_ALT:
        return f"{field.label}: the description is at most {LONGEST_ALT} characters."
    return None


def _controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    term = field.term
    kept = Control(f"{term}.kept", "hidden", json.dumps(dict(value)) if value else "")
    file = Control(
        f"{term}.file",
        "file",
        label="Replace with" if value else "Choose a file",
        required=field.required and not value,
        attributes={"accept": "image/*"},
    )
    alt = Control(
        f"{term}.alt",
        "text",
        value["alt"] if value else "",
        label="Description, for those who cannot see it",
        attributes={"maxlength": str(LONGEST_ALT)},
    )
    decorative = Control(
        f"{term}.decorative",
        "checkbox",
        "yes" if value and not value["alt"] else "",
        label="It is only decoration",
    )
    remove = Control(f"{term}.remove", "checkbox", label="Take this image away")
    return [kept, file, alt, decorative, *([remove] if value else [])]


def _parse(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    kept = told.get(f"{field.term}.kept", "").strip()
    if told.get(f"{field.term}.remove"):
        return None
    alt = " ".join(told.get(f"{field.term}.alt", "").split())
    if not kept:
        return _nothing_chosen(field, alt)
    decorative = bool(told.get(f"{field.term}.decorative"))
    if not alt and not decorative:
        raise Wrong(
            f"{field.label} needs a description for those who cannot see it, "
            "unless it is only decoration."
        )
    value = {**_stored(field, kept), "alt": "" if decorative else alt}
    return right(field, value, _wrong)


def _nothing_chosen(field: Field, alt: str) -> None:
    if alt:
        raise Wrong(f"{field.label} has a description, but no file was chosen.")


def _stored(field: Field, text: str) -> Mapping[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Wrong(f"{field.label} could not be kept: choose the file again.")
    return told


def _said(value: Mapping[str, Any]) -> Mapping[str, Any]:
    told = {"type": "Image", **{k: v for k, v in value.items() if k != "alt"}}
    if value["alt"]:
        told["name"] = value["alt"]
    return told


def _read(field: Field, told: Any) -> Any:
    given: Mapping[str, Any] = told if isinstance(told, Mapping) else {"url": told}
    value = {part: given[part] for part in _PARTS[1:4] if given.get(part) is not None}
    value["url"] = _address(given.get("url", given.get("href")))
    value["alt"] = _described(given.get("name") or given.get("summary") or "")
    return right(field, value, _wrong)


def _described(told: Any) -> Any:
    """The description on one line, where others give it several, or only blanks."""
    if isinstance(told, str) and (broken(told) or not told.strip()):
        return " ".join(cleaned(told).split())
    return told


def _address(told: Any) -> Any:
    """The first address in ``told``, where others give a list, or a Link."""
    first = told[0] if isinstance(told, list) and told else told
    return first.get("href") if isinstance(first, Mapping) else first


def _shape(_field: Field) -> Mapping[str, Any]:
    address = {
        "sh:path": {"@id": "as:url"},
        "sh:nodeKind": {"@id": "sh:IRI"},
        "sh:minCount": 1,
        "sh:maxCount": 1,
    }
    sizes = [
        {
            "sh:path": {"@id": f"as:{part}"},
            "sh:maxCount": 1,
            "sh:minInclusive": 1,
            "sh:maxInclusive": _LARGEST_SIDE,
        }
        for part in _SIZES
    ]
    media = {
        "sh:path": {"@id": "as:mediaType"},
        "sh:maxCount": 1,
        "sh:pattern": f"^{_MEDIA_TYPE.pattern}$",
    }
    return {
        "sh:class": {"@id": "as:Image"},
        "sh:node": {"sh:property": [address, media, *sizes]},
    }


IMAGE = Kind(
    name="image",
    wrong=_wrong,
    controls=_controls,
    parse=_parse,
    show=lambda _field, value: value["alt"],
    key=lambda value: folded(value["alt"]),
    words=lambda _field, value: value["alt"],
    read=_read,
    shape=_shape,
    said=_said,
)
