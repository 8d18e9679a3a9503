"""Quotes: another server asks before it shows something of ours inside its own.

The consent is an edge with an address of its own (FEP-044f): whoever meets the quote
asks there whether it stands, and taking the edge back takes the consent back.
"""

from __future__ import annotations

from collections.abc import Sequence

from peer.model.behavior import on
from peer.model.effect import Effect, Notify, Refuse, Relate, Send
from peer.model.reading import Read
from peer.protocol.cid import cid
from peer.protocol.iri import origin
from peer.protocol.thing import PUBLIC, Activity, Edge


@on("QuoteRequest")
def quote_request(activity: Activity, read: Read) -> Sequence[Effect]:
    """What everybody may read, everybody may quote."""
    quoted, quote = activity.thing, activity.notes.get("instrument")

    if not isinstance(quote, str):
        return [Refuse("It does not say in what this is to be quoted.", 422)]
    if quoted.audience != PUBLIC:
        return [Refuse("What is not public is not quoted.", 403)]
    stamp = f"{origin(quoted.id)}/edges/{cid([activity.id, quote])[-24:]}"
    yes = Send.answer("Accept", activity, quoted.owner, {"result": stamp})
    return [yes, Notify(quoted.owner)]


@on("Accept", object="QuoteRequest")
def accept_quote(activity: Activity, read: Read) -> Sequence[Effect]:
    """Keep the consent where it can be asked for."""
    asked = activity.inner
    consent = Edge(
        id=activity.notes["result"],
        subject=asked.notes["instrument"],
        relation="quotes",
        object=asked.object.id,
        by=activity.actor,
        since=activity.published,
        activity=activity.id,
    )
    return [Relate(consent)]


@on("Reject", object="QuoteRequest")
def reject_quote(activity: Activity, read: Read) -> Sequence[Effect]:
    """There is no consent, so nothing is kept but that it was asked for."""
    return []
