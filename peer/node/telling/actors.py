"""Actors of ours as strangers may read them, and the peer itself."""

from __future__ import annotations

import html
import re
from typing import Any

from peer.model.lexicon import Lexicon
from peer.model.reading import Read
from peer.node import handles
from peer.node.keys import Keys, former_of, keys_of, settle_keys
from peer.node.telling import consents, plain, words
from peer.node.telling.near import near
from peer.protocol import actor as wire
from peer.protocol.iri import origin
from peer.protocol.terms import AS_CONTEXT
from peer.protocol.thing import PUBLIC, Thing
from store.interface import Store

Document = dict[str, Any]

_APART = re.compile(r"[\s,]+")
#: They are said in the words that all servers know, or not at all.
_MANNERS = ("alsoKnownAs", "undiscoverable", "unindexed", "hidesFollowers")


def document(thing: Thing, read: Read, lexicon: Lexicon) -> Document:
    """The actor ``thing``.  Before it has keys nobody follows it: it is but a thing."""
    told = plain.of(thing, near(read, thing, lexicon), lexicon)
    for each in [key for key in told if key.rpartition(":")[2] in _MANNERS]:
        del told[each]
    told |= {
        name: _pictured(told[name]) for name in ("icon", "image") if told.get(name)
    }
    keys = keys_of(read, thing.id)
    if keys is None:
        return told
    user = handles.of(read, thing.id) or thing.slug
    shown = _shown(keys, read)
    peer = application_id(thing.id)
    manners, upcoming = _manners(thing, lexicon), has_programme(thing, lexicon)
    if upcoming:
        told["interactionPolicy"] = consents.policy(thing, read)
        told["@context"] = words.explained(told["@context"], words.ALLOCATION)
    return wire.actor(told, user, shown, peer, manners, upcoming=upcoming)


def application(id: str, read: Read, name: str, summary: str = "") -> Document | None:
    """The peer itself; None until it has keys."""
    keys = keys_of(read, id)
    if keys is None:
        return None
    return wire.application(id, name, _shown(keys, read), summary)


def application_id(id: str) -> str:
    """The peer that ``id`` is an id of."""
    return f"{origin(id)}/peer"


async def ready(store: Store, thing: Thing, wanted: str = "") -> None:
    """See to it that ``thing`` can be followed: that it has keys and a user name."""
    await handles.settle(store, thing, wanted)
    await settle_keys(store, thing.id)


def is_public(thing: Thing | None, lexicon: Lexicon) -> bool:
    """Is it an actor of ours that strangers may know of?"""
    if thing is None or thing.deleted or thing.audience != PUBLIC:
        return False
    return lexicon.is_actor(thing.kind)


def approves(thing: Thing) -> bool:
    """Does its owner look at each who wants to follow it?"""
    return bool(thing.get("approves"))


def shows_followers(thing: Thing, lexicon: Lexicon) -> bool:
    """Is it shown who follows it?  Of people only when they say so."""
    if "showsFollowers" in lexicon.types[thing.kind].fields:
        return bool(thing.get("showsFollowers"))
    return not thing.get("hidesFollowers")


def has_programme(thing: Thing, lexicon: Lexicon) -> bool:
    """Are events put on it, as on a calendar?"""
    return "Calendar" in lexicon.lineage([thing.kind])


def _shown(keys: Keys, read: Read) -> wire.Shown:
    known = {**keys.multikeys, **former_of(read, keys.actor)}
    return wire.Shown(keys.rsa_id, keys.public_key_pem, known)


def _manners(thing: Thing, lexicon: Lexicon) -> wire.Manners:
    known = (each for each in _APART.split(thing.get("alsoKnownAs") or "") if each)
    return wire.Manners(
        manually_approves=approves(thing),
        discoverable=not thing.get("undiscoverable"),
        indexable=not thing.get("unindexed"),
        also_known_as=tuple(known),
        moved_to=thing.get("movedTo"),
        fields=_links(thing, lexicon),
    )


def _links(thing: Thing, lexicon: Lexicon) -> list[tuple[str, str]]:
    """Its links as others show them: under what they are called, as HTML."""
    fields = lexicon.types[thing.kind].fields.values()
    return [
        (field.label, _link(thing[field.term]))
        for field in fields
        if field.kind == "link" and not field.hidden and thing.get(field.term)
    ]


def _link(address: str) -> str:
    said = html.escape(address)
    return f'<a href="{said}" rel="me nofollow noopener">{said}</a>'


def _pictured(image: Any) -> Any:
    return {"mediaType": "image/webp", **image} if isinstance(image, dict) else image


def stub(document: Document) -> Document:
    """So much of an actor as it takes to check a signature: for who shows none."""
    kept = ("@context", "id", "type", "preferredUsername", "inbox", "publicKey")
    told = {name: document[name] for name in kept if name in document}
    return told or {"@context": AS_CONTEXT}
