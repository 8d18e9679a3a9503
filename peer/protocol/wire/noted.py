"""An object as another server tells it: a note, an article, an event, a tombstone.

What all of them have in common.  What a type of ours has beside that (the place of
an event, say) is read by its declaration, in :mod:`peer.model.heard`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.protocol.wire.attached import (
    Attachment,
    Tag,
    attachments_of,
    image_of,
    page_of,
    tags_of,
)
from peer.protocol.wire.loose import (
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    Document,
    Unreadable,
    first,
    flag,
    id_of,
    ids,
    language,
    listed,
    moment,
    text,
)
from peer.protocol.wire.names import type_of
from peer.protocol.wire.said import own_id
from peer.protocol.wire.words import check_words

#: Types whose summary warns of the content; elsewhere it sums it up.
_WARNED = frozenset(("ChatMessage", "Note", "Question"))
_QUOTES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")
_ACTIVITYSTREAMS = ("application/activity+json", "application/ld+json")


@dataclass(frozen=True, slots=True)
class Noted:
    """An object, before anybody believes it.

    ``attributed`` is all that claim it; which of them may is for ``origin`` to say.
    ``content`` is what ``media_type`` says, HTML if it says nothing, and not clean.
    """

    id: str | None
    type: str
    kind: str | None
    attributed: tuple[str, ...]
    name: str | None
    content: str | None
    summary: str | None
    media_type: str
    language: str | None
    url: str | None
    image: Attachment | None
    attachments: tuple[Attachment, ...]
    tags: tuple[Tag, ...]
    in_reply_to: str | None
    quote: str | None
    context: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    published: datetime | None
    updated: datetime | None
    sensitive: bool
    raw: Document

    @property
    def title(self) -> str | None:
        """Its name; Hubzilla tells that of an event in the summary."""
        return self.name or (self.summary if self.type == "Event" else None)

    @property
    def warning(self) -> str | None:
        return self.summary if self.type in _WARNED else None

    @property
    def is_vote(self) -> bool:
        """In a poll, one votes by answering with the name of a choice alone."""
        named_only = bool(self.name) and not self.content and not self.attachments
        return self.type == "Note" and named_only and self.in_reply_to is not None

    @property
    def is_gone(self) -> bool:
        return self.type == "Tombstone"

    @property
    def mentions(self) -> tuple[str, ...]:
        return tuple(t.href for t in self.tags if t.type == "Mention" and t.href)

    @property
    def hashtags(self) -> tuple[str, ...]:
        return tuple(t.name for t in self.tags if t.type == "Hashtag" and t.name)


def read(document: Any, *, checked: bool = False) -> Noted:
    """The object that ``document`` is; Unreadable where it is none.

    ``checked`` are the words of what came inside of something that was read.
    """
    if type(document) is not dict:
        raise Unreadable("this is not a JSON object")
    if not checked:
        check_words(document)
    kind = type_of(document)
    if kind is None:
        raise Unreadable("this has no type")
    get, id = document.get, own_id(document)
    tags = tags_of(get("tag"), id)
    return Noted(
        id=id,
        type=kind,
        kind=text(document, "sx:kind"),
        attributed=ids(get("attributedTo")),
        name=text(document, "name"),
        content=text(document, "content", LONGEST_TEXT),
        summary=text(document, "summary", LONGEST_SUMMARY),
        media_type=text(document, "mediaType") or "text/html",
        language=language(document),
        url=page_of(get("url")),
        image=image_of(get("image")) or image_of(get("icon")),
        attachments=attachments_of(get("attachment")),
        tags=tags,
        in_reply_to=_first_id(get("inReplyTo")),
        quote=_quote(document, id, tags),
        context=_first_id(first(document, "context", "conversation")),
        to=ids(get("to")),
        cc=ids(get("cc")),
        audience=ids(get("audience")),
        published=moment(get("published")),
        updated=moment(get("updated")),
        sensitive=flag(first(document, "sensitive", "as:sensitive")) or False,
        raw=document,
    )


def _first_id(told: Any) -> str | None:
    return next(filter(None, map(id_of, listed(told))), None)


def _quote(document: Document, id: str | None, tags: tuple[Tag, ...]) -> str | None:
    """What is quoted; a few name it in several ways, and one quoted itself."""
    named = (_first_id(document[name]) for name in _QUOTES if name in document)
    linked = (tag.href for tag in tags if _is_object_link(tag))
    return next((each for each in (*named, *linked) if each and each != id), None)


def _is_object_link(tag: Tag) -> bool:
    """FEP-e232: a link to an object, told by its media type."""
    media_type = (tag.media_type or "").partition(";")[0].strip()
    return tag.type == "Link" and media_type in _ACTIVITYSTREAMS
