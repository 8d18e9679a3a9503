"""Hashtags, mentions and what is quoted, in the ways that others look for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from peer.model.reading import Read
from peer.node import handles
from peer.node.telling.near import MENTIONS, QUOTES, REPLY, Near
from peer.protocol.origin import same_origin
from peer.protocol.thing import Thing

Document = dict[str, Any]


def spoken(thing: Thing, near: Near, read: Read) -> Document:
    """What ``thing`` answers, mentions and quotes."""
    told: Document = {}
    for answered in near.ends(REPLY)[:1]:
        told["inReplyTo"] = answered
    for quoted in near.ends(QUOTES)[:1]:
        told |= {"quote": quoted, "quoteUri": quoted, "_misskey_quote": quoted}
    mentions = [_mention(id, thing, near, read) for id in near.ends(MENTIONS)]
    return {**told, "tag": mentions} if mentions else told


def concerned(near: Near) -> list[str]:
    """Whom it mentions, and whose it answers: they are told of it as well."""
    answered = (near.known.get(id) for id in near.ends(REPLY)[:1])
    owners = [each.owner for each in answered if each is not None]
    return list(dict.fromkeys((*owners, *near.ends(MENTIONS))))


def _mention(id: str, thing: Thing, near: Near, read: Read) -> Document:
    return {"type": "Mention", "href": id, "name": f"@{_handle(id, thing, near, read)}"}


def _handle(id: str, thing: Thing, near: Near, read: Read) -> str:
    there = near.known.get(id)
    last = id.rstrip("/").rpartition("/")[2].lstrip("@") or "somebody"
    if same_origin(id, thing.id):
        return handles.address_of(handles.of(read, id) or last, id)
    known = there.get("handle") if there is not None else None
    return known or f"{last}@{urlsplit(id).netloc}"
