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

    ``content`` is what ``media_type`` says, HTML if it says nothing, and not clean.
    What few ask for is read from ``raw`` when they do.
    """

    id: str | None
    type: str
    name: str | None
    content: str | None
    summary: str | None
    tags: tuple[Tag, ...]
    in_reply_to: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    raw: Document

    @property
    def kind(self) -> str | None:
        return text(self.raw, "sx:kind")

    @property
    def attributed(self) -> tuple[str, ...]:
        """All that claim it; which of them may is for ``origin`` to say."""
        return ids(self.raw.get("attributedTo"))

    @property
    def media_type(self) -> str:
        return text(self.raw, "mediaType") or "text/html"

    @property
    def language(self) -> str | None:
        return language(self.raw)

    @property
    def url(self) -> str | None:
        return page_of(self.raw.get("url"))

    @property
    def image(self) -> Attachment | None:
        return image_of(self.raw.get("image")) or image_of(self.raw.get("icon"))

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return attachments_of(self.raw.get("attachment"))

    @property
    def quote(self) -> str | None:
        return _quote(self.raw, self.id, self.tags)

    @property
    def context(self) -> str | None:
        return _first_id(first(self.raw, "context", "conversation"))

    @property
    def published(self) -> datetime | None:
        return moment(self.raw.get("published"))

    @property
    def updated(self) -> datetime | None:
        return moment(self.raw.get("updated"))

    @property
    def sensitive(self) -> bool:
        return flag(first(self.raw, "sensitive", "as:sensitive")) or False

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
    return Noted(
        id=id,
        type=kind,
        name=text(document, "name"),
        content=text(document, "content", LONGEST_TEXT),
        summary=text(document, "summary", LONGEST_SUMMARY),
        tags=tags_of(get("tag"), id),
        in_reply_to=_first_id(get("inReplyTo")),
        to=ids(get("to")),
        cc=ids(get("cc")),
        audience=ids(get("audience")),
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
