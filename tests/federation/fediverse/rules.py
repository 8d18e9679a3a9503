"""What other servers refuse, or fall over: each rule says what is wrong with a letter.

All rules together hold of everything that a peer of ours sends: a server of these
tests remembers each complaint, and a test that leaves one behind has failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

AS2 = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS2}#Public"

Document = Mapping[str, Any]
Rule = Callable[[Document, bytes], Iterator[str]]

_CHANGES = ("Create", "Update")
#: What Ghost and Hollo have a class for, of what is made and changed.
_NAMES = """
    Application Article Audio ChatMessage Document Event Group Image Note
    Organization Page Person Place Profile Question Relationship Service Tombstone
    Video Agreement Proposal
"""
_CLASSES = frozenset(_NAMES.split())
_PROOFS = re.compile(r"https://w3id\.org/security/data-integrity/v[12]")
_EXACTLY = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def _object(activity: Document, *verbs: str) -> Document:
    """What a Create (or the like) is about; empty for every other activity."""
    inner = activity.get("object")
    wanted = activity.get("type") in (verbs or _CHANGES)
    return inner if wanted and isinstance(inner, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def everybody(activity: Document, body: bytes) -> Iterator[str]:
    """What no server puts up with, or what makes servers differ."""
    context = activity.get("@context")
    if (context[:1] if isinstance(context, list) else [context]) != [AS2]:
        yield "the first @context is not ActivityStreams"
    if not isinstance(activity.get("type"), str):
        yield "the type is not one word"
    if not isinstance(activity.get("actor"), str):
        yield "the actor is not an id"
    elif _host(activity["actor"]) != _host(activity.get("id")):
        yield "the id is not on the host of the actor"
    yield from _plain(activity, "the activity")
    yield from _readable(activity)


def _readable(activity: Document) -> Iterator[str]:
    """Ghost and Hollo, by Fedify: what they have no class for, they refuse whole."""
    kinds = _listed(_object(activity).get("type", "Note"))
    if not _CLASSES.intersection(kinds):
        yield f"the object is {kinds}, and nothing that is known"
    result = activity.get("result")
    if isinstance(result, dict) and result.get("type") == "Link":
        yield "the result is a link, and no object"
    if "proof" in activity:
        yield from _provable(activity)


def _provable(activity: Document) -> Iterator[str]:
    words = [each for each in _listed(activity["@context"]) if isinstance(each, str)]
    if not any(_PROOFS.fullmatch(each) for each in words):
        yield "no context says what a proof is"
    if "." in activity["proof"]["created"]:
        yield "the time of the proof will not be written so again"


def _plain(value: Any, where: str) -> Iterator[str]:
    """Nothing is null or hidden, wherever it is; who is meant is always a list."""
    if isinstance(value, list):
        for each in value:
            yield from _plain(each, where)
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        if name != "@context":
            yield from _plain_member(name, inner, where)
            yield from _plain(inner, name)


def _plain_member(name: str, inner: Any, where: str) -> Iterator[str]:
    if inner is None:
        yield f"{name} of {where} is null"
    if name in ("bto", "bcc"):
        yield f"{where} tells who is told in secret"
    if name in ("to", "cc", "tag", "attachment") and not isinstance(inner, list):
        yield f"{name} of {where} is no list"


def _host(id: Any) -> str:
    return urlsplit(id).netloc if isinstance(id, str) else ""


# -- Misskey ---------------------------------------------------------------------


def one_author(activity: Document, body: bytes) -> Iterator[str]:
    inner = _object(activity)
    if "attributedTo" in inner and inner["attributedTo"] != activity["actor"]:
        yield f"attributedTo is {inner['attributedTo']!r}, not the actor"


def small(activity: Document, body: bytes) -> Iterator[str]:
    if len(body) >= 64 * 1024:
        yield f"{len(body)} bytes are more than it takes"


def names_are_words(activity: Document, body: bytes) -> Iterator[str]:
    inner = _object(activity)
    if "preferredUsername" in inner and not inner.get("name", "x"):
        yield "an actor's name is empty"
    if activity.get("type") in ("Add", "Remove") and not isinstance(
        activity.get("target"), str
    ):
        yield "the target is not an id"


# -- Pleroma, Pixelfed, Lemmy ------------------------------------------------------


def types_are_words(activity: Document, body: bytes) -> Iterator[str]:
    inner = _object(activity)
    if inner and not isinstance(inner.get("type"), str) and not _is_unheard(inner):
        yield "the type of the object is not one word"
    for name in ("to", "cc"):
        if inner and inner.get(name) != activity.get(name):
            yield f"{name} of the object is not that of the activity"


def _is_unheard(inner: Document) -> bool:
    """Of what they have no word for they read nothing, whatever comes first."""
    return not _CLASSES.issuperset(_listed(inner.get("type")))


def followers_are_named(activity: Document, body: bytes) -> Iterator[str]:
    """It drops recipients that end in /followers and are not the author's."""
    actor = activity["actor"]
    for each in (*_listed(activity.get("to")), *_listed(activity.get("cc"))):
        if each.endswith("/followers") and not each.startswith(actor):
            yield f"{each} are not followers of {actor}"


def follow_in_accept(activity: Document, body: bytes) -> Iterator[str]:
    if activity["type"] not in ("Accept", "Reject"):
        return
    inner = activity.get("object")
    if not isinstance(inner, dict) or not {"id", "type", "actor", "object"} <= set(
        inner
    ):
        yield "an Accept does not hold all of what it accepts"


def public_in_full(activity: Document, body: bytes) -> Iterator[str]:
    if re.search(rb'"(as:)?Public"', body):
        yield "Public is not written in full"


def dated(activity: Document, body: bytes) -> Iterator[str]:
    inner = _object(activity, "Create")
    if inner and not _EXACTLY.fullmatch(str(inner.get("published"))):
        yield f"published is {inner.get('published')!r}"


def attachments_are_plain(activity: Document, body: bytes) -> Iterator[str]:
    for each in _object(activity).get("attachment", []):
        if each.get("type") not in ("Link", "Image", "Document"):
            yield f"an attachment is a {each.get('type')}"


# -- Mobilizon and Gancio ------------------------------------------------------------


def mobilizon_imports(activity: Document, body: bytes) -> Iterator[str]:
    """What makes its import of an event crash, or lose half of it."""
    event = _object(activity)
    if event.get("type") != "Event":
        return
    if not {"to", "name", "startTime"} <= set(event):
        yield "to, name or startTime is missing"
    if event.get("joinMode", "free") not in ("free", "restricted", "external"):
        yield f"joinMode is {event['joinMode']}"
    if event.get("status", "CONFIRMED") not in ("TENTATIVE", "CONFIRMED", "CANCELLED"):
        yield f"status is {event['status']}"
    if not isinstance(event.get("category", ""), str):
        yield "there is more than one category"
    yield from _mobilizon_location(event.get("location", {}))
    yield from _mobilizon_attachments(event)
    yield from _times(event)


def _mobilizon_location(place: Any) -> Iterator[str]:
    if not isinstance(place, dict):
        yield "there is more than one location"
        return
    for name in ("latitude", "longitude"):
        if not isinstance(place.get(name, 0.0), float):
            yield f"{name} is no fraction"


def _mobilizon_attachments(event: Document) -> Iterator[str]:
    for each in event.get("attachment", []):
        if each.get("type") == "PropertyValue":
            yield "a PropertyValue is attached"
        elif each.get("type") in ("Image", "Document"):
            if not isinstance(each.get("url"), str) or not each.get("name"):
                yield "a picture has no name or no address"
        elif not isinstance(each.get("href"), str):
            yield "a link leads nowhere"


def _times(event: Document) -> Iterator[str]:
    for name in ("startTime", "endTime", "published", "updated"):
        told = event.get(name)
        if told is None:
            continue
        if not _EXACTLY.fullmatch(told) or datetime.fromisoformat(told).tzinfo is None:
            yield f"{name} is {told}"


def gancio_imports(activity: Document, body: bytes) -> Iterator[str]:
    event = _object(activity)
    if event.get("type") != "Event":
        return
    if not {"id", "name", "startTime"} <= set(event):
        yield "id, name or startTime is missing"
    attached = event.get("attachment", [])
    if any(not each.get("mediaType") for each in attached):
        yield "an attachment has no mediaType"
    pictured = ["image" in each.get("mediaType", "") for each in attached]
    if pictured != sorted(pictured, reverse=True):
        yield "the picture does not come first"
    if any(not each.get("name") for each in event.get("tag", [])):
        yield "a tag has no name"
