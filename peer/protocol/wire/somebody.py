"""An actor as another server tells it.

Only ``id``, ``type`` and ``inbox`` are needed; there are actors without a name, a
user name, followers or an outbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peer.protocol.wire.attached import Attachment, image_of, page_of
from peer.protocol.wire.loose import (
    LONGEST_SUMMARY,
    Document,
    Unreadable,
    address,
    first,
    flag,
    id_of,
    ids,
    is_address,
    listed,
    moment,
    text,
)
from peer.protocol.wire.names import type_of
from peer.protocol.wire.said import own_id
from peer.protocol.wire.words import check_words

_MOST_FIELDS = 16


@dataclass(frozen=True, slots=True)
class Somebody:
    """An actor, before anybody believes it.

    ``handle`` is the address it says it has (FEP-2c59), ``implements`` what it says
    its server can do (FEP-844e).
    """

    id: str
    type: str
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    upcoming: str | None
    username: str | None
    handle: str | None
    name: str | None
    summary: str | None
    url: str | None
    icon: Attachment | None
    image: Attachment | None
    fields: tuple[tuple[str, str], ...]
    manually_approves: bool
    discoverable: bool
    indexable: bool
    moved_to: str | None
    also_known_as: tuple[str, ...]
    implements: tuple[str, ...]
    published: datetime | None
    raw: Document

    @property
    def delivered_at(self) -> str:
        """Where to send what is for more than this actor."""
        return self.shared_inbox or self.inbox


def read(document: Any) -> Somebody:
    """The actor that ``document`` is; Unreadable where it is none."""
    if type(document) is not dict:
        raise Unreadable("this is not a JSON object")
    check_words(document)
    id, kind, inbox = own_id(document), type_of(document), _box(_inbox(document))
    if id is None or kind is None or inbox is None:
        raise Unreadable("an actor has an id, a type and an inbox")
    get = document.get
    return Somebody(
        id=id,
        type=kind,
        inbox=inbox,
        shared_inbox=_shared_inbox(document),
        outbox=address(get("outbox")),
        followers=address(get("followers")),
        following=address(get("following")),
        featured=address(first(document, "featured", "toot:featured")),
        upcoming=address(get("upcomingEvents")),
        username=text(document, "preferredUsername", 128),
        handle=_handle(document),
        name=text(document, "name"),
        summary=text(document, "summary", LONGEST_SUMMARY),
        url=page_of(get("url")),
        icon=image_of(get("icon")),
        image=image_of(get("image")),
        fields=_fields(get("attachment")),
        manually_approves=_flag(document, "manuallyApprovesFollowers", "as"),
        discoverable=_flag(document, "discoverable", "toot"),
        indexable=_flag(document, "indexable", "toot"),
        moved_to=address(first(document, "movedTo", "as:movedTo")),
        also_known_as=_also_known_as(document),
        implements=_implements(get("generator")) or _implements(document),
        published=moment(get("published")),
        raw=document,
    )


def _inbox(document: Document) -> Any:
    return first(document, "inbox", "ldp:inbox")


def _shared_inbox(document: Document) -> str | None:
    """Some give no endpoints, and some a link to them: then there is the inbox."""
    endpoints = document.get("endpoints")
    inside = endpoints.get("sharedInbox") if type(endpoints) is dict else None
    return _box(inside) or _box(document.get("sharedInbox"))


def _box(told: Any) -> str | None:
    """An inbox that what is sent can be kept for."""
    return address(id_of(told))


def _handle(document: Document) -> str | None:
    told = text(document, "webfinger", 320)
    return told.removeprefix("acct:").lstrip("@") if told else None


def _flag(document: Document, name: str, prefix: str) -> bool:
    return flag(first(document, name, f"{prefix}:{name}")) or False


def _fields(told: Any) -> tuple[tuple[str, str], ...]:
    """Name and value of the lines that people put on their profile."""
    lines = [each for each in listed(told) if type(each) is dict]
    pairs = [(text(each, "name"), text(each, "value")) for each in lines]
    return tuple((n, v) for n, v in pairs if n and v)[:_MOST_FIELDS]


def _also_known_as(document: Document) -> tuple[str, ...]:
    told = first(document, "alsoKnownAs", "as:alsoKnownAs")
    return tuple(id for id in ids(told) if is_address(id))


def _implements(application: Any) -> tuple[str, ...]:
    told = application.get("implements") if type(application) is dict else None
    features = [each for each in listed(told) if type(each) in (dict, str)]
    named = (f if type(f) is str else f.get("href") or f.get("id") for f in features)
    return tuple(each for each in named if type(each) is str)
