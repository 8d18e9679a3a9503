"""An activity of ours as it is told to others: sent, and served at its own address."""

from __future__ import annotations

from typing import Any

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node.telling import actors, commerce, consents, things
from peer.node.telling.addressing import Addressed, addressed, verb_of
from peer.protocol.origin import same_origin
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.thing import PUBLIC, Activity, Edge, Thing

Document = dict[str, Any]

#: What is told with all that it is about; of other verbs, the id is enough.
_WHOLE = frozenset(("Create", "Update"))
#: The notes that are told, where a verb has them.
_TOLD = ("content", "summary", "result", "target", "instrument")


def document(activity: Activity, read: Read, lexicon: Lexicon) -> Document | None:
    """``activity``, as of now; None where there is no longer anything to tell."""
    if commerce.is_trade(activity):
        return commerce.document(activity, read)
    told = addressed(activity, read, lexicon)
    if consents.is_signed(activity):
        return _about_consent(activity, told, read, lexicon)
    object = _object(activity, read, lexicon)
    if object is None:
        return None
    inside = object if isinstance(object, dict) else {}
    context = inside.pop("@context", AS_CONTEXT)
    document: Document = {
        "@context": context,
        "id": activity.id,
        "type": verb_of(activity),
        "actor": told.actor,
        "published": activity.published,
        "to": list(told.to),
        "cc": list(told.cc),
        "object": object,
    }
    if inside and verb_of(activity) in _WHOLE and "to" in inside:
        inside["to"], inside["cc"] = document["to"], document["cc"]
    return {**document, **_noted(activity), **commerce.ticket(activity, read)}


def _about_consent(
    activity: Activity, told: Addressed, read: Read, lexicon: Lexicon
) -> Document | None:
    """What is signed inside keeps its own context, and every byte."""
    said = consents.said(activity, read, lexicon)
    if said is None:
        return None
    verb, object, beside = said
    return {
        "@context": AS_CONTEXT,
        "id": activity.id,
        "type": verb,
        "actor": told.actor,
        "published": activity.published,
        "to": list(told.to),
        "cc": list(told.cc),
        "object": object,
        **beside,
    }


def _noted(activity: Activity) -> Document:
    """What is said beside the object; where something is put is worth the same name."""
    told = {name: v for name in _TOLD if (v := activity.notes.get(name))}
    if activity.type == "Flag" and (reason := activity.notes.get("reason")):
        told["content"] = reason
    if isinstance(activity.object, Edge) and activity.object.relation == "featured":
        told["target"] = f"{activity.object.subject}/featured"
    return told


def _object(
    activity: Activity, read: Read, lexicon: Lexicon
) -> Document | str | list[str] | None:
    match activity.object:
        case Thing() as thing:
            return _of_thing(activity, thing, read, lexicon)
        case Edge() as edge:
            return edge.object
        case Activity() as inner:
            return _inside(inner, read, lexicon)


def _of_thing(
    activity: Activity, thing: Thing, read: Read, lexicon: Lexicon
) -> Document | str | list[str] | None:
    match verb_of(activity):
        case "Delete":
            return _tombstone(activity, thing, read, lexicon)
        case "Announce" if handed := activity.notes.get("handed"):
            return str(handed)
        case verb if verb not in _WHOLE:
            also = activity.notes.get("also")
            return [thing.id, *also] if also else thing.id
    now = read.get(thing.id)
    is_direct = activity.notes.get("direct")  # for those alone whom it mentions
    if now is None or now.deleted or (now.audience != PUBLIC and not is_direct):
        return None
    if lexicon.is_actor(thing.kind):
        return actors.document(now, read, lexicon)
    return things.document(now, read, lexicon)


def _tombstone(
    activity: Activity, thing: Thing, read: Read, lexicon: Lexicon
) -> Document | str:
    if lexicon.is_actor(thing.kind):
        return thing.id
    kind = lexicon.wire((thing.kind,)).names.type if thing.kind in lexicon.types else ""
    gone: Document = {
        "@context": AS_CONTEXT,
        "id": thing.id,
        "type": "Tombstone",
        "deleted": activity.published,
    }
    return {**gone, "formerType": kind} if kind else gone


def _inside(inner: Activity, read: Read, lexicon: Lexicon) -> Document | str:
    """An activity inside of another: whole, as some do not know it by its id."""
    if not same_origin(inner.id, inner.actor):
        return inner.id
    told: Document = {
        "type": inner.notes.get("said", inner.type),
        "actor": inner.actor,
        "object": inner.object.id,
    }
    if not inner.notes.get("nameless"):
        told = {"id": inner.id, **told}
    if isinstance(inner.object, Activity):
        told["object"] = _inside(inner.object, read, lexicon)
    return {**told, **_noted(inner)}
