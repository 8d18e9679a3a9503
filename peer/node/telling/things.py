"""A thing as strangers may read it: what is served, sent and put on collections."""

from __future__ import annotations

from typing import Any

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node.telling import (
    actors,
    consents,
    events,
    plain,
    proposals,
    tags,
    words,
    writings,
)
from peer.node.telling.near import Near, is_spoken_of, near, voice
from peer.protocol.contexts import AS_TERMS
from peer.protocol.iri import origin
from peer.protocol.origin import same_origin
from peer.protocol.terms import PUBLIC as EVERYBODY
from peer.protocol.thing import PUBLIC, Thing

__all__ = ["document", "voice"]

Document = dict[str, Any]

#: What something is to those who do not know its type: it has a title and a page.
_UNCOMMON = "Page"

#: Whoever quotes something may: it is public, and the author hears of it.
_POLICY = {"canQuote": {"automaticApproval": [EVERYBODY]}}


def document(thing: Thing, read: Read, lexicon: Lexicon) -> Document:
    """``thing`` with all that others want to know; a tombstone of what is gone."""
    if thing.deleted:
        return lexicon.wire((thing.kind,)).document(thing, str)
    if lexicon.is_actor(thing.kind):
        return actors.document(thing, read, lexicon)
    around = near(read, thing, lexicon)
    told = plain.of(thing, around, lexicon)
    if not is_spoken_of(lexicon, thing):
        told = {**told, **_to_whom(thing, thing.owner, around)}
        return proposals.proposal(thing, told, read)
    social = _social(thing, told, around, read, lexicon)
    return proposals.proposal(
        thing, {**social, **_heralding(thing, social, read)}, read
    )


def _heralding(thing: Thing, told: Document, read: Read) -> Document:
    """A note of the desk's that tells of a ticket says where to buy it."""
    if told["type"] != "Note" or thing.owner != f"{origin(thing.id)}/actor":
        return {}
    said = proposals.heralding(thing, told, read)
    if "tag" in said:
        said["tag"] = [*told.get("tag", ()), *said["tag"]]
    return said


def _social(
    thing: Thing, told: Document, around: Near, read: Read, lexicon: Lexicon
) -> Document:
    """What people answer, like and pass on: in the words that servers share."""
    speaker = around.calendar or thing.owner
    told["attributedTo"] = speaker
    said = tags.spoken(thing, around, read)
    if more := said.pop("tag", None):
        told["tag"] = [*told.get("tag", ()), *more]
    told |= {**said, **_to_whom(thing, speaker, around), **_collections(thing, around)}
    told |= _on_calendars(thing, told, around, read)
    if told["type"] == "Event":
        told |= events.event(thing, told, around)
        told["@context"] = words.explained(told["@context"], words.SOCIAL, words.EVENT)
        return told
    told["type"] = _commonly_called(told["type"])
    told |= writings.pictured(told)
    if told["type"] == "Article":
        told |= writings.previewed(thing, told, lexicon)
    told["@context"] = words.explained(told["@context"], words.SOCIAL)
    return told


def _commonly_called(name: str) -> str | list[str]:
    """For what ActivityStreams has no word, first one that it has.

    Who knows only such types refuses all others: a whole page of an outbox for one.
    """
    return name if name in AS_TERMS else [_UNCOMMON, name]


def _to_whom(thing: Thing, speaker: str, around: Near) -> Document:
    if thing.audience != PUBLIC:
        return {"to": [thing.owner]}
    followers = f"{speaker}/followers"
    others = [id for id in tags.concerned(around) if id not in (speaker, EVERYBODY)]
    return {"to": [EVERYBODY], "cc": [followers, *others]}


def _on_calendars(thing: Thing, told: Document, around: Near, read: Read) -> Document:
    """For servers that know groups: whose it is as well, and where they list it."""
    placed = consents.placed(thing, around.edges, read)
    if not placed or thing.audience != PUBLIC:
        return {}
    named = dict.fromkeys((*told["cc"], *placed["cc"]))
    return {**placed, "cc": list(named)}


def _collections(thing: Thing, around: Near) -> Document:
    """Where the answers are; and how many liked it, which Mastodon shows."""
    id = thing.id
    told: Document = {
        "replies": _paged(f"{id}/replies"),
        "likes": _counted(f"{id}/likes", around.counts.get("likes", 0)),
        "shares": _counted(f"{id}/shares", around.counts.get("announces", 0)),
        "interactionPolicy": _POLICY,
    }
    # What a conversation elsewhere is called, only those there can say.
    if same_origin(around.root, id):
        told["context"] = f"{around.root}/context"
    return told


def _paged(id: str) -> Document:
    """With where it begins: some take an address for no collection."""
    return {"id": id, "type": "OrderedCollection", "first": f"{id}?page=first"}


def _counted(id: str, total: int) -> Document:
    return {"id": id, "type": "OrderedCollection", "totalItems": total}
