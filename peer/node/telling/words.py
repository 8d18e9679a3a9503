"""What the words mean that are told beside those of a thing's own type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peer.protocol.terms import AS_CONTEXT, SX

_FEP_EVENT = "https://w3id.org/fep/8a8e"
_MOBILIZON = "https://joinmobilizon.org/ns#"

#: Of whatever people answer, like and pass on.
SOCIAL: Mapping[str, Any] = {
    "gts": "https://gotosocial.org/ns#",
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canQuote": {"@id": "gts:canQuote", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "Hashtag": "as:Hashtag",
    "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"},
    "quoteUri": "http://fedibird.com/ns#quoteUri",
    "_misskey_quote": "https://misskey-hub.net/ns#_misskey_quote",
}

#: Of calendars: whose posts they take.
ALLOCATION: Mapping[str, Any] = {
    "gts": "https://gotosocial.org/ns#",
    "interactionPolicy": {"@id": "gts:interactionPolicy", "@type": "@id"},
    "canAllocate": {"@id": f"{SX}canAllocate", "@type": "@id"},
    "automaticApproval": {"@id": "gts:automaticApproval", "@type": "@id"},
    "manualApproval": {"@id": "gts:manualApproval", "@type": "@id"},
}

#: Of events, as Mobilizon, Gancio and FEP-8a8e say it.
EVENT: Mapping[str, Any] = {
    "mz": _MOBILIZON,
    "pt": "https://joinpeertube.org/ns#",
    "ical": "http://www.w3.org/2002/12/cal/ical#",
    "schema": "https://schema.org/",
    "uuid": "schema:identifier",
    "category": "schema:category",
    "timezone": "mz:timezone",
    "status": "ical:status",
    "joinMode": "mz:joinMode",
    "externalParticipationUrl": {
        "@id": "mz:externalParticipationUrl",
        "@type": "schema:URL",
    },
    "maximumAttendeeCapacity": "schema:maximumAttendeeCapacity",
    "remainingAttendeeCapacity": "schema:remainingAttendeeCapacity",
    "participantCount": {"@id": "mz:participantCount", "@type": "schema:Integer"},
    "anonymousParticipationEnabled": {
        "@id": "mz:anonymousParticipationEnabled",
        "@type": "schema:Boolean",
    },
    "repliesModerationOption": "mz:repliesModerationOption",
    "isOnline": {"@id": "mz:isOnline", "@type": "schema:Boolean"},
    "draft": {"@id": "mz:draft", "@type": "schema:Boolean"},
    "contacts": {"@id": "mz:contacts", "@type": "@id"},
    "commentsEnabled": {"@id": "pt:commentsEnabled", "@type": "schema:Boolean"},
    "displayEndTime": f"{_FEP_EVENT}/displayEndTime",
    "attendees": {"@id": f"{_FEP_EVENT}/attendees", "@type": "@id"},
    "organizers": {"@id": f"{_FEP_EVENT}/organizers", "@type": "@id"},
    "eventStatus": {"@id": f"{_FEP_EVENT}/eventStatus", "@type": "@vocab"},
    **{
        name: f"{_FEP_EVENT}/{name}"
        for name in ("EventScheduled", "EventCancelled", "EventTentative")
    },
}


def explained(context: Any, *words: Mapping[str, Any]) -> list[Any]:
    """``context``, which also says what ``words`` mean; it keeps to what it says."""
    own = context[-1] if isinstance(context, list) else {}
    merged = {name: meaning for some in words for name, meaning in some.items()}
    return [AS_CONTEXT, {**merged, **own}]
