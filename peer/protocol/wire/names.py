"""The names of types, as different servers write them."""

from __future__ import annotations

import re
from typing import Any

from peer.protocol.contexts import AS_TERMS
from peer.protocol.wire.loose import Document, first, listed

_ACTIVITIES = """
    Accept Activity Add Announce AnnounceRequest Arrive Block Create Delete Dislike
    EmojiReact FeatureRequest Flag Follow Ignore IntransitiveActivity Invite Join
    Leave Like LikeRequest Listen Move Offer QuoteRequest Read Reject Remove
    ReplyRequest TentativeAccept TentativeReject Travel Undo Update View
"""
_ACTORS = "Application Group Organization Person Service"
_VALUEFLOWS = "Agreement Commitment EconomicEvent Intent Proposal"

#: What is done.  A Question is not: all who use it mean a poll, which is an object.
ACTIVITIES = frozenset(_ACTIVITIES.split())
ACTORS = frozenset(_ACTORS.split())

_KNOWN = ACTIVITIES.union(
    _VALUEFLOWS.split(), (name for name in AS_TERMS if name[:1].isupper())
)
#: Bonfire writes ``ValueFlows:Proposal``; Pleroma's reactions are from LitePub.
_VOCABULARY = re.compile(
    r"^(?:as:|https?://www\.w3\.org/ns/activitystreams#"
    r"|vf:|ValueFlows:|https://w3id\.org/valueflows/(?:ont/)?vf#"
    r"|litepub:|http://litepub\.social/ns#)"
)
_LONGEST = 256


def type_of(document: Document) -> str | None:
    """The type of ``document``; of several, the first that is known."""
    told = document.get("type")
    if type(told) is str and told in _KNOWN:
        return told
    told = first(document, "type", "@type")
    if type(told) is str and told in _KNOWN:
        return told
    names = type_names(told)
    return next((name for name in names if name in _KNOWN), names[0] if names else None)


def type_names(told: Any) -> list[str]:
    """Types, without the prefixes of vocabularies whose names we take as they are."""
    if type(told) is str and ":" not in told:
        return [told] if 0 < len(told) <= _LONGEST else []
    names = (each for each in listed(told) if type(each) is str)
    return [_VOCABULARY.sub("", each, 1) for each in names if 0 < len(each) <= _LONGEST]
