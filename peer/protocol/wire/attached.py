"""What hangs on an object: links, pictures, files, tags.

One or a list, a string or an object, ``mediaType`` or ``mimeType``: what cannot be
used is left out, and the object stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from peer.protocol.wire.loose import (
    LONGEST_SUMMARY,
    Document,
    address,
    first,
    listed,
    number,
    text,
)
from peer.protocol.wire.names import type_of

_HTML = "text/html"
_MOST_ATTACHMENTS, _MOST_TAGS = 32, 100


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or a page elsewhere.  ``name`` is what it shows, for who cannot see."""

    url: str
    type: str = "Link"
    media_type: str | None = None
    name: str | None = None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    rel: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """A hashtag (without its #), a mention, an emoji, or a link to an object."""

    type: str
    name: str | None
    href: str | None
    icon: str | None = None
    media_type: str | None = None
    rel: tuple[str, ...] = ()


def page_of(told: Any) -> str | None:
    """The page to send people to: HTML if that is said, or else the first there is."""
    found = list(_links(told))
    pages = (link.url for link in found if link.media_type == _HTML)
    return next(pages, found[0].url if found else None)


def image_of(told: Any) -> Attachment | None:
    """The first picture; some give a list, some only its address."""
    return next(_links(told), None)


def attachments_of(told: Any) -> tuple[Attachment, ...]:
    documents = [each for each in listed(told) if type(each) is dict]
    return tuple(_links(documents))[:_MOST_ATTACHMENTS]


def tags_of(told: Any, base: str | None = None) -> tuple[Tag, ...]:
    """The tags; where an address is relative, it is so to ``base``."""
    found = (_tag(each, base) for each in listed(told) if type(each) is dict)
    return tuple(each for each in found if each)[:_MOST_TAGS]


def _links(told: Any) -> Iterator[Attachment]:
    for each in listed(told):
        if type(each) is str and (url := address(each)):
            yield Attachment(url)
        elif type(each) is dict and (found := _link(each)):
            yield found


def _link(told: Document) -> Attachment | None:
    url, media_type = _location(told)
    if url is None:
        return None
    return Attachment(
        url=url,
        type=type_of(told) or "Link",
        media_type=text(told, "mediaType") or text(told, "mimeType") or media_type,
        name=text(told, "name", LONGEST_SUMMARY) or text(told, "summary"),
        width=number(told.get("width")),
        height=number(told.get("height")),
        blurhash=text(told, "blurhash", 128),
        rel=_rel(told),
    )


def _location(told: Document) -> tuple[str | None, str | None]:
    """Where it is; the address may itself be told as a list of links."""
    for each in listed(first(told, "href", "url")):
        if type(each) is str and (url := address(each)):
            return url, None
        if type(each) is dict and (url := address(each.get("href"))):
            return url, text(each, "mediaType") or text(each, "mimeType")
    return None, None


def _rel(told: Document) -> tuple[str, ...]:
    return tuple(each for each in listed(told.get("rel")) if type(each) is str)


def _tag(told: Document, base: str | None) -> Tag | None:
    kind, name = type_of(told), text(told, "name")
    href = _joined(base, told.get("href"))
    icon = image_of(told.get("icon"))
    if kind == "Hashtag" and name:
        name = name.lstrip("#")
    if kind is None or not (name or href) or (kind == "Mention" and not href):
        return None
    media_type = text(told, "mediaType")
    return Tag(kind, name, href, icon.url if icon else None, media_type, _rel(told))


def _joined(base: str | None, href: Any) -> str | None:
    """Gancio and PeerTube write ``/tags/x``."""
    if type(href) is str and base and href.startswith("/"):
        try:
            href = urljoin(base, href)
        except ValueError:
            return None
    return address(href)
