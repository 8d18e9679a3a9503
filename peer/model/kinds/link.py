"""Links to pages of the web."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from peer.model.kinds.kind import Control, Kind, Site, right, silent, typed

if TYPE_CHECKING:
    from peer.model.declaration import Field

LONGEST = 2000

# What RFC 3987 lets stand in an address; nothing that would need escaping in a
# page, a header or an RDF file.  No user name: it hides where a link leads.
_ADDRESS = re.compile(
    r"https?://"
    r"(?:[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*\.?|\[[0-9a-f:.]{2,45}\])"
    r"(?::[0-9]{1,5})?"
    r"(?:[/?#](?:[\w.~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*)?",
    re.IGNORECASE,
)


def is_link(value: Any) -> bool:
    """Is ``value`` the absolute address of something on the web?"""
    if not isinstance(value, str) or len(value) > LONGEST:
        return False
    if not _ADDRESS.fullmatch(value) or value.count("#") > 1:
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _wrong(field: Field, value: Any) -> str | None:
    if is_link(value):
        return None
    return f"{field.label} is a web address that begins with https:// or http://."


def _controls(field: Field, value: Any, _site: Site) -> Sequence[Control]:
    return [
        Control(
            field.term,
            "url",
            value or "",
            required=field.required,
            attributes={"maxlength": str(LONGEST), "inputmode": "url"},
        )
    ]


def _parse(field: Field, told: Mapping[str, str], _site: Site) -> Any:
    text = typed(field, told)
    return _read(field, text) if text else None


def _read(field: Field, told: Any) -> Any:
    address = told.get("href", told.get("id")) if isinstance(told, Mapping) else told
    return right(field, address, _wrong)


LINK = Kind(
    name="link",
    wrong=_wrong,
    controls=_controls,
    parse=_parse,
    show=lambda _field, value: value,
    key=lambda value: value,
    words=silent,
    read=_read,
    shape=lambda _field: {
        "sh:nodeKind": {"@id": "sh:IRI"},
        "sh:pattern": "^https?://",
    },
    coercion="@id",
)
